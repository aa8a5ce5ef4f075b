"""Calendars, what runs by itself, and every run that was due."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from models.calendar import BusinessCalendar, CutOff
from models.schedule import Schedule
from store.schema.types import ID, METADATA, NAME, Noun, UtcTime

calendar = Table(
    "calendar",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("data", Noun(BusinessCalendar), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

# A tenant without a row works by the calendar `weekdays`.
working_calendar = Table(
    "working_calendar",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("calendar", ID, nullable=False),
)

# Every run due up to `settled_until` has its row or was paused; `watched_at` is when late ones were last looked for.
schedule = Table(
    "schedule",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("data", Noun(Schedule), nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("pause_reason", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("settled_until", UtcTime, nullable=False),
    Column("watched_at", UtcTime),
)

schedule_run = Table(
    "schedule_run",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("schedule", ID, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("state", ID, nullable=False),
    Column("workflow_id", NAME, nullable=False),
    Column("started_at", UtcTime),
    Column("silent_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("produced", Text, nullable=False),
)

Index("runs_of_a_schedule", schedule_run.c.tenant, schedule_run.c.schedule, schedule_run.c.due_at)
Index("runs_under_way", schedule_run.c.state)

# What a run asked for; the run is over when all of it is there.
schedule_run_part = Table(
    "schedule_run_part",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("subject", ID, primary_key=True),
    Column("run", ID, nullable=False),
    Column("done_at", UtcTime),
)

# A bank without a row takes payments until the time that the installation's settings say.
bank_cut_off = Table(
    "bank_cut_off",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("portal", ID, primary_key=True),
    Column("data", Noun(CutOff), nullable=False),
)
