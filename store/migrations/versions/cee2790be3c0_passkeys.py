"""passkeys"""

import sqlalchemy as sa
from alembic import op

revision = "cee2790be3c0"
down_revision = "a6e80543692f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passkey_challenge",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("challenge", sa.String(length=200), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("until", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "challenge"),
    )
    op.create_table(
        "passkey",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("last_used_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant", "login"],
            ["account.tenant", "account.login"],
        ),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.add_column("session", sa.Column("proven_at", sa.String(length=27), nullable=True))
