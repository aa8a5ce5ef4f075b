"""when messages come"""

import sqlalchemy as sa
from alembic import op

revision = "b93f5d1c7a28"
down_revision = "1c0e8fafcf5c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_times",
        sa.Column("tenant", sa.String(80), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant", "person"], ["person.tenant", "person.id"]),
        sa.PrimaryKeyConstraint("tenant", "person"),
    )
    op.create_table(
        "held_message",
        sa.Column("tenant", sa.String(80), nullable=False),
        sa.Column("notice", sa.String(200), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("case_id", sa.String(80), nullable=False),
        sa.Column("template", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("due_at", sa.String(27), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "notice"),
    )
    op.create_index("ix_held_message_person", "held_message", ["tenant", "person", "state"])
