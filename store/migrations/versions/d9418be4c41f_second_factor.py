"""second factor"""

import sqlalchemy as sa
from alembic import op

revision = "d9418be4c41f"
down_revision = "297d8188bf91"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("above", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("tenant"),
    )
