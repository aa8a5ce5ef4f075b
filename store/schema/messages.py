"""Where people's messages go, and what became of each there."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, String, Table, Text

from models.target import MessagePolicy, MessageTimes
from store.schema.types import ID, METADATA, NAME, Noun, UtcTime

# A person without rows has their e-mail address alone.
message_target = Table(
    "message_target",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("person", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", NAME, nullable=False),
    Column("service", ID, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("hides_amounts", Boolean, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["tenant", "person"], ["person.tenant", "person.id"]),
)

message_delivery = Table(
    "message_delivery",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("notice", NAME, primary_key=True),
    Column("target", ID, primary_key=True),
    Column("person", ID, nullable=False),
    Column("state", String(20), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("problem", Text, nullable=False),
    Column("tried_at", UtcTime, nullable=False),
)

message_policy = Table(
    "message_policy",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("data", Noun(MessagePolicy), nullable=False),
)

message_times = Table(
    "message_times",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("person", ID, primary_key=True),
    Column("data", Noun(MessageTimes), nullable=False),
    ForeignKeyConstraint(["tenant", "person"], ["person.tenant", "person.id"]),
)

# A message that waits for its hour is put into words when it leaves, from what is true then.
held_message = Table(
    "held_message",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("notice", NAME, primary_key=True),
    Column("person", ID, nullable=False),
    Column("case_id", ID, nullable=False),
    Column("template", ID, nullable=False),
    Column("subject", ID, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("state", String(20), nullable=False),
    Index("ix_held_message_person", "tenant", "person", "state"),
)
