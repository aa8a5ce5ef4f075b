"""Until when payments have to be at their bank, and who is told when one is about to miss that."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select

from audit.entry import Actor
from finance.cut_off import cut_off_for
from models.approval import ApprovalSubject
from models.base import Model
from models.calendar import CutOff
from models.party import Role
from models.payment import AttemptState
from models.portal import PortalState
from models.task import Resolution, TaskContent
from store.calendars import SCHEDULERS, calendar_of
from store.intents import intent_of, last_attempt, probes_of
from store.invoice_matching import order_named_by
from store.invoices import StoredInvoice, invoice_of
from store.masters import entity_of, vendor_of
from store.payment_runs import awaited_run
from store.people import SignedIn
from store.schema.approvals import approval_request
from store.schema.payables import intent
from store.schema.schedules import bank_cut_off
from store.tasks import TaskSubject, close_tasks, open_announced_task, open_tasks, tasks_about
from store.unit_of_work import Store, UnitOfWork

TOLD_AHEAD = timedelta(hours=2)
"""How long before the cut-off somebody is told that a payment still waits."""

NEAR = "cut_off_near"
"""Kind of the task about a payment that is about to miss its cut-off."""

_SUBJECT = "payment"
_WATCH = Actor(system="cut-offs")


class PaymentCutOff(Model):
    """The last moment at which a payment has to be at its bank to arrive in time."""

    portal: str
    value_date: date
    latest: datetime
    """UTC."""
    zone: str
    """The bank's."""


class _Wait(Model):
    why: str
    run: datetime | None = None
    """When the payment run comes for which it waits."""


def cut_off_of(connection: Connection, tenant: str, portal: str, zone: str, usual: time) -> CutOff:
    """The bank's own, else `usual` in `zone`, on the days of TARGET2."""
    place = (bank_cut_off.c.tenant == tenant) & (bank_cut_off.c.portal == portal)
    own: CutOff | None = connection.execute(select(bank_cut_off.c.data).where(place)).scalar_one_or_none()
    return own or CutOff(at=usual, zone=zone, calendar="target2")


def set_cut_off(store: Store, signed_in: SignedIn, portal: str, wanted: CutOff) -> None:
    """Says when a bank takes payments. Raises BusinessError `calendar.unknown` or `right.missing`."""
    signed_in.require(*SCHEDULERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        calendar_of(work.connection, work.tenant, wanted.calendar)
        place = (bank_cut_off.c.tenant == work.tenant) & (bank_cut_off.c.portal == portal)
        before = work.execute(select(bank_cut_off.c.data).where(place)).scalar_one_or_none()
        work.execute(delete(bank_cut_off).where(place))
        work.execute(insert(bank_cut_off).values(tenant=work.tenant, portal=portal, data=wanted))
        work.record(
            "cut_off.set",
            "portal",
            portal,
            before=before and before.model_dump(mode="json"),
            after=wanted.model_dump(mode="json"),
        )


def payment_cut_off(connection: Connection, tenant: str, stored: StoredInvoice, usual: time) -> PaymentCutOff | None:
    """Computed back from the invoice's due date; None for an invoice that names none or belongs to no order."""
    value_date = stored.document.due_date
    order = order_named_by(connection, tenant, stored)
    if value_date is None or order is None:
        return None
    payer = entity_of(connection, tenant, order.order.content.entity)
    portal = payer.account_at(vendor_of(connection, tenant, stored.vendor).house_bank).bank_portal
    cut_off = cut_off_of(connection, tenant, portal, payer.timezone, usual)
    latest = cut_off_for(cut_off, calendar_of(connection, tenant, cut_off.calendar), value_date)
    return PaymentCutOff(portal=portal, value_date=value_date, latest=latest, zone=cut_off.zone)


def warn_of_cut_offs(store: Store, usual: time) -> None:
    """Tells the treasurers of every tenant once about each payment that still waits shortly before its cut-off."""
    with store.read() as connection:
        tenants = connection.execute(select(approval_request.c.tenant).distinct()).scalars().all()
    for tenant in tenants:
        with store.change(tenant, _WATCH) as work:
            _warn(work, usual)


def _warn(work: UnitOfWork, usual: time) -> None:
    waiting = _waiting(work)
    for invoice, wait in waiting.items():
        stored = invoice_of(work.connection, work.tenant, invoice)
        cut_off = payment_cut_off(work.connection, work.tenant, stored, usual)
        known = tasks_about(work.connection, work.tenant, _SUBJECT, invoice)
        if cut_off is not None and not known and _will_miss(wait, cut_off, work.now):
            _tell(work, stored, cut_off, wait)
    _close_over(work, waiting)


def _will_miss(wait: _Wait, cut_off: PaymentCutOff, now: datetime) -> bool:
    """A payment whose run comes in time is no worry before that; one whose run comes too late is one at once."""
    if wait.run is not None:
        return wait.run > cut_off.latest
    return now >= cut_off.latest - TOLD_AHEAD


def _waiting(work: UnitOfWork) -> dict[str, _Wait]:
    """The invoices whose payment is under way, with what it waits for."""
    asked = select(approval_request.c.subject_id).where(
        approval_request.c.tenant == work.tenant,
        approval_request.c.subject == ApprovalSubject.PAYMENT,
        approval_request.c.state == "pending",
    )
    found = dict.fromkeys(work.execute(asked).scalars(), _Wait(why="it waits for its release"))
    opened = select(intent.c.slice).where(intent.c.tenant == work.tenant, intent.c.state == "open")
    for slice_id in work.execute(opened).scalars():
        stored = intent_of(work.connection, work.tenant, slice_id)
        if stored.content.kind == "payment":
            found[stored.invoice] = _obstacle(work, slice_id)
    return found


def _obstacle(work: UnitOfWork, slice_id: str) -> _Wait:
    attempt = last_attempt(work.connection, work.tenant, slice_id)
    if attempt is None or attempt.state is not AttemptState.SUBMITTING:
        run = awaited_run(work.connection, work.tenant, attempt.reference, work.now) if attempt else None
        return _Wait(why="it is released and waits for the bot", run=run)
    probes = probes_of(work.connection, work.tenant, slice_id, attempt.number)
    if probes and probes[-1].state is PortalState.WAITING_FOR_SIGNATURE:
        return _Wait(why="the bank has it and waits for a signature")
    return _Wait(why="the bank has it and does not show yet that it is executed")


def _tell(work: UnitOfWork, stored: StoredInvoice, cut_off: PaymentCutOff, wait: _Wait) -> None:
    work.case = stored.case
    vendor = vendor_of(work.connection, work.tenant, stored.vendor)
    zone = ZoneInfo(cut_off.zone)
    title = f"Invoice {stored.document.number} of {vendor.name} will miss the cut-off"
    message = (
        f"To arrive on {cut_off.value_date} the payment has to be at the bank by "
        f"{cut_off.latest.astimezone(zone):%Y-%m-%d %H:%M} ({cut_off.zone}), and "
    )
    if wait.run is None:
        message += f"{wait.why}."
    else:
        run = f"{wait.run.astimezone(zone):%Y-%m-%d %H:%M}"
        message += f"it waits for the payment run of {run}. Put it forward where it has to be in time."
    subject = TaskSubject(kind=NEAR, subject_kind=_SUBJECT, subject_id=stored.id, workflow="")
    content = TaskContent(title=title[:200], message=message, resolutions=(Resolution.NOTED,))
    open_announced_task(work, subject, Role.TREASURER, content)
    work.case = ""


def _close_over(work: UnitOfWork, waiting: Collection[str]) -> None:
    """Nobody has to hurry any more about what is paid or given up."""
    for task in open_tasks(work.connection, work.tenant):
        if task.kind == NEAR and task.subject_id not in waiting:
            close_tasks(work, _SUBJECT, task.subject_id, "It does not wait any more.")
