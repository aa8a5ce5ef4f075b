"""the login state of a credential"""

import sqlalchemy as sa
from alembic import op

revision = "3f948ab7cb69"
down_revision = "6717be92cb49"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("credential", sa.Column("login_state", sa.Text(), nullable=True))
    op.add_column("credential", sa.Column("login_kept_at", sa.String(length=27), nullable=True))
