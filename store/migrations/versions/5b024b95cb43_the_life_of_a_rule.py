"""the life of a rule"""

import json

import sqlalchemy as sa
from alembic import op

revision = "5b024b95cb43"
down_revision = "311b09f1e270"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_backtest",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("table_name", sa.String(length=80), nullable=False),
        sa.Column("candidate", sa.String(length=64), nullable=False),
        sa.Column("live", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("run_by", sa.String(length=80), nullable=False),
        sa.Column("run_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("rule_backtest_by_candidate", "rule_backtest", ["tenant", "table_name", "candidate"], unique=False)
    op.create_table(
        "rule_draft",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("table_name", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("golden_cases", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.String(length=27), nullable=False),
        sa.Column("submitted_by", sa.String(length=80), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("in_force_from", sa.String(length=27), nullable=True),
        sa.Column("published_as", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_table(
        "rule_reevaluation",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("table_name", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=80), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("effect", sa.String(length=80), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "table_name", "number", "subject_kind", "subject_id", "digest"),
    )
    op.create_table(
        "rule_shadow",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("table_name", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("started_by", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.String(length=27), nullable=False),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index(
        "one_live_shadow",
        "rule_shadow",
        ["tenant", "table_name"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "rule_backtest_change",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("backtest", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("case_id", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.String(length=27), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "backtest"],
            ["rule_backtest.tenant", "rule_backtest.id"],
        ),
        sa.PrimaryKeyConstraint("tenant", "backtest", "position"),
    )
    op.create_table(
        "rule_backtest_look",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("backtest", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "backtest"],
            ["rule_backtest.tenant", "rule_backtest.id"],
        ),
        sa.PrimaryKeyConstraint("tenant", "backtest", "person"),
    )
    op.create_table(
        "rule_draft_author",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("draft", sa.String(length=80), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "draft"],
            ["rule_draft.tenant", "rule_draft.id"],
        ),
        sa.PrimaryKeyConstraint("tenant", "draft", "person"),
    )
    op.create_table(
        "rule_publication",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("table_name", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("golden_cases", sa.Text(), nullable=False),
        sa.Column("in_force_from", sa.String(length=27), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.String(length=80), nullable=False),
        sa.Column("submitted_at", sa.String(length=27), nullable=False),
        sa.Column("published_by", sa.String(length=80), nullable=False),
        sa.Column("published_at", sa.String(length=27), nullable=False),
        sa.Column("recall_asked_by", sa.String(length=80), nullable=True),
        sa.Column("recall_asked_at", sa.String(length=27), nullable=True),
        sa.Column("recall_reason", sa.Text(), nullable=True),
        sa.Column("recalled_by", sa.String(length=80), nullable=True),
        sa.Column("recalled_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant", "table_name", "version"],
            ["rule_version.tenant", "rule_version.table_name", "rule_version.version"],
        ),
        sa.PrimaryKeyConstraint("tenant", "table_name", "number"),
    )
    op.create_table(
        "rule_shadow_answer",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("shadow", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=80), nullable=False),
        sa.Column("differs", sa.Boolean(), nullable=False),
        sa.Column("live", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "shadow"],
            ["rule_shadow.tenant", "rule_shadow.id"],
        ),
        sa.PrimaryKeyConstraint("tenant", "shadow", "subject_kind", "subject_id", "digest"),
    )
    _move_first_versions()
    op.drop_column("rule_version", "in_force_from")
    op.add_column("rule_evaluation", sa.Column("case_id", sa.String(length=80), nullable=True))
    op.add_column("rule_evaluation", sa.Column("version", sa.String(length=64), nullable=True))
    _fill_evaluations()
    with op.batch_alter_table("rule_evaluation") as batch:
        batch.alter_column("case_id", existing_type=sa.String(length=80), nullable=False)
        batch.alter_column("version", existing_type=sa.String(length=64), nullable=False)
    op.create_index(
        "rule_evaluation_by_time", "rule_evaluation", ["tenant", "table_name", "evaluated_at"], unique=False
    )


def _move_first_versions() -> None:
    """What was in force became so by import: its history begins with that."""
    connection = op.get_bind()
    known = connection.execute(
        sa.text("SELECT tenant, table_name, version, in_force_from FROM rule_version ORDER BY in_force_from")
    ).all()
    numbers: dict[tuple[str, str], int] = {}
    for row in known:
        key = (row.tenant, row.table_name)
        numbers[key] = numbers.get(key, 0) + 1
        connection.execute(
            sa.text(
                "INSERT INTO rule_publication (tenant, table_name, number, version, golden_cases, in_force_from,"
                " reason, submitted_by, submitted_at, published_by, published_at) VALUES (:tenant, :table, :number,"
                " :version, '[]', :at, :reason, '', :at, '', :at)"
            ),
            {
                "tenant": row.tenant,
                "table": row.table_name,
                "number": numbers[key],
                "version": row.version,
                "at": row.in_force_from,
                "reason": "In force before versions had a history.",
            },
        )


def _fill_evaluations() -> None:
    """The version stands in the answer; the case is that of the document it was about."""
    connection = op.get_bind()
    decided = connection.execute(
        sa.text(
            "SELECT e.tenant, e.table_name, e.subject_kind, e.subject_id, e.digest, e.data,"
            " (SELECT min(a.case_id) FROM approval_request a"
            " WHERE a.tenant = e.tenant AND a.subject_id = e.subject_id) AS case_id FROM rule_evaluation e"
        )
    ).all()
    for row in decided:
        connection.execute(
            sa.text(
                "UPDATE rule_evaluation SET version = :version, case_id = :case_id WHERE tenant = :tenant"
                " AND table_name = :table AND subject_kind = :kind AND subject_id = :subject AND digest = :digest"
            ),
            {
                "version": json.loads(row.data)["version"],
                "case_id": row.case_id or "",
                "tenant": row.tenant,
                "table": row.table_name,
                "kind": row.subject_kind,
                "subject": row.subject_id,
                "digest": row.digest,
            },
        )
