"""Schedules as people see them: when, what for, the last runs, the next ones and why."""

from datetime import datetime
from zoneinfo import ZoneInfo

from console import schedule_words
from console.language import Language
from console.names import Names
from finance.calendars import DATA_VERSION
from finance.schedule_plan import next_runs
from models.base import Model
from models.calendar import BusinessCalendar
from models.schedule import Job, Schedule, ScheduleRun
from store.calendars import calendar_of
from store.payment_runs import number_waiting
from store.reads import View
from store.schedule_runs import runs_of
from store.schedules import WATCHED_WITHIN, StoredSchedule, schedules

PREVIEWED = 20


class PlannedRun(Model):
    at: datetime | None
    """None where a date is left out."""
    why: tuple[str, ...]


class ScheduleView(Model):
    content: Schedule
    timing: str
    target: str
    calendar: str
    paused: bool
    pause_reason: str
    last: ScheduleRun | None
    """The newest run that began or should have."""
    runs: tuple[ScheduleRun, ...]
    planned: tuple[PlannedRun, ...]
    """The next twenty runs, none while it is paused."""
    next_at: datetime | None
    waiting: int
    """Payments that wait for the next run."""

    @property
    def zone(self) -> ZoneInfo:
        return self.content.timing.time_zone


class SchedulesView(Model):
    schedules: tuple[ScheduleView, ...]
    unwatched: bool
    """Nobody has looked for late runs for a while, so that nothing can be relied on."""
    data: str
    """By which data holidays are known."""


def schedules_view(view: View, tenant: str, names: Names, language: Language, now: datetime) -> SchedulesView:
    found = schedules(view, tenant)
    return SchedulesView(
        schedules=tuple(_schedule(view, tenant, names, language, stored, now) for stored in found),
        unwatched=any(each.watched_at is None or now - each.watched_at > WATCHED_WITHIN for each in found),
        data=DATA_VERSION,
    )


def planned_runs(
    content: Schedule, calendar: BusinessCalendar, language: Language, after: datetime, number: int = PREVIEWED
) -> tuple[PlannedRun, ...]:
    """The next runs with their reasons in words, and the dates that are left out between them."""
    found = next_runs(content.timing, calendar, after, number)
    return tuple(
        PlannedRun(at=each.at, why=tuple(schedule_words.reason_in_words(language, reason) for reason in each.why))
        for each in found
    )


def _schedule(
    view: View, tenant: str, names: Names, language: Language, stored: StoredSchedule, now: datetime
) -> ScheduleView:
    content = stored.content
    calendar = calendar_of(view, tenant, content.timing.calendar)
    runs = runs_of(view, tenant, content.id)
    planned = () if stored.paused else planned_runs(content, calendar, language, now)
    return ScheduleView(
        content=content,
        timing=schedule_words.timing_in_words(language, content.timing),
        target=names.portal(content.target) if content.job is Job.CANARY else names.entity(content.target),
        calendar=calendar.name,
        paused=stored.paused,
        pause_reason=stored.pause_reason,
        last=runs[0] if runs else None,
        runs=runs,
        planned=planned,
        next_at=next((each.at for each in planned if each.at is not None), None),
        waiting=number_waiting(view, tenant, content.id, now),
    )
