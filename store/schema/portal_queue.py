"""Per portal login: who has it, by which rules it is used, and what waits for it."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text

from models.portal import Finding
from store.schema.types import DIGEST, ID, METADATA, NAME, DecimalText, Noun, UtcTime, UtcTimes

# `lease_until` and `recent_starts` are wall-clock times; `fence` grows with every lease and never falls.
portal_queue = Table(
    "portal_queue",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("portal", ID, primary_key=True),
    Column("paused", Boolean, nullable=False),
    Column("pause_reason", Text, nullable=False),
    Column("canary_problem", Text),
    Column("canary_at", UtcTime),
    Column("actions_per_minute", Integer),
    Column("settle_seconds", Integer),
    Column("most_attempts", Integer),
    Column("second_person_above", DecimalText),
    Column("fence", Integer, nullable=False),
    Column("holder", NAME, nullable=False),
    Column("reference", ID, nullable=False),
    Column("lease_until", UtcTime),
    Column("recent_starts", UtcTimes, nullable=False),
)

# `present_until` is the wall-clock time until which a waiting item counts before others; null: told to come.
work_item = Table(
    "work_item",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("reference", ID, primary_key=True),
    Column("portal", ID, nullable=False),
    Column("kind", ID, nullable=False),
    Column("subject", ID, nullable=False),
    Column("case_id", ID, nullable=False),
    Column("title", NAME, nullable=False),
    Column("workflow_id", NAME, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("due_on", Date),
    Column("defer_until", UtcTime),
    Column("payment_run", ID),
    Column("state", ID, nullable=False),
    Column("present_until", UtcTime),
    Column("queued_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
)

Index("work_of_a_portal", work_item.c.tenant, work_item.c.portal, work_item.c.state)

# What bots noticed; `settled_by` is empty while nobody has seen to it.
portal_finding = Table(
    "portal_finding",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("portal", ID, nullable=False),
    Column("kind", ID, nullable=False),
    Column("finding", Noun(Finding), nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_seen", UtcTime, nullable=False),
    Column("times", Integer, nullable=False),
    Column("screenshot", DIGEST, nullable=False),
    Column("case_id", ID, nullable=False),
    Column("settled_by", ID, nullable=False),
    Column("settled_at", UtcTime),
    Column("comment", Text, nullable=False),
)

# `until` is wall-clock time; `sealed` is empty but for the moments between typing and taking.
code_slot = Table(
    "code_slot",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("portal", ID, nullable=False),
    Column("kind", ID, nullable=False),
    Column("said", Text, nullable=False),
    Column("owner", ID, nullable=False),
    Column("state", ID, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("public_key", DIGEST, nullable=False),
    Column("sealed", Text, nullable=False),
)
