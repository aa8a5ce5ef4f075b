"""portal queue and second person"""

import sqlalchemy as sa
from alembic import op

revision = "311b09f1e270"
down_revision = "fbd88cfb14ff"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portal_queue",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("portal", sa.String(length=80), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("pause_reason", sa.Text(), nullable=False),
        sa.Column("actions_per_minute", sa.Integer(), nullable=True),
        sa.Column("settle_seconds", sa.Integer(), nullable=True),
        sa.Column("most_attempts", sa.Integer(), nullable=True),
        sa.Column("second_person_above", sa.String(length=40), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("lease_until", sa.String(length=27), nullable=True),
        sa.Column("recent_starts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "portal"),
    )
    op.create_table(
        "work_item",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("portal", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("case_id", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("workflow_id", sa.String(length=200), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("defer_until", sa.String(length=27), nullable=True),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("present_until", sa.String(length=27), nullable=True),
        sa.Column("queued_at", sa.String(length=27), nullable=False),
        sa.Column("started_at", sa.String(length=27), nullable=True),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "reference"),
    )
    op.create_index("work_of_a_portal", "work_item", ["tenant", "portal", "state"], unique=False)
    op.add_column("attempt", sa.Column("taken_over_by", sa.String(length=80), nullable=True))
    op.add_column("task", sa.Column("proposal", sa.Text(), nullable=True))
