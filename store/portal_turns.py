"""One session at a time per portal login, across all workers and hosts, and whose turn is next.

A turn is a lease with a fencing number, taken by compare-and-set and renewed while it lasts; when its holder dies it
runs out. It is plumbing, not state: what a bot does in its turn is on record step by step. Whether a lease still
stands is looked up again in the transactions that claim an attempt and let its request out (`holds`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from audit.entry import Actor
from models.work import MONEY_KINDS, Lease, NotYet, WaitReason, WorkItem, WorkState
from store.portal_queue import call_next, in_order, new_item, new_queue, place_of_item, place_of_queue
from store.schema.portal_queue import portal_queue, work_item
from store.unit_of_work import Store, UnitOfWork

PRESENT = timedelta(seconds=10)
"""For how long a waiting item counts before others after its worker last asked for its turn."""

_SHOW_UP = timedelta(seconds=5)
"""How long the queue waits for an item that it has told to come."""

_RATE_WINDOW = timedelta(minutes=1)
_PLUMBING = Actor(system="portal queue")
_LONG = (WaitReason.PAUSED, WaitReason.DEFERRED)


def take_turn(
    store: Store, tenant: str, item: WorkItem, holder: str, wall: datetime, lasts: timedelta
) -> Lease | NotYet:
    """The login of the item's portal for `lasts`, or why not yet; a worker asks until it gets it.

    `holder` names the process, `wall` is the wall-clock time. An item that has to wait long is parked: it waits with
    its workflow, which the queue tells when to come again.
    """
    with _turns(store, tenant, item.portal) as work:
        queue = _queue(work, item.portal)
        stored = _entered(work, item, wall)
        obstacle = _obstacle(work, queue, stored, wall)
        if obstacle is None:
            return _taken(work, queue, stored, holder, wall, lasts)
        if obstacle.reason in _LONG:
            _set(work, item.reference, state=WorkState.PARKED)
        return obstacle


def park(store: Store, tenant: str, item: WorkItem) -> None:
    """The item waits with its workflow from now on."""
    with _turns(store, tenant, item.portal) as work:
        _set(work, item.reference, state=WorkState.PARKED)


def renew(store: Store, lease: Lease, wall: datetime, lasts: timedelta) -> Lease | None:
    """The lease prolonged; None when it ran out or went to somebody else, and then its holder must stop."""
    until = wall + lasts
    with _turns(store, lease.tenant, lease.portal) as work:
        renewed = work.execute(update(portal_queue).where(_is_held(lease, wall)).values(lease_until=until))
    return lease.model_copy(update={"until": until}) if renewed.rowcount else None


def give_back(store: Store, lease: Lease, wall: datetime) -> str:
    """Ends the turn and gives the reference of the next; who waits with their workflows is told to come."""
    with _turns(store, lease.tenant, lease.portal) as work:
        place = place_of_queue(lease.tenant, lease.portal) & (portal_queue.c.fence == lease.fence)
        freed = work.execute(update(portal_queue).where(place).values(lease_until=None, holder="", reference=""))
        if freed.rowcount:
            _set(work, lease.reference, state=WorkState.ENDED, ended_at=work.now)
            call_next(work, lease.portal)
        return _first(work, lease.portal, wall)


def holds(connection: Connection, lease: Lease, wall: datetime) -> bool:
    """Whether `lease` stands. Asked in a transaction that writes, it stands until that transaction ends."""
    query = select(portal_queue.c.fence).where(_is_held(lease, wall)).with_for_update()
    return connection.execute(query).one_or_none() is not None


@contextmanager
def _turns(store: Store, tenant: str, portal: str) -> Iterator[UnitOfWork]:
    """A transaction on one login's queue, one at a time, without audit entries."""
    with store.engines.writer.begin() as connection:
        store.engines.take_turn(connection, f"{tenant}/{portal}")
        yield UnitOfWork(connection, tenant, _PLUMBING, store.now())


def _queue(work: UnitOfWork, portal: str) -> Row[Any]:
    query = select(portal_queue).where(place_of_queue(work.tenant, portal)).with_for_update()
    found = work.execute(query).one_or_none()
    if found is None:
        work.execute(insert(portal_queue).values(tenant=work.tenant, **new_queue(portal)))
        found = work.execute(query).one()
    return found


def _entered(work: UnitOfWork, item: WorkItem, wall: datetime) -> Row[Any]:
    """The item's row, waiting and present. Priority and dates are those that people gave it since."""
    query = select(work_item).where(place_of_item(work.tenant, item.reference))
    found = work.execute(query).one_or_none()
    present = {"state": WorkState.WAITING, "present_until": wall + PRESENT, "workflow_id": item.workflow}
    if found is None:
        work.execute(insert(work_item).values(tenant=work.tenant, queued_at=work.now, **new_item(item) | present))
        return work.execute(query).one()
    if found.state != WorkState.WAITING or not found.present_until or found.present_until <= wall + PRESENT / 2:
        _set(work, item.reference, **present)
    if found.state == WorkState.PARKED and found.payment_run and found.defer_until <= work.now:
        # Its time came before its run began: those of the same time come too, so that they keep the queue's order.
        call_next(work, item.portal)
    return found


def _obstacle(work: UnitOfWork, queue: Row[Any], item: Row[Any], wall: datetime) -> NotYet | None:
    if queue.paused or (queue.canary_problem and item.kind in MONEY_KINDS):
        return NotYet(reason=WaitReason.PAUSED)
    if item.defer_until is not None and item.defer_until > work.now:
        return NotYet(reason=WaitReason.DEFERRED, defer_until=item.defer_until)
    if queue.lease_until is not None and queue.lease_until > wall:
        return NotYet(reason=WaitReason.IN_USE)
    if queue.actions_per_minute is not None and len(_recent(queue, wall)) >= queue.actions_per_minute:
        return NotYet(reason=WaitReason.RATE)
    first = _first(work, queue.portal, wall)
    return None if first == item.reference else NotYet(reason=WaitReason.BEHIND, first=first)


def _first(work: UnitOfWork, portal: str, wall: datetime) -> str:
    """Who comes next, "" where nobody waits. One that was told to come has a few seconds for it."""
    is_here = work_item.c.present_until.is_(None) | (work_item.c.present_until > wall)
    query = in_order(work, portal, WorkState.WAITING).where(is_here).limit(1)
    first = work.execute(query).one_or_none()
    if first is not None and first.present_until is None:
        _give_time_to_come(work, portal, wall + _SHOW_UP)
    return first.reference if first is not None else ""


def _give_time_to_come(work: UnitOfWork, portal: str, until: datetime) -> None:
    told = (work_item.c.tenant == work.tenant) & (work_item.c.portal == portal)
    told &= (work_item.c.state == WorkState.WAITING) & work_item.c.present_until.is_(None)
    work.execute(update(work_item).where(told).values(present_until=until))


def _taken(
    work: UnitOfWork, queue: Row[Any], item: Row[Any], holder: str, wall: datetime, lasts: timedelta
) -> Lease | NotYet:
    free = portal_queue.c.lease_until.is_(None) | (portal_queue.c.lease_until <= wall)
    seen = place_of_queue(work.tenant, queue.portal) & (portal_queue.c.fence == queue.fence) & free
    values = {
        "fence": queue.fence + 1,
        "holder": holder[:200],
        "reference": item.reference,
        "lease_until": wall + lasts,
        "recent_starts": (*_recent(queue, wall), wall),
    }
    if not work.execute(update(portal_queue).where(seen).values(**values)).rowcount:
        return NotYet(reason=WaitReason.IN_USE)
    _set(work, item.reference, state=WorkState.BEGUN, started_at=work.now)
    return Lease(
        tenant=work.tenant,
        portal=queue.portal,
        reference=item.reference,
        fence=queue.fence + 1,
        until=wall + lasts,
    )


def _recent(queue: Row[Any], wall: datetime) -> tuple[datetime, ...]:
    """When the login was taken within the last minute."""
    return tuple(start for start in queue.recent_starts if start > wall - _RATE_WINDOW)


def _is_held(lease: Lease, wall: datetime) -> ColumnElement[bool]:
    place = place_of_queue(lease.tenant, lease.portal) & (portal_queue.c.fence == lease.fence)
    return place & (portal_queue.c.lease_until > wall)


def _set(work: UnitOfWork, reference: str, **values: Any) -> None:
    work.execute(update(work_item).where(place_of_item(work.tenant, reference)).values(**values))
