"""What runs by itself, when, and why on that day."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from models.base import Model
from models.calendar import CalendarId, Roll, Zone
from models.party import Role

ScheduleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
_LAST_WEEKDAY, _MOST_BUSINESS_DAYS = 7, 23


class Frequency(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    BUSINESS_DAY = "business_day"
    """On the n-th business day of each month."""


class Timing(Model):
    """When something is due: local days and a local time, moved by a calendar."""

    frequency: Frequency
    weekdays: tuple[int, ...] = ()
    """1 is Monday, 7 is Sunday; for a weekly one."""
    month_day: int | None = Field(default=None, ge=1, le=31)
    """For a monthly one; in a shorter month the last day."""
    business_day: int | None = Field(default=None, ge=-_MOST_BUSINESS_DAYS, le=_MOST_BUSINESS_DAYS)
    """Counted from the month's end where it is negative; a month that has fewer has no run."""
    at: time
    zone: Zone
    calendar: CalendarId
    roll: Roll = Roll.FOLLOWING

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        given = {
            Frequency.WEEKLY: bool(self.weekdays),
            Frequency.MONTHLY: self.month_day is not None,
            Frequency.BUSINESS_DAY: bool(self.business_day),
        }
        if not given.get(self.frequency, True):
            wanted = {"weekly": "its weekdays", "monthly": "its day", "business_day": "which business day"}
            raise ValueError(f"a {self.frequency.replace('_', ' ')} schedule needs {wanted[self.frequency]}")
        if any(not 1 <= day <= _LAST_WEEKDAY for day in self.weekdays):
            raise ValueError("weekdays are numbers from 1, Monday, to 7, Sunday")
        return self

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class ReasonCode(StrEnum):
    MOVED = "moved"
    """`day` is no business day, so it runs on another."""
    LEFT_OUT = "left_out"
    """`day` is no business day, so it does not run."""
    CLOCKS_FORWARD = "clocks_forward"
    """The hour `clock` does not exist that night; it runs when the clocks have jumped."""
    CLOCKS_BACK = "clocks_back"
    """The hour `clock` comes twice that night; it runs in the first."""
    MAKE_UP_DAY = "make_up_day"
    """A weekend's day on which people work."""
    NOT_ANNOUNCED = "not_announced"
    """The make-up workdays of that year are not known yet."""


class Reason(Model):
    """Why a run is when it is; what it says in words is the reader's affair."""

    code: ReasonCode
    day: date
    name: str = ""
    """The holiday; empty for a weekend."""
    source: str = ""
    clock: str = ""


class Occurrence(Model):
    """One run that a schedule expects, or a date on which it has none."""

    nominal: date
    """The date before it was moved."""
    at: datetime | None
    """UTC; None where the date is left out."""
    why: tuple[Reason, ...] = ()


class Job(StrEnum):
    STATEMENTS = "statements"
    """Fetches the statements of all accounts of a legal entity."""
    CANARY = "canary"
    """Walks through a portal without changing anything."""
    PAYMENTS = "payments"
    """Lets the payments of a legal entity go to its banks, which wait for it."""


class StatementDay(StrEnum):
    TODAY = "today"
    PREVIOUS = "previous"
    """The business day before the run."""


class Schedule(Model):
    id: ScheduleId
    title: str = Field(min_length=1, max_length=100)
    job: Job
    target: str = Field(min_length=1, max_length=80)
    """The legal entity, for a canary the portal."""
    timing: Timing
    statement_of: StatementDay = StatementDay.PREVIOUS
    patience_minutes: int = Field(default=15, ge=1, le=240)
    """How late a run may begin by itself; after that a person is asked."""
    silent_after_minutes: int = Field(default=120, ge=5, le=2880)
    """When to worry that a run has produced nothing."""
    owner: Role = Role.TREASURER
    """Who is asked."""


class RunState(StrEnum):
    ASKED = "asked"
    """A person wants it now."""
    RUNNING = "running"
    DONE = "done"
    SILENT = "silent"
    """It has produced nothing for too long; somebody was told."""
    FAILED = "failed"
    MISSED = "missed"
    """It could not begin in time; a person was asked."""


class ScheduleRun(Model):
    id: str
    schedule: ScheduleId
    due_at: datetime
    by_hand: bool
    state: RunState
    workflow: str
    """Id of the workflow that carries it out."""
    started_at: datetime | None
    silent_at: datetime | None
    """When to worry that it has produced nothing."""
    ended_at: datetime | None
    produced: str
    """What came of it, in words."""
