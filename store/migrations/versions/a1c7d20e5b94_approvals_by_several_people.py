"""approvals by several people, delegation, questions and limits"""

import sqlalchemy as sa
from alembic import op

revision = "a1c7d20e5b94"
down_revision = "90bc4a7e61e1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("manager", sa.String(80), nullable=False, server_default=sa.text("''")))
    op.add_column("person", sa.Column("timezone", sa.String(80), nullable=False, server_default=sa.text("''")))
    op.add_column("approval_request", sa.Column("waiting_since", sa.String(27), nullable=True))
    op.execute("UPDATE approval_request SET waiting_since = created_at WHERE state = 'pending'")
    _renew_decisions()
    _renew_reservations()
    op.create_table(
        "approval_note",
        sa.Column("tenant", sa.String(80), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("request", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("login", sa.String(80), nullable=False),
        sa.Column("addressee", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("written_at", sa.String(27), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(80), nullable=True),
        sa.Column("answered_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["tenant", "request"], ["approval_request.tenant", "approval_request.id"]),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("ix_approval_note_request", "approval_note", ["tenant", "request"])
    op.create_table(
        "approval_reminder",
        sa.Column("tenant", sa.String(80), nullable=False),
        sa.Column("request", sa.String(80), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["tenant", "request"], ["approval_request.tenant", "approval_request.id"]),
        sa.PrimaryKeyConstraint("tenant", "request", "stage", "person", "number"),
    )
    op.create_table(
        "delegation",
        sa.Column("tenant", sa.String(80), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("principal", sa.String(80), nullable=False),
        sa.Column("delegate", sa.String(80), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("login", sa.String(80), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_table(
        "signed_change",
        sa.Column("tenant", sa.String(80), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(80), nullable=False),
        sa.Column("proposed_at", sa.String(27), nullable=False),
        sa.Column("signed_by", sa.String(80), nullable=True),
        sa.Column("signed_at", sa.String(27), nullable=True),
        sa.Column("refused_by", sa.String(80), nullable=True),
        sa.Column("refused_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )


def _renew_decisions() -> None:
    """The table anew: SQLite cannot change a constraint, and PostgreSQL named the old one by itself."""
    op.create_table(
        "decision_renewed",
        sa.Column("tenant", sa.String(80), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("request", sa.String(80), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("login", sa.String(80), nullable=False),
        sa.Column("on_behalf_of", sa.String(80), nullable=False),
        sa.Column("outcome", sa.String(80), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("inputs", sa.String(64), nullable=False),
        sa.Column("decided_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("ended_because", sa.String(80), nullable=True),
        sa.ForeignKeyConstraint(["tenant", "request"], ["approval_request.tenant", "approval_request.id"]),
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "request", "stage", "seat"),
    )
    op.execute(
        "INSERT INTO decision_renewed (tenant, id, request, stage, seat, person, login, on_behalf_of, outcome, comment,"
        " digest, inputs, decided_at) SELECT tenant, id, request, stage, 1, person, login, '', outcome, comment,"
        " digest, '', decided_at FROM decision"
    )
    op.drop_table("decision")
    op.rename_table("decision_renewed", "decision")


def _renew_reservations() -> None:
    op.create_table(
        "budget_reservation_renewed",
        sa.Column("tenant", sa.String(80), nullable=False),
        sa.Column("requisition", sa.String(80), nullable=False),
        sa.Column("cost_centre", sa.String(80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "requisition", "cost_centre"),
    )
    op.execute(
        "INSERT INTO budget_reservation_renewed (tenant, requisition, cost_centre, year, amount)"
        " SELECT tenant, requisition, cost_centre, year, amount FROM budget_reservation"
    )
    op.drop_table("budget_reservation")
    op.rename_table("budget_reservation_renewed", "budget_reservation")
