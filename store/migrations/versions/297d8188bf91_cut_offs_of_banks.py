"""cut-offs of banks"""

import sqlalchemy as sa
from alembic import op

revision = "297d8188bf91"
down_revision = "cee2790be3c0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_cut_off",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("portal", sa.String(length=80), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "portal"),
    )
