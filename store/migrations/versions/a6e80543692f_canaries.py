"""canaries"""

import sqlalchemy as sa
from alembic import op

revision = "a6e80543692f"
down_revision = "a1c7d20e5b94"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_queue", sa.Column("canary_problem", sa.Text(), nullable=True))
    op.add_column("portal_queue", sa.Column("canary_at", sa.String(length=27), nullable=True))
