"""Schedules that the tests keep, and time that passes for them."""

from datetime import UTC, datetime, time
from typing import Any

from models.calendar import Roll
from models.schedule import Frequency, Job, Schedule, ScheduleRun, Timing
from store.schedule_jobs import start_job
from store.schedule_runs import look_after, runs_of, take_due
from store.schedules import keep_schedule, schedule_of
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM

MORNING = "statements-morning"
PAYMENT_RUN = "payment-run"


def statements(**changes: Any) -> Schedule:
    """Fetches the statements every bank day at seven in Berlin."""
    timing = Timing(
        frequency=Frequency.DAILY, at=time(7), zone="Europe/Berlin", calendar="target2", roll=Roll.FOLLOWING
    )
    content = {"id": MORNING, "title": "Statements in the morning", "job": Job.STATEMENTS, "target": "LMT"}
    return Schedule.model_validate({**content, "timing": timing} | changes)


def payments(**changes: Any) -> Schedule:
    """Pays what is released every bank day at two in Berlin."""
    timing = statements().timing.model_copy(update={"at": time(14)})
    content = {"id": PAYMENT_RUN, "title": "Payment run", "job": Job.PAYMENTS, "timing": timing}
    return statements(**content | changes)


def begun(company: Company, schedule: str) -> ScheduleRun | None:
    """The run that is due, begun with what it does."""
    with company.store.change(TENANT, SYSTEM) as work:
        found = take_due(work, schedule, "w")
        if found is None:
            return None
        start_job(work, schedule_of(work.connection, TENANT, schedule).content, found.run)
    return found.run


def keep(company: Company, content: Schedule) -> None:
    with company.store.change(TENANT, SYSTEM) as work:
        keep_schedule(work, content)


def at(company: Company, text: str) -> None:
    """It is now `text` in UTC."""
    company.clock.now = datetime.fromisoformat(text).replace(tzinfo=UTC)


def taken(company: Company, workflow: str = "w", schedule: str = MORNING) -> ScheduleRun | None:
    with company.store.change(TENANT, SYSTEM) as work:
        found = take_due(work, schedule, workflow)
    return found.run if found is not None else None


def looked_after(company: Company, schedule: str = MORNING) -> None:
    with company.store.change(TENANT, SYSTEM) as work:
        look_after(work, schedule_of(work.connection, TENANT, schedule))


def runs(company: Company, schedule: str = MORNING) -> list[tuple[str, str]]:
    """Due time and state, the oldest first."""
    with company.store.read() as view:
        found = runs_of(view, TENANT, schedule)
    return [(f"{run.due_at:%a %d %H:%M}", run.state.value) for run in reversed(found)]
