"""payments that wait for a run"""

import sqlalchemy as sa
from alembic import op

revision = "c5a90e3b7d14"
down_revision = "b93f5d1c7a28"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work_item", sa.Column("payment_run", sa.String(length=80), nullable=True))
