"""Keeps the time of open approvals: reminds, escalates and, where the rules say so, rejects. Nothing here approves."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select

from finance.business_hours import worked_between
from finance.delegation import representatives_of
from finance.escalation import (
    AtTheEnd,
    Clock,
    EscalationTimes,
    clocks,
    is_escalated,
    is_rejected,
    next_moment,
    reminders_due,
    times_from,
)
from models.approval import ApprovalSubject, Stage
from models.base import Model
from models.calendar import BusinessCalendar
from models.errors import BusinessError
from models.party import Role
from store.approval_judging import Judge
from store.approval_notes import pauses_of
from store.approvals import StoredRequest, assign, decisions_of, request_of, update_request
from store.calendars import working_calendar_of
from store.invoices import invoice_of
from store.masters import entities
from store.notices import is_sent
from store.people import people
from store.rule_versions import evaluate
from store.schema.approvals import approval_reminder
from store.unit_of_work import UnitOfWork

_WORK = {
    ApprovalSubject.PURCHASE: "purchase_approval",
    ApprovalSubject.INVOICE: "invoice_approval",
    ApprovalSubject.PAYMENT: "payment_release",
    ApprovalSubject.SALE: "credit_approval",
}
_WITHOUT_RULE = EscalationTimes(
    remind_after=8, escalate_after=24, escalate_to=Role.FINANCE_DIRECTOR, when_over=AtTheEnd.KEEP_ASKING
)
"""Where no row fits somebody is reminded all the same, and nothing ends by itself."""
_MANY_HOURS = Decimal(1000)


class DueReminder(Model):
    stage: int
    person: str
    number: int


class TimeKept(Model):
    remind: tuple[DueReminder, ...]
    tell: tuple[int, ...]
    """Stages somebody new may answer, who has not been told."""
    next_at: datetime | None
    """When something is due again, in business time."""


def keep_time(work: UnitOfWork, request_id: str) -> TimeKept:
    """Does what is due now about a request that waits; again, it does nothing twice."""
    stored = request_of(work.connection, work.tenant, request_id)
    work.case = stored.request.case
    if stored.state != "pending" or stored.waiting_since is None:
        return TimeKept(remind=(), tell=(), next_at=None)
    times = _times(work, stored)
    calendar = working_calendar_of(work.connection, work.tenant)
    judge = Judge(work.connection, work.tenant)
    waiting = judge.progress(stored.request, decisions_of(work.connection, work.tenant, request_id)).open
    remind: list[DueReminder] = []
    moments: list[datetime | None] = []
    for stage in waiting:
        asked = _clocks(work, stored, stage, calendar)
        if is_rejected(asked, times):
            _reject(work, stored)
            return TimeKept(remind=(), tell=(), next_at=work.now)
        if is_escalated(asked, times) and not stage.escalated_to:
            _escalate(work, stored, stage, times)
        remind += _reminded(work, stored, stage, asked, times)
        is_paused = any(pause.until is None for pause in pauses_of(work.connection, work.tenant, request_id))
        moments.append(None if is_paused else next_moment(asked, times, work.now, calendar))
    moments += [each.starts_at for each in judge.delegations if each.starts_at > work.now]
    return TimeKept(
        remind=tuple(remind),
        tell=tuple(_untold(work, judge, request_id)),
        next_at=min((each for each in moments if each is not None), default=None),
    )


def reminders_sent(connection: Connection, tenant: str, request_id: str) -> int:
    place = (approval_reminder.c.tenant == tenant) & (approval_reminder.c.request == request_id)
    return int(connection.execute(select(func.count()).select_from(approval_reminder).where(place)).scalar_one())


def _times(work: UnitOfWork, stored: StoredRequest) -> EscalationTimes:
    """Pinned when the stage began to wait."""
    request, since = stored.request, stored.waiting_since or stored.created_at
    amount = request.scope.amount.amount if request.scope else Decimal(0)
    inputs = {
        "work": _WORK[request.subject],
        "amount": amount,
        "hours_to_deadline": _hours_to_deadline(work, stored, since),
    }
    subject = f"{request.id}.{stored.stage}.{since:%Y%m%d%H%M%S}"
    try:
        return times_from(evaluate(work, "escalation_times", "approval", subject, request.digest, inputs).result)
    except BusinessError:
        return _WITHOUT_RULE


def _hours_to_deadline(work: UnitOfWork, stored: StoredRequest, since: datetime) -> Decimal:
    """Business hours until the invoice is due, in the company's zone and by its calendar; many where nothing is due."""
    if stored.request.subject is not ApprovalSubject.PAYMENT:
        return _MANY_HOURS
    zone = ZoneInfo(next((entity.timezone for entity in entities(work.connection, work.tenant)), "UTC"))
    due = invoice_of(work.connection, work.tenant, stored.request.subject_id).due_date
    until = datetime(due.year, due.month, due.day, 23, 59, tzinfo=zone)
    worked = worked_between(since, until, zone, working_calendar_of(work.connection, work.tenant))
    return Decimal(int(worked / timedelta(hours=1)))


def _clocks(work: UnitOfWork, stored: StoredRequest, stage: Stage, calendar: BusinessCalendar) -> tuple[Clock, ...]:
    """Only those who were asked from the beginning have a clock."""
    fallback = next((entity.timezone for entity in entities(work.connection, work.tenant)), "UTC")
    zone_of = {person.id: person.timezone or fallback for person in people(work.connection, work.tenant)}
    zones = {person: zone_of.get(person, fallback) for person in stage.people}
    pauses = pauses_of(work.connection, work.tenant, stored.request.id)
    return clocks(zones, stored.waiting_since or stored.created_at, work.now, pauses, calendar)


def _reminded(
    work: UnitOfWork, stored: StoredRequest, stage: Stage, asked: tuple[Clock, ...], times: EscalationTimes
) -> list[DueReminder]:
    """Writes down the newest reminder that each person should have had and did not; older ones are left out."""
    found: list[DueReminder] = []
    for clock in asked:
        number = reminders_due(clock, times)
        if not number or number <= _last_reminder(work, stored.request.id, stage.position, clock.person):
            continue
        reminder = DueReminder(stage=stage.position, person=clock.person, number=number)
        work.execute(
            insert(approval_reminder).values(
                tenant=work.tenant, request=stored.request.id, **reminder.model_dump(), sent_at=work.now
            )
        )
        work.record("approval.reminded", "approval", stored.request.id, after=reminder.model_dump())
        found.append(reminder)
    return found


def _last_reminder(work: UnitOfWork, request_id: str, stage: int, person: str) -> int:
    query = select(func.max(approval_reminder.c.number)).where(
        approval_reminder.c.tenant == work.tenant,
        approval_reminder.c.request == request_id,
        approval_reminder.c.stage == stage,
        approval_reminder.c.person == person,
    )
    return int(work.execute(query).scalar_one() or 0)


def _escalate(work: UnitOfWork, stored: StoredRequest, stage: Stage, times: EscalationTimes) -> None:
    """Whoever holds the role may answer this stage as well, unless they are asked elsewhere in the chain or barred."""
    request = stored.request
    judge = Judge(work.connection, work.tenant)
    elsewhere = {person for each in request.stages if each.position != stage.position for person in each.people}
    wanted = tuple(
        person.id
        for person in people(work.connection, work.tenant)
        if times.escalate_to in person.roles
        and person.id not in elsewhere | set(stage.people)
        and not judge.objections(request, person.id, "", work.now)
    )
    if not wanted:
        return
    stages = tuple(
        each.model_copy(update={"escalated_to": wanted}) if each.position == stage.position else each
        for each in request.stages
    )
    changed = request.model_copy(update={"stages": stages})
    update_request(work, request.id, data=changed)
    assign(work, changed)
    after = {"stage": stage.position, "role": times.escalate_to, "people": list(wanted)}
    work.record("approval.escalated", "approval", request.id, after=after)


def _reject(work: UnitOfWork, stored: StoredRequest) -> None:
    changed = stored.request.model_copy(update={"timed_out_at": work.now})
    update_request(work, stored.request.id, data=changed)
    work.record("approval.timed_out", "approval", stored.request.id)


def _untold(work: UnitOfWork, judge: Judge, request_id: str) -> list[int]:
    request = request_of(work.connection, work.tenant, request_id).request
    waiting = judge.progress(request, decisions_of(work.connection, work.tenant, request_id)).open
    return [stage.position for stage in waiting if _has_untold(work, judge, request_id, stage)]


def _has_untold(work: UnitOfWork, judge: Judge, request_id: str, stage: Stage) -> bool:
    request = request_of(work.connection, work.tenant, request_id).request
    standing_in = {
        person for each in stage.answerers for person in representatives_of(each, judge.delegations, request, work.now)
    }
    wanted = {*stage.escalated_to, *standing_in}
    return any(not is_sent(work.connection, work.tenant, f"{request_id}.{stage.position}.{each}") for each in wanted)
