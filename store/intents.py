"""Intents and attempts: what we owe or file, once per obligation slice, and each try at it.

The attempt number is durable and advances only on evidence that the try before it did not happen.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from finance.obligation import attempt_reference, content_digest
from models.base import Model
from models.errors import BusinessError
from models.ids import portal_action_workflow
from models.payment import AttemptState, IntentContent, PaymentIntent
from models.portal import PortalContent, ProbeResult
from models.task import Resolution
from models.work import WorkItem
from store.masters import account_owner, local_day
from store.payment_runs import put_off
from store.portal_queue import announce, end_item, rules_of
from store.schema.payables import attempt, intent, invoice, probe
from store.tasks import tasks_about
from store.unit_of_work import UnitOfWork

MOST_ATTEMPTS = 3
"""Tries the system makes by itself before it asks a person, where a portal's own rules say nothing else."""


class StoredIntent(Model):
    slice: str
    case: str
    invoice: str
    portal: str
    content: IntentContent
    digest: str
    payee_fingerprint: str
    """Of the payee's account as it was approved; empty where nobody is paid."""
    approval: str
    approved_digest: str
    state: str
    """`open`, `executed` or `cancelled`."""


class StoredAttempt(Model):
    number: int
    reference: str
    state: AttemptState
    claim_token: str | None
    deadline: datetime | None
    """Wall-clock UTC: after it nothing may leave."""
    sent_at: datetime | None
    taken_over_by: str
    """The person who carries it out instead of the bot; empty while that is the bot's."""


def open_intent(work: UnitOfWork, wanted: StoredIntent) -> StoredIntent:
    """Opens the one intent of an obligation slice; opening it again returns the first.

    Raises BusinessError `intent.differs` when the slice was opened with other content.
    """
    known = _find(work.connection, work.tenant, wanted.slice)
    if known is not None:
        if known.digest != wanted.digest:
            raise BusinessError("intent.differs", f"{wanted.slice} was approved with other content.")
        return known
    if content_digest(wanted.content) != wanted.digest:
        raise BusinessError("intent.differs", f"{wanted.slice} is not what its digest says.")
    values = dict(wanted) | {"case_id": wanted.case, "tenant": work.tenant, "created_at": work.now}
    del values["case"]
    work.execute(insert(intent).values(**values))
    work.record("intent.opened", "intent", wanted.slice, after=wanted.model_dump(mode="json"))
    return wanted


def entered_now(
    connection: Connection, tenant: str, content: IntentContent, reference: str, now: datetime
) -> PortalContent:
    """What a bot enters for `content`; a payment is executed on the day that it is now where the payer is."""
    owner = account_owner(connection, tenant, content.payer_iban) if isinstance(content, PaymentIntent) else None
    return content.order(reference, local_day(now, owner[0]) if owner is not None else now.date())


def arm(work: UnitOfWork, slice_id: str) -> StoredAttempt:
    """The attempt to work on: the live one, else the last when it was executed, else a new one.

    A new number is opened only when there is none yet or the last one is proven not to have happened.
    Raises BusinessError `intent.cancelled`, or `attempt.too_many` when the system's own tries are used up.
    """
    wanted = intent_of(work.connection, work.tenant, slice_id)
    if wanted.state == "cancelled":
        raise BusinessError("intent.cancelled", f"{slice_id} was cancelled.")
    last = last_attempt(work.connection, work.tenant, slice_id)
    if last is not None and last.state not in (AttemptState.ABSENT, AttemptState.REJECTED):
        return last
    number = last.number + 1 if last else 1
    own_tries = rules_of(work.connection, work.tenant, wanted.portal).most_attempts or MOST_ATTEMPTS
    if number > own_tries + _tries_wanted_by_people(work, slice_id):
        raise BusinessError(
            "attempt.too_many", f"{last.number if last else 0} tries came to nothing; a person has to look."
        )
    reference = attempt_reference(work.tenant, slice_id, number)
    values = {"slice": slice_id, "number": number, "reference": reference, "state": AttemptState.ARMED}
    work.execute(insert(attempt).values(tenant=work.tenant, **values))
    work.record("attempt.armed", "intent", slice_id, after=values)
    announce(work, put_off(work, wanted.content, work_item_of(work.connection, work.tenant, wanted, reference)))
    return attempt_of(work.connection, work.tenant, slice_id, number)


def claim(work: UnitOfWork, slice_id: str, number: int, lasts: timedelta, wall: datetime) -> StoredAttempt | None:
    """Moves an armed attempt to submitting by compare-and-set; None when it is not armed.

    `wall` is the wall-clock time, `lasts` how long the one request may still leave. The caller has checked in this
    same transaction that the approved content still stands.
    """
    token = secrets.token_hex(32)
    deadline = wall + lasts
    values = {"state": AttemptState.SUBMITTING, "claim_token": token, "claimed_at": wall, "deadline": deadline}
    claimed = work.execute(
        update(attempt).where(*_place(work, slice_id, number), attempt.c.state == AttemptState.ARMED).values(**values)
    )
    if not claimed.rowcount:
        return None
    work.record("attempt.claimed", "intent", slice_id, after={"number": number, "deadline": deadline.isoformat()})
    return attempt_of(work.connection, work.tenant, slice_id, number)


def mark_sent(work: UnitOfWork, slice_id: str, number: int, token: str, wall: datetime) -> bool:
    """The gate's last look, written down: True once per claim, only to its holder, only before the deadline."""
    found = attempt_of(work.connection, work.tenant, slice_id, number)
    is_mine = found.claim_token is not None and secrets.compare_digest(found.claim_token, token)
    if not is_mine or found.deadline is None or wall >= found.deadline:
        return False
    sent = work.execute(
        update(attempt)
        .where(*_place(work, slice_id, number), attempt.c.state == AttemptState.SUBMITTING, attempt.c.sent_at.is_(None))
        .values(sent_at=wall)
    )
    if sent.rowcount:
        work.record("attempt.sent", "intent", slice_id, after={"number": number})
    return bool(sent.rowcount)


def close_attempt(work: UnitOfWork, slice_id: str, number: int, state: AttemptState, evidence: dict[str, Any]) -> bool:
    """Ends an attempt with what the portal showed or people attest; an executed one ends its intent too.

    False when it had ended before.
    """
    if not _end_attempt(work, slice_id, number, state):
        return False
    if state is AttemptState.EXECUTED:
        _end_intent(work, slice_id, state)
    work.record(f"attempt.{state}", "intent", slice_id, after={"number": number, **evidence})
    return True


def cancel_intent(work: UnitOfWork, slice_id: str) -> bool:
    """Gives an intent up; False while an attempt is claimed or once it was executed."""
    if intent_of(work.connection, work.tenant, slice_id).state == "cancelled":
        return True
    last = last_attempt(work.connection, work.tenant, slice_id)
    if last is not None and last.state in (AttemptState.SUBMITTING, AttemptState.EXECUTED):
        return False
    if last is not None and last.state is AttemptState.ARMED:
        _end_attempt(work, slice_id, last.number, AttemptState.CANCELLED)
    _end_intent(work, slice_id, AttemptState.CANCELLED)
    work.record("intent.cancelled", "intent", slice_id)
    return True


def take_over(work: UnitOfWork, slice_id: str, number: int, person: str, wall: datetime) -> None:
    """Takes an open attempt away from the bot: `person` carries it out, the bot only looks.

    One that nobody has claimed is claimed by this, so that no bot can; a bot's claim lets nothing out any more.
    Raises BusinessError `attempt.ended`.
    """
    claim(work, slice_id, number, timedelta(), wall)
    taken = work.execute(
        update(attempt)
        .where(*_place(work, slice_id, number), attempt.c.state == AttemptState.SUBMITTING)
        .values(taken_over_by=person, claim_token=None)
    )
    if not taken.rowcount:
        raise BusinessError("attempt.ended", "This try is over already.")
    work.record("attempt.taken_over", "intent", slice_id, after={"number": number, "person": person})


def record_probe(work: UnitOfWork, slice_id: str, number: int, result: ProbeResult) -> None:
    """Keeps what one look at the portal found."""
    values = {"id": secrets.token_hex(16), "slice": slice_id, "number": number, "data": result}
    work.execute(insert(probe).values(tenant=work.tenant, **values))
    work.record("attempt.probed", "intent", slice_id, after=result.model_dump(mode="json"))


def probes_of(connection: Connection, tenant: str, slice_id: str, number: int) -> tuple[ProbeResult, ...]:
    """All looks at the portal for one attempt, oldest first."""
    query = select(probe.c.data).where(probe.c.tenant == tenant, probe.c.slice == slice_id, probe.c.number == number)
    found: list[ProbeResult] = list(connection.execute(query).scalars())
    return tuple(sorted(found, key=lambda result: result.probed_at))


def intent_of(connection: Connection, tenant: str, slice_id: str) -> StoredIntent:
    """Raises BusinessError `intent.unknown`: what was never opened is never carried out."""
    found = _find(connection, tenant, slice_id)
    if found is None:
        raise BusinessError("intent.unknown", f"There is no intent {slice_id!r}.")
    return found


def attempt_of(connection: Connection, tenant: str, slice_id: str, number: int) -> StoredAttempt:
    """Raises BusinessError `attempt.unknown`."""
    query = select(attempt).where(attempt.c.tenant == tenant, attempt.c.slice == slice_id, attempt.c.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise BusinessError("attempt.unknown", f"{slice_id} has no attempt {number}.")
    return _attempt(row)


def last_attempt(connection: Connection, tenant: str, slice_id: str) -> StoredAttempt | None:
    query = select(attempt).where(attempt.c.tenant == tenant, attempt.c.slice == slice_id)
    row = connection.execute(query.order_by(attempt.c.number.desc()).limit(1)).one_or_none()
    return _attempt(row) if row is not None else None


def intents_of_case(connection: Connection, tenant: str, case: str) -> tuple[StoredIntent, ...]:
    query = select(intent).where(intent.c.tenant == tenant, intent.c.case_id == case)
    return tuple(_intent(row) for row in connection.execute(query.order_by(intent.c.created_at)))


def work_item_of(connection: Connection, tenant: str, wanted: StoredIntent, reference: str) -> WorkItem:
    """What the attempt under `reference` is in its portal's queue."""
    due_on = select(invoice.c.due_date).where(invoice.c.tenant == tenant, invoice.c.id == wanted.invoice)
    return WorkItem(
        reference=reference,
        portal=wanted.portal,
        kind=wanted.content.kind,
        subject=wanted.slice,
        case=wanted.case,
        title=wanted.content.summary,
        workflow=portal_action_workflow(tenant, wanted.slice),
        due_on=connection.execute(due_on).scalar_one_or_none(),
    )


def executed_payments(connection: Connection, tenant: str) -> tuple[tuple[StoredIntent, str], ...]:
    """Every payment the portal showed as executed, with the reference it carries there."""
    joined = intent.join(attempt, (attempt.c.tenant == intent.c.tenant) & (attempt.c.slice == intent.c.slice))
    query = (
        select(intent, attempt.c.reference)
        .select_from(joined)
        .where(intent.c.tenant == tenant, attempt.c.state == AttemptState.EXECUTED)
    )
    found = [(_intent(row), row.reference) for row in connection.execute(query)]
    return tuple((each, reference) for each, reference in found if each.content.kind == "payment")


def _tries_wanted_by_people(work: UnitOfWork, slice_id: str) -> int:
    about = tasks_about(work.connection, work.tenant, "intent", slice_id)
    return sum(task.resolution in (Resolution.TRY_AGAIN, Resolution.NOT_DONE) for task in about)


def _end_attempt(work: UnitOfWork, slice_id: str, number: int, state: AttemptState) -> bool:
    ended = work.execute(
        update(attempt)
        .where(*_place(work, slice_id, number), attempt.c.closed_at.is_(None))
        .values(state=state, closed_at=work.now)
    )
    if ended.rowcount:
        end_item(work, attempt_of(work.connection, work.tenant, slice_id, number).reference)
    return bool(ended.rowcount)


def _end_intent(work: UnitOfWork, slice_id: str, state: AttemptState) -> None:
    place = (intent.c.tenant == work.tenant) & (intent.c.slice == slice_id)
    work.execute(update(intent).where(place).values(state=state))


def _place(work: UnitOfWork, slice_id: str, number: int) -> tuple[Any, ...]:
    return attempt.c.tenant == work.tenant, attempt.c.slice == slice_id, attempt.c.number == number


def _find(connection: Connection, tenant: str, slice_id: str) -> StoredIntent | None:
    row = connection.execute(select(intent).where(intent.c.tenant == tenant, intent.c.slice == slice_id)).one_or_none()
    return _intent(row) if row is not None else None


def _intent(row: Any) -> StoredIntent:
    return StoredIntent(
        slice=row.slice,
        case=row.case_id,
        invoice=row.invoice,
        portal=row.portal,
        content=row.content,
        digest=row.digest,
        payee_fingerprint=row.payee_fingerprint,
        approval=row.approval,
        approved_digest=row.approved_digest,
        state=row.state,
    )


def _attempt(row: Any) -> StoredAttempt:
    return StoredAttempt(
        number=row.number,
        reference=row.reference,
        state=AttemptState(row.state),
        claim_token=row.claim_token,
        deadline=row.deadline,
        sent_at=row.sent_at,
        taken_over_by=row.taken_over_by or "",
    )
