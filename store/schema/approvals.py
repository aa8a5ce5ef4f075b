"""Approval requests, decisions, people's tasks and messages."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Table, Text, UniqueConstraint

from models.approval import ApprovalRequest
from models.authority import Delegation
from models.task import Proposal, TaskContent
from store.schema.types import DIGEST, ID, METADATA, NAME, Noun, UtcTime

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
    Column("waiting_since", UtcTime),
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

# One answer per seat: the second of two that come at once breaks on the constraint. An answer that counts no more has
# given its seat back.
decision = Table(
    "decision",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("request", ID, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("seat", Integer),
    Column("person", ID, nullable=False),
    Column("login", ID, nullable=False),
    Column("on_behalf_of", ID, nullable=False),
    Column("outcome", ID, nullable=False),
    Column("comment", Text, nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("inputs", DIGEST, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("ended_because", ID),
    UniqueConstraint("tenant", "request", "stage", "seat"),
    ForeignKeyConstraint(["tenant", "request"], ["approval_request.tenant", "approval_request.id"]),
)

approval_note = Table(
    "approval_note",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("request", ID, nullable=False),
    Column("kind", ID, nullable=False),
    Column("person", ID, nullable=False),
    Column("login", ID, nullable=False),
    Column("addressee", ID, nullable=False),
    Column("text", Text, nullable=False),
    Column("file_name", NAME, nullable=False),
    Column("sha256", DIGEST, nullable=False),
    Column("written_at", UtcTime, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_by", ID),
    Column("answered_at", UtcTime),
    ForeignKeyConstraint(["tenant", "request"], ["approval_request.tenant", "approval_request.id"]),
    Index("ix_approval_note_request", "tenant", "request"),
)

approval_reminder = Table(
    "approval_reminder",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("request", ID, primary_key=True),
    Column("stage", Integer, primary_key=True),
    Column("person", ID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sent_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["tenant", "request"], ["approval_request.tenant", "approval_request.id"]),
)

delegation = Table(
    "delegation",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("principal", ID, nullable=False),
    Column("delegate", ID, nullable=False),
    Column("data", Noun(Delegation), nullable=False),
    Column("login", ID, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)

signed_change = Table(
    "signed_change",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("kind", ID, nullable=False),
    Column("data", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_by", ID, nullable=False),
    Column("proposed_at", UtcTime, nullable=False),
    Column("signed_by", ID),
    Column("signed_at", UtcTime),
    Column("refused_by", ID),
    Column("refused_at", UtcTime),
    Column("ended_by", ID),
    Column("ended_at", UtcTime),
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
    Column("proposal", Noun(Proposal)),
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
