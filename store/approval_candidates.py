"""Who could be given an approval, and who not with the reason: said before somebody is chosen."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from finance.delegation import refuse_tangles
from models.approval import ApprovalRequest, Decision
from models.authority import Delegation
from models.base import Model
from models.errors import BusinessError
from store.approval_judging import Judge
from store.approvals import decisions_of, request_of, requests_waiting_for

ANSWERED = "Nobody answers a request twice, and they have answered this one."
CIRCLE = "It would come back to somebody who passed it on."
TOO_LONG = "It would pass through more than two people."
_TANGLES = {"delegation.loop": CIRCLE, "delegation.too_long": TOO_LONG}


class Overlap(Model):
    """For how many of the requests that wait a person may not stand in, for one reason."""

    person: str
    reason: str
    requests: int


def barred_from_request(
    connection: Connection, tenant: str, request_id: str, me: str, people: Collection[str], at: datetime
) -> dict[str, str]:
    """Whom of `people` the person `me` could not hand the request on to, each with the reason in sentences."""
    judge, request = Judge(connection, tenant), request_of(connection, tenant, request_id).request
    return barred_hands(judge, request, decisions_of(connection, tenant, request_id), me, people, at)


def barred_hands(
    judge: Judge, request: ApprovalRequest, answers: Sequence[Decision], me: str, people: Collection[str], at: datetime
) -> dict[str, str]:
    answered = {each.person for each in judge.progress(request, answers).counted}
    tangled = {person: _tangle(_handed_on(request, me, person, at), judge.delegations) for person in people}
    reasons = {person: ANSWERED for person in people if person in answered}
    reasons |= {person: sentence for person, sentence in tangled.items() if sentence}
    return reasons | judge.barred(request, people, at)


def overlaps_of_absence(
    connection: Connection, tenant: str, me: str, people: Collection[str], at: datetime
) -> tuple[Overlap, ...]:
    """Who of `people` could not answer, for `me`, all that waits for `me`, with the reason and how many it is about."""
    judge, counts = Judge(connection, tenant), dict[tuple[str, str], int]()
    for stored in requests_waiting_for(connection, tenant, me, at):
        for found in judge.barred(stored.request, people, at).items():
            counts[found] = counts.get(found, 0) + 1
    return tuple(
        Overlap(person=person, reason=reason, requests=count) for (person, reason), count in sorted(counts.items())
    )


def _handed_on(request: ApprovalRequest, me: str, person: str, at: datetime) -> Delegation:
    return Delegation(id="", principal=me, delegate=person, starts_at=at, ends_at=None, request=request.id)


def _tangle(wanted: Delegation, others: Sequence[Delegation]) -> str:
    try:
        refuse_tangles(wanted, others)
    except BusinessError as refusal:
        return _TANGLES.get(refusal.code, refusal.message)
    return ""
