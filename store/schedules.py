"""What runs by itself: kept, changed, paused and asked for by people. Its runs: schedule_runs.py."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from finance.schedule_plan import next_runs
from models.base import Model
from models.errors import BusinessError, Finding
from models.schedule import Job, Schedule
from store.calendars import SCHEDULERS, calendar_of
from store.masters import entity_of
from store.people import SignedIn
from store.schema.people import credential
from store.schema.schedules import schedule
from store.unit_of_work import Store, UnitOfWork

WATCHED_WITHIN = timedelta(minutes=5)
"""Somebody looks for late runs several times within that; where nobody did, no run can be relied on."""


class StoredSchedule(Model):
    content: Schedule
    paused: bool
    pause_reason: str
    revision: int
    """Grows with every change of the content."""
    settled_until: datetime
    watched_at: datetime | None

    def open_since(self, now: datetime) -> datetime:
        """Runs due after that are still to come, or may still begin."""
        return max(self.settled_until, now - timedelta(minutes=self.content.patience_minutes))


def schedules(connection: Connection, tenant: str) -> tuple[StoredSchedule, ...]:
    """All schedules of the tenant by their id."""
    query = select(schedule).where(schedule.c.tenant == tenant).order_by(schedule.c.id)
    return tuple(_stored(row) for row in connection.execute(query))


def schedule_of(connection: Connection, tenant: str, schedule_id: str) -> StoredSchedule:
    """Raises BusinessError `schedule.unknown`."""
    row = connection.execute(select(schedule).where(place_of(tenant, schedule_id))).one_or_none()
    if row is None:
        raise BusinessError("schedule.unknown", f"There is no schedule {schedule_id!r}.")
    return _stored(row)


def next_run(connection: Connection, tenant: str, stored: StoredSchedule, now: datetime) -> datetime | None:
    """The next run that is to come, or is due and may still begin; None while the schedule is paused."""
    if stored.paused:
        return None
    timing = stored.content.timing
    coming = next_runs(timing, calendar_of(connection, tenant, timing.calendar), stored.open_since(now), 1)
    return next((each.at for each in coming if each.at is not None), None)


def checked_schedule(values: dict[str, Any]) -> Schedule:
    """Raises BusinessError `schedule.entered_wrong` with every field that cannot be used."""
    try:
        return Schedule.model_validate(values, strict=False)
    except ValidationError as error:
        findings = tuple(
            Finding(field=".".join(map(str, each["loc"])), problem=each["msg"].removeprefix("Value error, "))
            for each in error.errors(include_url=False, include_input=False)
        )
        raise BusinessError("schedule.entered_wrong", "The schedule cannot be kept like this.", findings) from error


def set_schedule(store: Store, signed_in: SignedIn, wanted: Schedule) -> None:
    """Adds or changes a schedule; what was due before the change stays as it was settled.

    Raises BusinessError `right.missing`, `calendar.unknown`, `entity.unknown`, `portal.unknown` or
    `schedule.other_payments` where payments of another company, or none, were to leave by a payment run.
    """
    signed_in.require(*SCHEDULERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        keep_schedule(work, wanted)


def keep_schedule(work: UnitOfWork, wanted: Schedule) -> None:
    calendar_of(work.connection, work.tenant, wanted.timing.calendar)
    _require_target(work, wanted)
    after = wanted.model_dump(mode="json")
    row = work.execute(select(schedule).where(place_of(work.tenant, wanted.id))).one_or_none()
    if row is None:
        values = {"paused": False, "pause_reason": "", "revision": 1, "settled_until": work.now}
        work.execute(insert(schedule).values(tenant=work.tenant, id=wanted.id, data=wanted, **values))
        work.record("schedule.added", "schedule", wanted.id, after=after)
        return
    _require_same_payments(row.data, wanted)
    # Dates of another pattern that lie behind were never due.
    settled = row.settled_until if row.data.timing == wanted.timing else work.now
    values = {"data": wanted, "revision": row.revision + 1, "settled_until": settled}
    work.execute(update(schedule).where(place_of(work.tenant, wanted.id)).values(**values))
    work.record("schedule.changed", "schedule", wanted.id, before=row.data.model_dump(mode="json"), after=after)


def pause_schedule(store: Store, signed_in: SignedIn, schedule_id: str, reason: str) -> None:
    """Nothing runs from now on, and nobody is asked about it.

    Raises BusinessError `schedule.unknown`, `schedule.no_reason` or `right.missing`.
    """
    signed_in.require(*SCHEDULERS)
    if not reason.strip():
        raise BusinessError("schedule.no_reason", "Say why it is paused, for whoever waits for it.")
    with store.change(signed_in.tenant, signed_in.actor) as work:
        schedule_of(work.connection, work.tenant, schedule_id)
        why = reason.strip()[:300]
        work.execute(update(schedule).where(place_of(work.tenant, schedule_id)).values(paused=True, pause_reason=why))
        work.record("schedule.paused", "schedule", schedule_id, reasons=(why,))


def resume_schedule(store: Store, signed_in: SignedIn, schedule_id: str) -> None:
    """Lets it run again from now on; what was due meanwhile is not made up for.

    Raises BusinessError `schedule.unknown` or `right.missing`.
    """
    signed_in.require(*SCHEDULERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        schedule_of(work.connection, work.tenant, schedule_id)
        values = {"paused": False, "pause_reason": "", "settled_until": work.now}
        work.execute(update(schedule).where(place_of(work.tenant, schedule_id)).values(**values))
        work.record("schedule.resumed", "schedule", schedule_id)


def place_of(tenant: str, schedule_id: str) -> ColumnElement[bool]:
    return (schedule.c.tenant == tenant) & (schedule.c.id == schedule_id)


def _require_target(work: UnitOfWork, wanted: Schedule) -> None:
    if wanted.job is not Job.CANARY:
        entity_of(work.connection, work.tenant, wanted.target)
        return
    query = select(credential.c.portal).where(credential.c.tenant == work.tenant, credential.c.portal == wanted.target)
    if work.execute(query).one_or_none() is None:
        raise BusinessError("portal.unknown", f"There is no portal {wanted.target!r} with a login.")


def _require_same_payments(known: Schedule, wanted: Schedule) -> None:
    """What waits for a payment run waits for the run of its own company."""
    if known.job is Job.PAYMENTS and (known.job, known.target) != (wanted.job, wanted.target):
        raise BusinessError(
            "schedule.other_payments",
            "Payments wait for this payment run: it stays one, and stays this company's. Pause it and set up another.",
        )


def _stored(row: Row[Any]) -> StoredSchedule:
    return StoredSchedule(
        content=row.data,
        paused=row.paused,
        pause_reason=row.pause_reason,
        revision=row.revision,
        settled_until=row.settled_until,
        watched_at=row.watched_at,
    )
