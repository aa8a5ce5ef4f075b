"""What waits for a portal, in which order it comes, and how people steer it. The turns themselves: portal_turns.py."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import Field
from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, insert, select, update

from models.base import Model
from models.errors import BusinessError
from models.money import Amount
from models.party import Role
from models.work import MONEY_KINDS, Priority, WorkItem, WorkState
from store.outbox import MessageKind, enqueue
from store.people import SignedIn
from store.schema.people import credential
from store.schema.portal_queue import portal_queue, work_item
from store.unit_of_work import Store, UnitOfWork

STEERERS = (Role.TREASURER, Role.FINANCE_DIRECTOR, Role.MANAGING_DIRECTOR, Role.ADMINISTRATOR)
"""Who may pause a portal and let it go on."""

SORTERS = (*STEERERS, Role.ACCOUNTS_PAYABLE, Role.ACCOUNTS_RECEIVABLE)
"""Who may put an item forward or off."""

RULE_MAKERS = (Role.FINANCE_DIRECTOR, Role.MANAGING_DIRECTOR)
"""Who sets a portal's rules: none of those who answer for a stuck payment first."""

SECOND_PERSON_ABOVE = Decimal(1000)
"""In the money's own currency; a portal's rules may say another limit."""

_CALLED_AT_ONCE = 20


class PortalRules(Model):
    """By which rules a portal's login is used. What is not said is as the installation has it."""

    actions_per_minute: int | None = Field(default=None, ge=1, le=600)
    """How often the login may be taken within a minute; no limit where it is not said."""
    settle_seconds: int | None = Field(default=None, ge=1, le=86400)
    """How late the portal may show a submitted item. It only ever lengthens the installation's window."""
    most_attempts: int | None = Field(default=None, ge=1, le=10)
    """Tries the system makes by itself before it asks a person."""
    second_person_above: Amount | None = Field(default=None, ge=0)
    """From which amount on a second person confirms what somebody says became of a payment."""


class StoredItem(Model):
    """One work item as people see it."""

    reference: str
    portal: str
    kind: str
    subject: str
    case: str
    title: str
    priority: Priority
    due_on: date | None
    defer_until: datetime | None
    payment_run: str | None
    """The schedule for whose next run it is put off."""
    state: WorkState
    queued_at: datetime
    started_at: datetime | None


class PortalQueue(Model):
    """One portal's login: who has it, by which rules, what waits for it in the order it will come."""

    portal: str
    paused: bool
    pause_reason: str
    canary_problem: str
    """Why the last canary failed, so that money work waits; empty where it did not."""
    canary_at: datetime | None
    rules: PortalRules
    running: StoredItem | None
    holder: str
    """The process that has the login; empty while nobody has it."""
    waiting: tuple[StoredItem, ...]


def announce(work: UnitOfWork, item: WorkItem) -> None:
    """Puts an item into its portal's queue, with the change that causes it and that change's audit entry."""
    work.execute(insert(work_item).values(tenant=work.tenant, queued_at=work.now, **new_item(item)))


def end_item(work: UnitOfWork, reference: str) -> None:
    """Takes what is over out of the queue."""
    place = place_of_item(work.tenant, reference)
    work.execute(update(work_item).where(place).values(state=WorkState.ENDED, ended_at=work.now))


def call_next(work: UnitOfWork, portal: str) -> None:
    """Tells the foremost of those who wait with their workflows to come for their turn."""
    query = in_order(work, portal, WorkState.PARKED).limit(_CALLED_AT_ONCE)
    for item in work.execute(query).all():
        call(work, item)


def pause_portal(store: Store, signed_in: SignedIn, portal: str, reason: str) -> None:
    """Nothing new begins on `portal`; what runs is carried to its end.

    Raises BusinessError `portal.unknown`, `portal.no_reason` or `right.missing`.
    """
    if not reason.strip():
        raise BusinessError("portal.no_reason", "Say in a few words why, for whoever waits for it.")
    with store.change(signed_in.tenant, signed_in.actor) as work:
        signed_in.require(*STEERERS)
        pause(work, portal, reason.strip())


def pause(work: UnitOfWork, portal: str, reason: str) -> None:
    """Nothing new begins on `portal` until a person lets it go on."""
    queue = required_queue(work, portal)
    if not queue.paused:
        place = place_of_queue(work.tenant, portal)
        work.execute(update(portal_queue).where(place).values(paused=True, pause_reason=reason))
        work.record("portal.paused", "portal", portal, after={"reason": reason})


def resume_portal(store: Store, signed_in: SignedIn, portal: str) -> None:
    """Lets work on `portal` begin again. Raises BusinessError `portal.unknown` or `right.missing`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        signed_in.require(*STEERERS)
        queue = required_queue(work, portal)
        if queue.paused:
            place = place_of_queue(work.tenant, portal)
            work.execute(update(portal_queue).where(place).values(paused=False, pause_reason=""))
            work.record("portal.resumed", "portal", portal, before={"reason": queue.pause_reason})
            call_next(work, portal)


def is_paused(work: UnitOfWork, portal: str) -> bool:
    """Whether a person, or the life of a case, has stopped the portal."""
    return bool(required_queue(work, portal).paused)


def set_rules(store: Store, signed_in: SignedIn, portal: str, rules: PortalRules) -> None:
    """Raises BusinessError `portal.unknown` or `right.missing`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        signed_in.require(*RULE_MAKERS)
        before = _rules(required_queue(work, portal)).model_dump(mode="json")
        work.execute(update(portal_queue).where(place_of_queue(work.tenant, portal)).values(**dict(rules)))
        work.record("portal.rules_set", "portal", portal, before=before, after=rules.model_dump(mode="json"))


def defer_item(store: Store, signed_in: SignedIn, reference: str, until: datetime | None) -> None:
    """Does not begin an item before `until` (business time); None: as soon as its turn comes. It waits for no run then.

    Raises BusinessError `work.unknown`, `work.over` or `right.missing`.
    """
    with store.change(signed_in.tenant, signed_in.actor) as work:
        signed_in.require(*SORTERS)
        item = _open_item(work, reference)
        values = {"defer_until": until, "payment_run": None}
        work.execute(update(work_item).where(place_of_item(work.tenant, reference)).values(**values))
        after = {"item": reference, "until": until and until.isoformat()}
        work.record("work.deferred", *_subject(item), after=after)
        is_sooner = item.defer_until is not None and (until is None or until < item.defer_until)
        if item.state == WorkState.PARKED and is_sooner:
            call(work, item)


def prioritise_item(store: Store, signed_in: SignedIn, reference: str, priority: Priority) -> None:
    """Puts an item before all of lower priority. Raises BusinessError `work.unknown`, `work.over`, `right.missing`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        signed_in.require(*SORTERS)
        item = _open_item(work, reference)
        work.execute(update(work_item).where(place_of_item(work.tenant, reference)).values(priority=priority))
        work.record("work.prioritised", *_subject(item), after={"item": reference, "priority": priority.name.lower()})


def rules_of(connection: Connection, tenant: str, portal: str) -> PortalRules:
    """The portal's own rules; nothing is said where nobody set any."""
    row = connection.execute(select(portal_queue).where(place_of_queue(tenant, portal))).one_or_none()
    return _rules(row) if row is not None else PortalRules()


def settle_window(connection: Connection, tenant: str, portal: str, least: timedelta) -> timedelta:
    """How late `portal` may show a submitted item: `least`, the installation's window, or a longer one of its own."""
    own = rules_of(connection, tenant, portal).settle_seconds
    return max(least, timedelta(seconds=own or 0))


def queues(connection: Connection, tenant: str, wall: datetime) -> tuple[PortalQueue, ...]:
    """Every portal that has a login, by name. `wall` is the wall-clock time by which a lease is judged."""
    query = select(credential.c.portal).where(credential.c.tenant == tenant).order_by(credential.c.portal)
    known = {row.portal: row for row in connection.execute(select(portal_queue).where(portal_queue.c.tenant == tenant))}
    waiting = connection.execute(
        by_turn(select(work_item).where(work_item.c.tenant == tenant, work_item.c.state.in_(_UNDER_WAY)))
    ).all()
    return tuple(
        _portal_queue(portal, known.get(portal), [item for item in waiting if item.portal == portal], wall)
        for portal in connection.execute(query).scalars()
    )


def in_order(work: UnitOfWork, portal: str, state: WorkState) -> Select[Any]:
    """The items of a portal in `state` that may begin now, the next one first; none that a failed canary holds."""
    place = (work_item.c.tenant == work.tenant) & (work_item.c.portal == portal) & (work_item.c.state == state)
    is_due = work_item.c.defer_until.is_(None) | (work_item.c.defer_until <= work.now)
    failed = place_of_queue(work.tenant, portal) & (func.coalesce(portal_queue.c.canary_problem, "") != "")
    held = exists().where(failed) & work_item.c.kind.in_(MONEY_KINDS)
    return by_turn(select(work_item).where(place, is_due, ~held))


def place_of_queue(tenant: str, portal: str) -> ColumnElement[bool]:
    return (portal_queue.c.tenant == tenant) & (portal_queue.c.portal == portal)


def place_of_item(tenant: str, reference: str) -> ColumnElement[bool]:
    return (work_item.c.tenant == tenant) & (work_item.c.reference == reference)


def new_queue(portal: str) -> dict[str, Any]:
    """The values of a login that nobody has used yet."""
    return {
        "portal": portal,
        "paused": False,
        "pause_reason": "",
        "fence": 0,
        "holder": "",
        "reference": "",
        "recent_starts": (),
    }


def new_item(item: WorkItem) -> dict[str, Any]:
    values = item.model_dump() | {"title": item.title[:200], "case_id": item.case, "workflow_id": item.workflow}
    del values["case"], values["workflow"]
    return values | {"priority": int(item.priority), "state": WorkState.ANNOUNCED}


_UNDER_WAY = (WorkState.ANNOUNCED, WorkState.WAITING, WorkState.PARKED, WorkState.BEGUN)


def by_turn(query: Select[Any]) -> Select[Any]:
    """Work items by priority, then by the day it is due, then as they came."""
    return query.order_by(
        work_item.c.priority,
        work_item.c.due_on.is_(None),
        work_item.c.due_on,
        work_item.c.queued_at,
        work_item.c.reference,
    )


def call(work: UnitOfWork, item: Row[Any]) -> None:
    """Tells an item that waits with its workflow to come and ask."""
    values = {"state": WorkState.WAITING, "present_until": None}
    work.execute(update(work_item).where(place_of_item(work.tenant, item.reference)).values(**values))
    enqueue(work, MessageKind.CHANGED, item.workflow_id)


def required_queue(work: UnitOfWork, portal: str) -> Row[Any]:
    """The portal's row, made on first use. Raises BusinessError `portal.unknown` for one that has no login."""
    query = select(portal_queue).where(place_of_queue(work.tenant, portal)).with_for_update()
    found = work.execute(query).one_or_none()
    if found is not None:
        return found
    has_login = select(credential.c.portal).where(credential.c.tenant == work.tenant, credential.c.portal == portal)
    if work.execute(has_login).one_or_none() is None:
        raise BusinessError("portal.unknown", f"There is no portal {portal!r}.")
    work.execute(insert(portal_queue).values(tenant=work.tenant, **new_queue(portal)))
    return work.execute(query).one()


def _open_item(work: UnitOfWork, reference: str) -> Row[Any]:
    item = work.execute(select(work_item).where(place_of_item(work.tenant, reference))).one_or_none()
    if item is None:
        raise BusinessError("work.unknown", f"There is no work item {reference!r}.")
    if item.state == WorkState.ENDED:
        raise BusinessError("work.over", "This is over; nothing is left to be put forward or off.")
    work.case = item.case_id
    return item


def _subject(item: Row[Any]) -> tuple[str, str]:
    """What the audit entry is about."""
    return _SUBJECT_KINDS.get(item.kind, "intent"), item.subject


_SUBJECT_KINDS = {"statement": "statement_request", "receipt": "sales_invoice"}


def _rules(row: Row[Any]) -> PortalRules:
    return PortalRules.model_validate({name: getattr(row, name) for name in PortalRules.model_fields})


def _portal_queue(portal: str, row: Row[Any] | None, items: Sequence[Row[Any]], wall: datetime) -> PortalQueue:
    is_leased = row is not None and row.lease_until is not None and row.lease_until > wall
    running = row.reference if row is not None and is_leased else ""
    return PortalQueue(
        portal=portal,
        paused=row is not None and row.paused,
        pause_reason=row.pause_reason if row is not None else "",
        canary_problem=(row.canary_problem or "") if row is not None else "",
        canary_at=row.canary_at if row is not None else None,
        rules=_rules(row) if row is not None else PortalRules(),
        running=next((_item(item) for item in items if item.reference == running), None),
        holder=row.holder if row is not None and is_leased else "",
        waiting=tuple(_item(item) for item in items if item.reference != running),
    )


def _item(row: Row[Any]) -> StoredItem:
    values = {name: getattr(row, name) for name in StoredItem.model_fields if name != "case"}
    return StoredItem.model_validate(values | {"case": row.case_id})
