"""Payments that wait for the next run of their company's payment schedule.

Each is put off until the time of that run, not until the run itself: whatever becomes of schedule and run, it may begin
at that time, so that no money is stranded. All of it is approved before; the claim checks that again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from models.payment import IntentContent, PaymentIntent
from models.schedule import Job, Schedule
from models.task import Resolution, TaskContent
from models.work import WorkItem, WorkState
from store.masters import account_owner
from store.portal_queue import by_turn, call, call_next, place_of_item
from store.schedules import StoredSchedule, next_run, schedules
from store.schema.portal_queue import work_item
from store.tasks import TaskSubject, open_announced_task
from store.unit_of_work import UnitOfWork

WITHOUT_RUN = "payments_without_run"
"""Kind of the task about payments whose run is not going to come."""


def put_off(work: UnitOfWork, content: IntentContent, item: WorkItem) -> WorkItem:
    """A payment as it waits for the next payment run of the company that pays; anything else as it is."""
    planned = _next_planned(work, content.payer_iban) if isinstance(content, PaymentIntent) else None
    if planned is None:
        return item
    at, schedule_id = planned
    after = {"item": item.reference, "run": schedule_id, "until": at.isoformat()}
    work.record("payment.put_off", "intent", item.subject, after=after)
    return item.model_copy(update={"defer_until": at, "payment_run": schedule_id})


def let_go(work: UnitOfWork, schedule_id: str, due: datetime | None = None) -> int:
    """Lets the payments begin that wait for the schedule's run, in their queues' order, and says how many they are.

    With `due` only those that were put off until then at the latest. One that began at its time by itself, before the
    run did, is one of them.
    """
    place = _of_run(work.tenant, schedule_id)
    if due is not None:
        place &= work_item.c.defer_until <= due
    found = work.execute(by_turn(select(work_item).where(place))).all()
    work.execute(update(work_item).where(place).values(payment_run=None, defer_until=None))
    paid = [item for item in found if item.state != WorkState.ENDED or item.started_at is not None]
    before = work.case
    for item in paid:
        work.case = item.case_id
        work.record("payment.let_go", "intent", item.subject, after={"item": item.reference, "run": schedule_id})
    work.case = before
    for portal in dict.fromkeys(item.portal for item in found):
        call_next(work, portal)
    return len(paid)


def keep_in_step(work: UnitOfWork, stored: StoredSchedule) -> None:
    """Moves what waits to where the plan has the next run by now.

    Where no run is going to come, it keeps its time, waits for no run any more, and a person is told.
    """
    if stored.content.job is not Job.PAYMENTS:
        return
    place = _waits(work.tenant, stored.content.id, work.now)
    waiting = work.execute(select(work_item).where(place)).all()
    if not waiting:
        return
    at = next_run(work.connection, work.tenant, stored, work.now)
    if at is None:
        work.execute(update(work_item).where(place).values(payment_run=None))
        _tell(work, stored.content, waiting)
        return
    for item in waiting:
        if item.defer_until != at:
            _move(work, item, at)


def awaited_run(connection: Connection, tenant: str, reference: str, now: datetime) -> datetime | None:
    """When the payment run comes for which the item waits; None where it waits for none."""
    place = place_of_item(tenant, reference) & work_item.c.payment_run.is_not(None) & _is_put_off(now)
    return connection.execute(select(work_item.c.defer_until).where(place)).scalar_one_or_none()


def number_waiting(connection: Connection, tenant: str, schedule_id: str, now: datetime) -> int:
    """How many payments wait for the schedule's next run."""
    query = select(func.count()).select_from(work_item).where(_waits(tenant, schedule_id, now))
    return connection.execute(query).scalar_one()


def _next_planned(work: UnitOfWork, payer_iban: str) -> tuple[datetime, str] | None:
    """When the next payment run of whoever pays from the account comes, and by which schedule."""
    owner = account_owner(work.connection, work.tenant, payer_iban)
    planned = [
        (next_run(work.connection, work.tenant, stored, work.now), stored.content.id)
        for stored in schedules(work.connection, work.tenant)
        if owner is not None and stored.content.job is Job.PAYMENTS and stored.content.target == owner[0].id
    ]
    return min(((at, schedule_id) for at, schedule_id in planned if at is not None), default=None)


def _move(work: UnitOfWork, item: Row[Any], at: datetime) -> None:
    place = place_of_item(work.tenant, item.reference)
    work.execute(update(work_item).where(place).values(defer_until=at))
    work.case = item.case_id
    after = {"item": item.reference, "run": item.payment_run, "until": at.isoformat()}
    work.record("payment.put_off", "intent", item.subject, after=after)
    work.case = ""
    if item.state == WorkState.PARKED:
        call(work, item)


def _tell(work: UnitOfWork, content: Schedule, waiting: Sequence[Row[Any]]) -> None:
    local = min(item.defer_until for item in waiting).astimezone(content.timing.time_zone)
    title = f"{content.title}: payments do not wait for it any more"
    message = (
        f"{content.title} is paused, and {len(waiting)} payment(s) waited for its next run. They begin by themselves "
        f"at {local:%Y-%m-%d %H:%M %Z}, and new ones at once. To hold money back, pause the bank's portal."
    )
    after = {"payments": len(waiting), "until": local.isoformat()}
    work.record("schedule.payments_kept", "schedule", content.id, after=after)
    subject = TaskSubject(kind=WITHOUT_RUN, subject_kind="schedule", subject_id=content.id, workflow="")
    task = TaskContent(title=title[:200], message=message, resolutions=(Resolution.NOTED,))
    open_announced_task(work, subject, content.owner, task)


def _of_run(tenant: str, schedule_id: str) -> ColumnElement[bool]:
    return (work_item.c.tenant == tenant) & (work_item.c.payment_run == schedule_id)


def _waits(tenant: str, schedule_id: str, now: datetime) -> ColumnElement[bool]:
    return _of_run(tenant, schedule_id) & _is_put_off(now)


def _is_put_off(now: datetime) -> ColumnElement[bool]:
    """Neither begun nor over, nor due by now."""
    is_open = work_item.c.started_at.is_(None) & (work_item.c.state != WorkState.ENDED)
    return is_open & (work_item.c.defer_until > now)
