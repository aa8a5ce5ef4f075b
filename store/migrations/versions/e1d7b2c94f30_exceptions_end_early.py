"""exceptions end early"""

import sqlalchemy as sa
from alembic import op

revision = "e1d7b2c94f30"
down_revision = "d9418be4c41f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signed_change", sa.Column("ended_by", sa.String(length=80), nullable=True))
    op.add_column("signed_change", sa.Column("ended_at", sa.String(length=27), nullable=True))
