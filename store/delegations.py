"""Who stands in for whom, as it was agreed. Nothing here is ever deleted: old answers are judged by it."""

import uuid
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from finance.delegation import default_limit, refuse_tangles
from models.approval import ApprovalSubject
from models.authority import Delegation
from models.base import Model
from models.errors import BusinessError
from models.ids import approval_workflow
from models.money import Money
from models.party import Role
from store.masters import entities
from store.outbox import MessageKind, enqueue
from store.people import SignedIn, person_of
from store.schema.approvals import approval_assignment, approval_request, delegation
from store.signed_changes import ChangeKind, changes, limits_at
from store.unit_of_work import Store, UnitOfWork

_FOR_OTHERS = (Role.ADMINISTRATOR,)
"""Who may enter an absence of somebody who cannot do it themselves."""


class Absence(Model):
    """What a person says when they go."""

    delegate: str
    starts_at: datetime
    ends_at: datetime
    subjects: tuple[ApprovalSubject, ...] = ()
    cost_centre: str = ""
    limit: Money | None = None
    """None: the reduced limit that is usual."""
    reason: str = ""


def enter_absence(store: Store, signed_in: SignedIn, absence: Absence, principal: str = "") -> Delegation:
    """Has `absence.delegate` answer for `principal`, who is the signed-in person unless an administrator says another.

    Requests that wait already move with it. Raises BusinessError `delegation.*`, `right.missing`, `person.unknown`.
    """
    principal = principal or signed_in.person.id
    if principal != signed_in.person.id:
        signed_in.require(*_FOR_OTHERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        _refuse_odd_times(absence, work.now)
        person_of(work.connection, work.tenant, principal)
        limit = absence.limit or usual_limit(work.connection, work.tenant, principal, work.now)
        wanted = Delegation(id=uuid.uuid4().hex[:12], principal=principal, **(absence.model_dump() | {"limit": limit}))
        if principal != signed_in.person.id and wanted.delegate == signed_in.person.id:
            raise BusinessError("delegation.to_oneself", "Nobody makes themselves the delegate of somebody else.")
        return keep_delegation(work, signed_in.login, wanted)


def keep_delegation(work: UnitOfWork, login: str, wanted: Delegation) -> Delegation:
    """Stores a delegation once it is known to make no circle, and has open requests look again."""
    delegate = person_of(work.connection, work.tenant, wanted.delegate)
    refuse_tangles(wanted, delegations(work.connection, work.tenant))
    work.execute(
        insert(delegation).values(
            tenant=work.tenant,
            id=wanted.id,
            principal=wanted.principal,
            delegate=delegate.id,
            data=wanted,
            login=login,
            made_at=work.now,
        )
    )
    after = wanted.model_dump(mode="json", exclude_none=True)
    work.record("delegation.made", "delegation", wanted.id, after=after)
    wake_requests_of(work, wanted.principal)
    return wanted


def end_delegation(store: Store, signed_in: SignedIn, delegation_id: str) -> None:
    """Ends it now; the principal, the delegate and an administrator may do that. Answers given before still count."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        found = next((each for each in delegations(work.connection, work.tenant) if each.id == delegation_id), None)
        if found is None:
            raise BusinessError("delegation.unknown", f"There is no delegation {delegation_id!r}.")
        if signed_in.person.id not in (found.principal, found.delegate):
            signed_in.require(*_FOR_OTHERS)
        if found.revoked_at is not None or (found.ends_at is not None and found.ends_at <= work.now):
            raise BusinessError("delegation.over", "This delegation is over already.")
        place = (delegation.c.tenant == work.tenant) & (delegation.c.id == delegation_id)
        ended = found.model_copy(update={"revoked_at": work.now})
        work.execute(update(delegation).where(place).values(data=ended))
        after = {"principal": found.principal, "delegate": found.delegate}
        work.record("delegation.ended", "delegation", delegation_id, after=after)
        wake_requests_of(work, found.principal)


def delegations(connection: Connection, tenant: str) -> tuple[Delegation, ...]:
    """All of them, past ones included, oldest first."""
    query = select(delegation.c.data).where(delegation.c.tenant == tenant).order_by(delegation.c.made_at)
    return tuple(connection.execute(query).scalars())


def usual_limit(connection: Connection, tenant: str, principal: str, at: datetime) -> Money:
    """How much a delegate may decide about where the principal does not say."""
    limits = limits_at(changes(connection, tenant, ChangeKind.RIGHTS), at)
    currency = next((entity.currency for entity in entities(connection, tenant)), "EUR")
    return default_limit(principal, limits, currency)


def _refuse_odd_times(absence: Absence, now: datetime) -> None:
    if absence.ends_at <= absence.starts_at or absence.ends_at <= now:
        raise BusinessError("delegation.times", "An absence ends after it starts, and in the future.")


def wake_requests_of(work: UnitOfWork, principal: str) -> None:
    """Everything that may wait for `principal` tells the new people by itself."""
    mine = approval_request.join(
        approval_assignment,
        (approval_assignment.c.tenant == approval_request.c.tenant)
        & (approval_assignment.c.request == approval_request.c.id),
    )
    query = select(approval_request.c.id).distinct().select_from(mine)
    waiting = query.where(
        approval_request.c.tenant == work.tenant,
        approval_request.c.state == "pending",
        approval_assignment.c.person == principal,
    )
    for request in work.execute(waiting).scalars().all():
        enqueue(work, MessageKind.CHANGED, approval_workflow(work.tenant, request))
