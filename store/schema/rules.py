"""Decision tables: content by its hash, publication and recall, drafts, back-tests, shadows, and what was decided."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from models.rule import RuleEvaluation
from rules.backtest import BacktestSummary
from store.schema.types import DIGEST, ID, METADATA, NAME, DecimalText, Noun, UtcTime

# Content alone, by its hash: two publications of the same content share it, and it outlives both.
rule_version = Table(
    "rule_version",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("table_name", ID, primary_key=True),
    Column("version", DIGEST, primary_key=True),
    Column("xml", LargeBinary, nullable=False),
    Column("engine", ID, nullable=False, server_default="1"),
)

rule_publication = Table(
    "rule_publication",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("table_name", ID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("version", DIGEST, nullable=False),
    Column("golden_cases", Text, nullable=False),
    Column("in_force_from", UtcTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("submitted_by", ID, nullable=False),
    Column("submitted_at", UtcTime, nullable=False),
    Column("published_by", ID, nullable=False),
    Column("published_at", UtcTime, nullable=False),
    Column("recall_asked_by", ID),
    Column("recall_asked_at", UtcTime),
    Column("recall_reason", Text),
    Column("recalled_by", ID),
    Column("recalled_at", UtcTime),
    ForeignKeyConstraint(
        ["tenant", "table_name", "version"], ["rule_version.tenant", "rule_version.table_name", "rule_version.version"]
    ),
)

rule_draft = Table(
    "rule_draft",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("table_name", ID, nullable=False),
    Column("name", NAME, nullable=False),
    Column("state", ID, nullable=False),
    Column("xml", LargeBinary, nullable=False),
    Column("golden_cases", Text, nullable=False),
    Column("based_on", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_by", ID, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("changed_by", ID, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("submitted_by", ID),
    Column("submitted_at", UtcTime),
    Column("reason", Text, nullable=False),
    Column("in_force_from", UtcTime),
    Column("published_as", Integer),
)

# Everybody who ever wrote in a draft: none of them may publish it.
rule_draft_author = Table(
    "rule_draft_author",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("draft", ID, primary_key=True),
    Column("person", ID, primary_key=True),
    ForeignKeyConstraint(["tenant", "draft"], ["rule_draft.tenant", "rule_draft.id"]),
)

rule_evaluation = Table(
    "rule_evaluation",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("table_name", ID, primary_key=True),
    Column("subject_kind", ID, primary_key=True),
    Column("subject_id", ID, primary_key=True),
    Column("digest", DIGEST, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("version", DIGEST, nullable=False),
    Column("data", Noun(RuleEvaluation), nullable=False),
    Column("evaluated_at", UtcTime, nullable=False),
    Index("rule_evaluation_by_time", "tenant", "table_name", "evaluated_at"),
)

# What a decision was before the version that took it was recalled, and what it became.
rule_reevaluation = Table(
    "rule_reevaluation",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("table_name", ID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("subject_kind", ID, primary_key=True),
    Column("subject_id", ID, primary_key=True),
    Column("digest", DIGEST, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("before", Noun(RuleEvaluation), nullable=False),
    Column("after", Noun(RuleEvaluation)),
    Column("effect", ID, nullable=False),
    Column("problem", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

rule_backtest = Table(
    "rule_backtest",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("table_name", ID, nullable=False),
    Column("candidate", DIGEST, nullable=False),
    Column("live", DIGEST, nullable=False),
    Column("summary", Noun(BacktestSummary), nullable=False),
    Column("run_by", ID, nullable=False),
    Column("run_at", UtcTime, nullable=False),
    Index("rule_backtest_by_candidate", "tenant", "table_name", "candidate"),
)

rule_backtest_change = Table(
    "rule_backtest_change",
    METADATA,
    Column("tenant", ID, nullable=False),
    Column("backtest", ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", ID, nullable=False),
    Column("subject_kind", ID, nullable=False),
    Column("subject_id", ID, nullable=False),
    Column("case_id", ID, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Column("value", DecimalText),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    PrimaryKeyConstraint("tenant", "backtest", "position"),
    ForeignKeyConstraint(["tenant", "backtest"], ["rule_backtest.tenant", "rule_backtest.id"]),
)

rule_backtest_look = Table(
    "rule_backtest_look",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("backtest", ID, primary_key=True),
    Column("person", ID, primary_key=True),
    Column("at", UtcTime, nullable=False),
    ForeignKeyConstraint(["tenant", "backtest"], ["rule_backtest.tenant", "rule_backtest.id"]),
)

rule_shadow = Table(
    "rule_shadow",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("table_name", ID, nullable=False),
    Column("name", NAME, nullable=False),
    Column("version", DIGEST, nullable=False),
    Column("xml", LargeBinary, nullable=False),
    Column("started_by", ID, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_by", ID),
    Column("ended_at", UtcTime),
)
# One candidate at a time runs beside a table.
Index(
    "one_live_shadow",
    rule_shadow.c.tenant,
    rule_shadow.c.table_name,
    unique=True,
    sqlite_where=rule_shadow.c.ended_at.is_(None),
    postgresql_where=rule_shadow.c.ended_at.is_(None),
)

rule_shadow_answer = Table(
    "rule_shadow_answer",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("shadow", ID, primary_key=True),
    Column("subject_kind", ID, primary_key=True),
    Column("subject_id", ID, primary_key=True),
    Column("digest", DIGEST, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("differs", Boolean, nullable=False),
    Column("live", Noun(RuleEvaluation), nullable=False),
    Column("answer", Noun(RuleEvaluation)),
    Column("problem", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    ForeignKeyConstraint(["tenant", "shadow"], ["rule_shadow.tenant", "rule_shadow.id"]),
)
