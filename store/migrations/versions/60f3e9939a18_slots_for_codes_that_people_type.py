"""slots for codes that people type"""

import sqlalchemy as sa
from alembic import op

revision = "60f3e9939a18"
down_revision = "7d5363a4d145"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_slot",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("portal", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("until", sa.String(length=27), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
