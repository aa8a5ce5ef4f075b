"""schedules and calendars"""

import sqlalchemy as sa
from alembic import op

revision = "73da4f450c5c"
down_revision = "3f948ab7cb69"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_table(
        "schedule",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("pause_reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("settled_until", sa.String(length=27), nullable=False),
        sa.Column("watched_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_table(
        "schedule_run",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("schedule", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.String(length=27), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("workflow_id", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.String(length=27), nullable=True),
        sa.Column("silent_at", sa.String(length=27), nullable=True),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.Column("produced", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("runs_of_a_schedule", "schedule_run", ["tenant", "schedule", "due_at"], unique=False)
    op.create_index("runs_under_way", "schedule_run", ["state"], unique=False)
    op.create_table(
        "schedule_run_part",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("run", sa.String(length=80), nullable=False),
        sa.Column("done_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "subject"),
    )
