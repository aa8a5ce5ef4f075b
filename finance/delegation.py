"""Who answers for whom: absences and single requests handed on, in chains of at most two people."""

from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from finance.rights import within
from models.approval import ApprovalRequest
from models.authority import Delegation, RightLimit
from models.errors import BusinessError
from models.money import Money

LONGEST_CHAIN = 2
"""From the principal to whoever answers. Behind more hands than that nobody knows who decides."""
_SHARE = Decimal("0.5")
_UNLIMITED = Decimal(10000)


def default_limit(principal: str, limits: Iterable[RightLimit], currency: str) -> Money:
    """What a delegate may decide unless the principal says otherwise: half of the principal's own largest limit, and
    10,000 of `currency` where the principal has none."""
    mine = [each.limit for each in limits if each.person == principal]
    bounded = [limit.amount for limit in mine if limit is not None and limit.currency == currency]
    if not bounded or None in mine:
        return Money(amount=_UNLIMITED, currency=currency)
    return Money(amount=(max(bounded) * _SHARE).quantize(Decimal("0.01"), ROUND_DOWN), currency=currency)


def represented_by(
    person: str, delegations: Sequence[Delegation], request: ApprovalRequest, at: datetime
) -> dict[str, tuple[str, ...]]:
    """For whom `person` may answer `request` at the moment `at`: per principal everybody on the way to `person`.

    Every delegation on the way has to be in force and to reach the request. Nobody represents themselves.
    """
    usable = [each for each in delegations if each.is_in_force(at) and _reaches(each, request)]
    found: dict[str, tuple[str, ...]] = {}
    front: dict[str, tuple[str, ...]] = {person: (person,)}
    for _ in range(LONGEST_CHAIN):
        front = {
            each.principal: (each.principal, *front[each.delegate])
            for each in usable
            if each.delegate in front and each.principal not in found and each.principal != person
        }
        found |= front
    return found


def hands_between(
    person: str,
    principal: str,
    delegations: Sequence[Delegation],
    request: ApprovalRequest,
    at: datetime,
    barred: Container[str] = (),
) -> tuple[str, ...]:
    """Everybody through whose hands `request` comes from `principal` to `person`, both among them.

    A way without anybody of `barred` in its middle is taken where there is one. Without any way only the two are named.
    """
    clean = [each for each in delegations if each.delegate == person or each.delegate not in barred]
    ways = (represented_by(person, usable, request, at).get(principal) for usable in (clean, delegations))
    return next(filter(None, ways), tuple(dict.fromkeys((principal, person))))


def representatives_of(
    principal: str, delegations: Sequence[Delegation], request: ApprovalRequest, at: datetime
) -> frozenset[str]:
    """Everybody who may answer `request` for `principal` at the moment `at`."""
    delegates = {each.delegate for each in delegations}
    return frozenset(person for person in delegates if principal in represented_by(person, delegations, request, at))


def refuse_tangles(wanted: Delegation, others: Iterable[Delegation]) -> None:
    """Raises BusinessError `delegation.loop` or `delegation.too_long` naming everybody on the way, and
    `delegation.own` for a delegation to oneself. Only delegations at the same time count."""
    if wanted.delegate == wanted.principal:
        raise BusinessError("delegation.own", "Choose somebody else to stand in.")
    together = [each for each in others if each.id != wanted.id and _overlap(each, wanted)]
    for before in _ways(wanted.principal, together, backwards=True):
        for after in _ways(wanted.delegate, together, backwards=False):
            way = (*reversed(before), *after)
            if len(set(way)) < len(way):
                raise BusinessError("delegation.loop", f"This would go in a circle: {' → '.join(way)}.")
            if len(way) - 1 > LONGEST_CHAIN:
                raise BusinessError(
                    "delegation.too_long",
                    f"{' → '.join(way)} is too long a way; at most {LONGEST_CHAIN} people pass something on.",
                )


def _reaches(delegation: Delegation, request: ApprovalRequest) -> bool:
    if delegation.request:
        return delegation.request == request.id
    if delegation.subjects and request.subject not in delegation.subjects:
        return False
    if request.scope is None:
        return delegation.limit is None and not delegation.cost_centre
    is_place = not delegation.cost_centre or set(request.scope.cost_centres) == {delegation.cost_centre}
    return is_place and within(request.scope.amount, delegation.limit)


def _overlap(one: Delegation, other: Delegation) -> bool:
    if one.revoked_at is not None or other.revoked_at is not None:
        return False
    if one.request and other.request and one.request != other.request:
        return False
    ends_later = other.ends_at is None or one.starts_at < other.ends_at
    return ends_later and (one.ends_at is None or other.starts_at < one.ends_at)


def _ways(start: str, delegations: Sequence[Delegation], *, backwards: bool) -> list[tuple[str, ...]]:
    """Every way from `start`, itself first, along or against the delegations; a circle is walked once."""
    ways: list[tuple[str, ...]] = [(start,)]
    for way in ways:
        for each in delegations:
            here, there = (each.delegate, each.principal) if backwards else (each.principal, each.delegate)
            if here == way[-1] and there not in way and len(way) <= LONGEST_CHAIN + 1:
                ways.append((*way, there))
    return ways
