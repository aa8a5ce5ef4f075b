"""places for messages, and the calendar that people work by"""

import sqlalchemy as sa
from alembic import op

revision = "e4b17c9a2f60"
down_revision = "60f3e9939a18"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_target",
        sa.Column("tenant", sa.String(80), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("service", sa.String(80), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("hides_amounts", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["tenant", "person"], ["person.tenant", "person.id"]),
        sa.PrimaryKeyConstraint("tenant", "person", "id"),
    )
    op.create_table(
        "message_delivery",
        sa.Column("tenant", sa.String(80), nullable=False),
        sa.Column("notice", sa.String(200), nullable=False),
        sa.Column("target", sa.String(80), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("tried_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "notice", "target"),
    )
    op.create_table(
        "message_policy",
        sa.Column("tenant", sa.String(80), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant"),
    )
    op.create_table(
        "working_calendar",
        sa.Column("tenant", sa.String(80), nullable=False),
        sa.Column("calendar", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("tenant"),
    )
