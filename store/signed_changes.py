"""Changes of who may do what: one person proposes them, another signs, and neither is the one who gains."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from finance.reporting_line import circle
from finance.segregation import (
    SegregationException,
    SegregationPair,
    SegregationPolicy,
    policy_at,
    refuse_never_excepted,
)
from models.authority import RightLimit
from models.base import Model
from models.errors import BusinessError
from models.party import Role
from store.people import SignedIn, people, person_of, set_manager
from store.schema.approvals import signed_change
from store.unit_of_work import Store, UnitOfWork

PROPOSERS = (Role.ADMINISTRATOR, Role.FINANCE_DIRECTOR, Role.MANAGING_DIRECTOR)
SIGNERS = (Role.FINANCE_DIRECTOR, Role.MANAGING_DIRECTOR)


class PersonRights(Model):
    """All limits of one person's right to approve; none: their roles alone bind them."""

    person: str
    limits: tuple[RightLimit, ...]


class ManagerOf(Model):
    person: str
    manager: str
    """Empty where nobody is above them."""


class ChangeKind(StrEnum):
    PAIR = "segregation_pair"
    EXCEPTION = "segregation_exception"
    RIGHTS = "rights"
    MANAGER = "manager"


Content = SegregationPair | SegregationException | PersonRights | ManagerOf
_KINDS: dict[type[Model], ChangeKind] = {
    SegregationPair: ChangeKind.PAIR,
    SegregationException: ChangeKind.EXCEPTION,
    PersonRights: ChangeKind.RIGHTS,
    ManagerOf: ChangeKind.MANAGER,
}
_CONTENTS: dict[ChangeKind, type[Any]] = {kind: content for content, kind in _KINDS.items()}


class SignedChange(Model):
    id: str
    kind: ChangeKind
    content: Content
    reason: str
    proposed_by: str
    proposed_at: datetime
    signed_by: str | None
    signed_at: datetime | None
    refused_by: str | None
    ended_by: str | None = None
    """Who took an exception back before its day."""
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.signed_by is None and self.refused_by is None

    @property
    def ends_at(self) -> datetime | None:
        """When an exception stops to count; None for what holds until it is changed."""
        if not isinstance(self.content, SegregationException):
            return None
        return min(self.content.ends_at, self.ended_at or self.content.ends_at)

    def is_running(self, at: datetime) -> bool:
        """Whether an exception counts at the moment `at`."""
        return self.signed_at is not None and self.ends_at is not None and self.signed_at <= at < self.ends_at


def propose(store: Store, signed_in: SignedIn, content: Content, reason: str) -> str:
    """The id of the proposal, which changes nothing until another person signs it.

    Raises BusinessError `right.missing`, `change.*`, `person.unknown` or `segregation.*`.
    """
    with store.change(signed_in.tenant, signed_in.actor) as work:
        signed_in.require(*PROPOSERS)
        if not reason.strip():
            raise BusinessError("change.no_reason", "Say why, for whoever has to sign it and whoever audits it.")
        _check(work, content)
        _refuse_gain(signed_in, content)
        if is_so_already(work.connection, work.tenant, content, work.now):
            raise BusinessError("change.nothing_new", "It is like that already; propose something else.")
        change = uuid.uuid4().hex[:12]
        work.execute(
            insert(signed_change).values(
                tenant=work.tenant,
                id=change,
                kind=_KINDS[type(content)],
                data=content.model_dump_json(),
                reason=reason.strip(),
                proposed_by=signed_in.person.id,
                proposed_at=work.now,
            )
        )
        _record(work, "change.proposed", change, content, reason.strip())
    return change


def sign(store: Store, signed_in: SignedIn, change_id: str) -> None:
    """The second signature: the change is in force. Raises BusinessError `right.missing` or `change.*`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        found = _open(work, signed_in, change_id)
        if found.proposed_by == signed_in.person.id:
            raise BusinessError("change.same_person", "A second person has to sign it; you proposed it yourself.")
        _refuse_stale(work, found)
        _check(work, found.content)
        _refuse_gain(signed_in, found.content)
        _settle(work, change_id, signed_by=signed_in.person.id, signed_at=work.now)
        if isinstance(found.content, ManagerOf):
            set_manager(work, found.content.person, found.content.manager)
        _record(work, "change.signed", change_id, found.content, found.reason)


def refuse(store: Store, signed_in: SignedIn, change_id: str) -> None:
    """Puts a proposal aside. Whoever made it may do that, too."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        found = _open(work, signed_in, change_id)
        _settle(work, change_id, refused_by=signed_in.person.id, refused_at=work.now)
        _record(work, "change.refused", change_id, found.content, found.reason)


def end_exception(store: Store, signed_in: SignedIn, change_id: str) -> None:
    """Takes an exception back before its day; one signature is enough to allow less. Answers given before still count.

    Raises BusinessError `right.missing`, `change.unknown` or `change.not_running`.
    """
    with store.change(signed_in.tenant, signed_in.actor) as work:
        signed_in.require(*PROPOSERS)
        found = _found(work, change_id)
        if not isinstance(found.content, SegregationException) or not found.is_running(work.now):
            raise BusinessError("change.not_running", "This is no exception that is in force.")
        _settle(work, change_id, ended_by=signed_in.person.id, ended_at=work.now)
        _record(work, "change.ended", change_id, found.content, found.reason)


def changes(connection: Connection, tenant: str, kind: ChangeKind | None = None) -> tuple[SignedChange, ...]:
    """All proposals of `kind`, oldest signature first, those without one last."""
    query = select(signed_change).where(signed_change.c.tenant == tenant)
    if kind is not None:
        query = query.where(signed_change.c.kind == kind)
    found = [_change(row) for row in connection.execute(query.order_by(signed_change.c.proposed_at))]
    return tuple(sorted(found, key=lambda each: (each.signed_at is None, each.signed_at or each.proposed_at)))


def segregation_at(signed: Iterable[SignedChange], at: datetime) -> SegregationPolicy:
    """The pairs and exceptions in force at `at`: signed by then, the newest in place of the one before."""
    pairs: list[SegregationPair] = []
    exceptions: dict[tuple[str, frozenset[Any]], SegregationException] = {}
    for content in _in_force(signed, at):
        if isinstance(content, SegregationPair):
            pairs.append(content)
        elif isinstance(content, SegregationException):
            exceptions[content.person, content.key] = content
    return policy_at(at, pairs, exceptions.values())


def limits_at(signed: Iterable[SignedChange], at: datetime) -> tuple[RightLimit, ...]:
    """Everybody's limits in force at `at`."""
    latest = {each.person: each for each in _in_force(signed, at) if isinstance(each, PersonRights)}
    return tuple(limit for rights in latest.values() for limit in rights.limits)


def gains_by(person: str, content: Content) -> bool:
    """Whether a change is about the person's own rights, which others decide about."""
    return getattr(content, "person", "") == person


def refuse_circle(connection: Connection, tenant: str, content: ManagerOf) -> None:
    """Raises BusinessError `change.circle` where the person would be above themselves, with the line up to them."""
    everyone = people(connection, tenant)
    found = circle(everyone, content.person, content.manager)
    if found:
        names = {each.id: each.name for each in everyone}
        who, line = names[content.person], " – ".join(names.get(each, each) for each in found)
        raise BusinessError(
            "change.circle", f"{who} would be above themselves: {line}. Choose somebody who is not below them."
        )


def superseded_by(signed: Iterable[SignedChange], change: SignedChange) -> SignedChange | None:
    """The newest change of the same thing that was signed after `change` was proposed: what it would have replaced is
    not what its proposer saw. None where nothing came between."""
    between = [
        each
        for each in signed
        if (each.kind, _subject(each.content)) == (change.kind, _subject(change.content))
        and each.signed_at is not None
        and each.signed_at > change.proposed_at
    ]
    return between[-1] if between else None


def is_so_already(connection: Connection, tenant: str, content: Content, at: datetime) -> bool:
    """Whether signing `content` would change nothing at the moment `at`."""
    match content:
        case SegregationPair(one=one, other=other, severity=severity):
            return segregation_at(changes(connection, tenant, ChangeKind.PAIR), at).severity(one, other) is severity
        case PersonRights(person=person, limits=limits):
            held = limits_at(changes(connection, tenant, ChangeKind.RIGHTS), at)
            return {_reach(each) for each in held if each.person == person} == {_reach(each) for each in limits}
        case ManagerOf(person=person, manager=manager):
            return person_of(connection, tenant, person).manager == manager
        case SegregationException():
            return False


def _reach(limit: RightLimit) -> tuple[Any, ...]:
    return limit.entity, limit.cost_centre, limit.limit


def _subject(content: Content) -> object:
    """What a change is about; of two about the same the one that was signed later is in force."""
    if isinstance(content, SegregationPair):
        return content.key
    return (content.person, content.key) if isinstance(content, SegregationException) else content.person


def _in_force(signed: Iterable[SignedChange], at: datetime) -> list[Content]:
    return [
        each.content.model_copy(update={"ends_at": each.ends_at})
        if isinstance(each.content, SegregationException)
        else each.content
        for each in signed
        if each.signed_at is not None and each.signed_at <= at
    ]


def _check(work: UnitOfWork, content: Content) -> None:
    people = {ManagerOf: "person manager", PersonRights: "person", SegregationException: "person"}
    for field in people.get(type(content), "").split():
        named = str(getattr(content, field))
        if named or field == "person":
            person_of(work.connection, work.tenant, named)
    if isinstance(content, ManagerOf) and content.person == content.manager:
        raise BusinessError("change.own_manager", "Nobody is their own manager.")
    if isinstance(content, ManagerOf):
        refuse_circle(work.connection, work.tenant, content)
    if isinstance(content, PersonRights) and any(limit.person != content.person for limit in content.limits):
        raise BusinessError("change.foreign_limit", f"All limits have to be those of {content.person}.")
    if isinstance(content, SegregationPair | SegregationException):
        if content.one == content.other:
            raise BusinessError("segregation.same", "Choose two different functions.")
        refuse_never_excepted(content.one, content.other)
    if isinstance(content, SegregationException) and content.ends_at <= work.now:
        raise BusinessError("segregation.over", "An exception needs an end that is still to come.")


def _refuse_stale(work: UnitOfWork, change: SignedChange) -> None:
    newer = superseded_by(changes(work.connection, work.tenant, change.kind), change)
    if newer is not None and newer.signed_by is not None and newer.signed_at is not None:
        who = person_of(work.connection, work.tenant, newer.signed_by).name
        raise BusinessError(
            "change.stale",
            f"{who} signed another change of the same on {newer.signed_at:%Y-%m-%d at %H:%M} UTC, after this was "
            "proposed. Put it aside and propose it anew from what holds now.",
        )


def _refuse_gain(signed_in: SignedIn, content: Content) -> None:
    if gains_by(signed_in.person.id, content):
        raise BusinessError("change.own", "Others have to decide about your own rights.")


def _open(work: UnitOfWork, signed_in: SignedIn, change_id: str) -> SignedChange:
    found = _found(work, change_id)
    if not found.is_open:
        raise BusinessError("change.settled", "Somebody settled this proposal already.")
    if found.proposed_by != signed_in.person.id:
        signed_in.require(*SIGNERS)
    return found


def _found(work: UnitOfWork, change_id: str) -> SignedChange:
    query = select(signed_change).where(signed_change.c.tenant == work.tenant, signed_change.c.id == change_id)
    row = work.execute(query).one_or_none()
    if row is None:
        raise BusinessError("change.unknown", f"There is no proposal {change_id!r}.")
    return _change(row)


def _settle(work: UnitOfWork, change_id: str, **values: Any) -> None:
    place = (signed_change.c.tenant == work.tenant) & (signed_change.c.id == change_id)
    work.execute(update(signed_change).where(place).values(**values))


def _record(work: UnitOfWork, action: str, change_id: str, content: Content, reason: str) -> None:
    after = {"kind": _KINDS[type(content)], **content.model_dump(mode="json")}
    work.record(action, "signed_change", change_id, after=after, reasons=(reason,))


def _change(row: Any) -> SignedChange:
    kind = ChangeKind(row.kind)
    return SignedChange(
        id=row.id,
        kind=kind,
        content=_CONTENTS[kind].model_validate_json(row.data),
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        refused_by=row.refused_by,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
    )
