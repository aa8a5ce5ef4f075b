"""Rule versions and their evaluations, approval requests, decisions, people's tasks and messages."""

from sqlalchemy import Column, ForeignKeyConstraint, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from models.approval import ApprovalRequest
from models.rule import RuleEvaluation
from models.task import TaskContent
from store.schema.types import DIGEST, ID, METADATA, NAME, Noun, UtcTime

rule_version = Table(
    "rule_version",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("table_name", ID, primary_key=True),
    Column("version", DIGEST, primary_key=True),
    Column("xml", LargeBinary, nullable=False),
    Column("in_force_from", UtcTime, nullable=False),
)

rule_evaluation = Table(
    "rule_evaluation",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("table_name", ID, primary_key=True),
    Column("subject_kind", ID, primary_key=True),
    Column("subject_id", ID, primary_key=True),
    Column("digest", DIGEST, primary_key=True),
    Column("data", Noun(RuleEvaluation), nullable=False),
    Column("evaluated_at", UtcTime, nullable=False),
)

approval_request = Table(
    "approval_request",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("subject", ID, nullable=False),
    Column("subject_id", ID, nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("data", Noun(ApprovalRequest), nullable=False),
    Column("state", ID, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("decided_at", UtcTime),
    UniqueConstraint("tenant", "subject", "subject_id", "digest"),
)

approval_assignment = Table(
    "approval_assignment",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("request", ID, primary_key=True),
    Column("stage", Integer, primary_key=True),
    Column("person", ID, primary_key=True),
    ForeignKeyConstraint(["tenant", "request"], ["approval_request.tenant", "approval_request.id"]),
)

# One answer per stage: the second of two that come at once breaks on the constraint.
decision = Table(
    "decision",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("request", ID, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("person", ID, nullable=False),
    Column("login", ID, nullable=False),
    Column("outcome", ID, nullable=False),
    Column("comment", Text, nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    UniqueConstraint("tenant", "request", "stage"),
    ForeignKeyConstraint(["tenant", "request"], ["approval_request.tenant", "approval_request.id"]),
)

involvement = Table(
    "involvement",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("case_id", ID, primary_key=True),
    Column("person", ID, primary_key=True),
    Column("function", ID, primary_key=True),
)

task = Table(
    "task",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("kind", ID, nullable=False),
    Column("subject_kind", ID, nullable=False),
    Column("subject_id", ID, nullable=False),
    Column("workflow_id", NAME, nullable=False),
    Column("owner_role", ID, nullable=False),
    Column("content", Noun(TaskContent), nullable=False),
    Column("state", ID, nullable=False),
    Column("due_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("resolution", ID),
    Column("comment", Text),
    Column("resolved_by", ID),
    Column("resolved_at", UtcTime),
)

notification = Table(
    "notification",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("recipient", NAME, nullable=False),
    Column("template", ID, nullable=False),
    Column("state", String(20), nullable=False),
    Column("problem", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
)

outbox = Table(
    "outbox",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("kind", ID, nullable=False),
    Column("workflow", ID, nullable=False),
    Column("workflow_id", NAME, nullable=False),
    Column("argument", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("delivered_at", UtcTime, index=True),
    Column("problem", Text, nullable=False),
)
