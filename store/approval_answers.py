"""People's answers. A decision is recorded here before any workflow hears of it; every refusal is on record."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import insert, select

from finance.approval_progress import ChainOutcome
from models.approval import ApprovalRequest, Decision, Outcome
from models.authority import Delegation
from models.base import Model
from models.errors import BusinessError
from models.ids import approval_workflow
from store.approval_candidates import ANSWERED
from store.approval_judging import FUNCTION_OF, Judge, Seat
from store.approvals import OVER, decisions_of, end_decisions, request_of
from store.cases import involve
from store.delegations import keep_delegation
from store.outbox import MessageKind, enqueue
from store.people import SignedIn
from store.schema.approvals import decision
from store.second_factor import check_proof
from store.unit_of_work import Store, UnitOfWork

_MOST_AT_ONCE = 100
_VERBS = {Outcome.APPROVE: "approved", Outcome.REJECT: "rejected", Outcome.SEND_BACK: "sent_back"}


class BulkItem(Model):
    """One of several requests that are answered at once, with the content that was shown for it."""

    request: str
    digest: str


class BulkResult(Model):
    request: str
    decision: Decision | None
    code: str = ""
    problem: str = ""
    """Why it was refused; the others count all the same."""


def record_decision(
    store: Store, signed_in: SignedIn, request_id: str, outcome: Outcome, comment: str, digest: str
) -> Decision:
    """Records the signed-in person's answer to a stage that is open, in one transaction with its audit entry.

    They answer in their own right where they can, else for whoever they stand in for. `digest` is that of the content
    they saw. Raises BusinessError `approval.*`; every refusal is on record.
    """
    with _refusals_kept(store, signed_in, request_id, outcome):
        return _record(store, signed_in, request_id, outcome, comment.strip(), digest)


def record_decisions(
    store: Store, signed_in: SignedIn, items: Sequence[BulkItem], outcome: Outcome, comment: str
) -> tuple[BulkResult, ...]:
    """Answers each of `items` by itself: each was shown, each is compared with what was shown, each is recorded alone.

    Raises BusinessError `approval.too_many` for more than a person can have looked at.
    """
    if len(items) > _MOST_AT_ONCE:
        raise BusinessError("approval.too_many", f"At most {_MOST_AT_ONCE} can be decided at once.")
    return tuple(_one_of_many(store, signed_in, item, outcome, comment) for item in items)


def withdraw_decision(store: Store, signed_in: SignedIn, request_id: str) -> Decision:
    """Takes the person's own newest answer back, as long as nobody acted on it: no later answer, and the request not
    over. The stage is asked again. Raises BusinessError `approval.nothing_to_withdraw` or `approval.acted_upon`."""
    with (
        _refusals_kept(store, signed_in, request_id, "withdraw"),
        store.change(signed_in.tenant, signed_in.actor) as work,
    ):
        stored = request_of(work.connection, work.tenant, request_id)
        work.case = stored.request.case
        answers = decisions_of(work.connection, work.tenant, request_id)
        mine = [each for each in answers if each.person == signed_in.person.id]
        if not mine:
            raise BusinessError("approval.nothing_to_withdraw", "You have no answer here that could be taken back.")
        if stored.state in OVER or _acted_upon(stored.request, mine[-1], answers):
            raise BusinessError("approval.acted_upon", "The next step has begun; the answer cannot be taken back.")
        end_decisions(work, request_id, [mine[-1].id], "withdrawn")
        work.record("approval.withdrawn", "approval", request_id, before=mine[-1].model_dump(mode="json"))
        enqueue(work, MessageKind.CHANGED, approval_workflow(work.tenant, request_id))
        return mine[-1]


def hand_on(store: Store, signed_in: SignedIn, request_id: str, delegate: str, reason: str) -> Delegation:
    """Has `delegate` answer this one request for the signed-in person, who has to be able to answer it themselves.

    Raises BusinessError `approval.*` as for a decision, `delegation.*`, and `approval.segregation` where the delegate
    has a part in the case.
    """
    with (
        _refusals_kept(store, signed_in, request_id, "hand_on"),
        store.change(signed_in.tenant, signed_in.actor) as work,
    ):
        request = request_of(work.connection, work.tenant, request_id).request
        work.case = request.case
        judge = Judge(work.connection, work.tenant)
        answers = decisions_of(work.connection, work.tenant, request_id)
        judge.seat(request, answers, signed_in.person.id, work.now)
        if not reason.strip():
            raise BusinessError("approval.no_reason", "Say why it goes to somebody else.")
        barred = judge.barred(request, [delegate], work.now)
        if barred:
            raise BusinessError("approval.segregation", barred[delegate])
        if any(each.person == delegate for each in judge.progress(request, answers).counted):
            raise BusinessError("delegation.answered", ANSWERED)
        wanted = Delegation(
            id=uuid.uuid4().hex[:12],
            principal=signed_in.person.id,
            delegate=delegate,
            starts_at=work.now,
            ends_at=None,
            request=request_id,
            reason=reason.strip(),
        )
        made = keep_delegation(work, signed_in.login, wanted)
        enqueue(work, MessageKind.CHANGED, approval_workflow(work.tenant, request_id))
        return made


def _one_of_many(store: Store, signed_in: SignedIn, item: BulkItem, outcome: Outcome, comment: str) -> BulkResult:
    try:
        made = record_decision(store, signed_in, item.request, outcome, comment, item.digest)
    except BusinessError as refusal:
        return BulkResult(request=item.request, decision=None, code=refusal.code, problem=refusal.message)
    return BulkResult(request=item.request, decision=made)


@contextmanager
def _refusals_kept(store: Store, signed_in: SignedIn, request_id: str, tried: str) -> Iterator[None]:
    try:
        yield
    except BusinessError as refusal:
        with store.change(signed_in.tenant, signed_in.actor) as work:
            detail = {"outcome": tried, "refused": refusal.code, "why": refusal.message}
            work.record("approval.refused_attempt", "approval", request_id[:80], after=detail)
        raise


def _record(
    store: Store, signed_in: SignedIn, request_id: str, outcome: Outcome, comment: str, digest: str
) -> Decision:
    with store.change(signed_in.tenant, signed_in.actor) as work:
        stored = request_of(work.connection, work.tenant, request_id)
        request, work.case = stored.request, stored.request.case
        taken = decisions_of(work.connection, work.tenant, request_id)
        judge = Judge(work.connection, work.tenant)
        if stored.state == ChainOutcome.REJECTED and not taken:
            raise BusinessError("approval.timed_out", "Nobody answered in time, so this was rejected. Ask for it anew.")
        seat = judge.seat(request, taken, signed_in.person.id, work.now)
        if digest != request.digest:
            raise BusinessError("approval.changed", "What you saw has changed since; open it again before you decide.")
        if outcome is not Outcome.APPROVE and not comment:
            raise BusinessError(
                "approval.no_reason", "A rejection needs a reason, so that the requester can act on it."
            )
        if outcome is Outcome.SEND_BACK and not request.requester:
            raise BusinessError("approval.nobody_to_ask", "Nobody asked for this, so that it cannot be sent back.")
        if outcome is Outcome.APPROVE:
            check_proof(work, signed_in, request.scope)
        answer = _answer(work, signed_in, request, seat, outcome, comment)
        hands = judge.hands(request, answer.person, answer.on_behalf_of, work.now)
        _keep(work, answer)
        for person in hands:
            involve(work, person, FUNCTION_OF[request.subject])
        work.record(
            f"{request.subject}.{_VERBS[outcome]}",
            "approval",
            request_id,
            after=answer.model_dump(mode="json") | {"hands": list(hands)},
            reasons=request.evaluation.reasons,
        )
        enqueue(work, MessageKind.DECIDE, approval_workflow(work.tenant, request_id), argument={"decision": answer.id})
    return answer


def _answer(
    work: UnitOfWork, signed_in: SignedIn, request: ApprovalRequest, seat: Seat, outcome: Outcome, comment: str
) -> Decision:
    return Decision(
        id=uuid.uuid4().hex,
        request=request.id,
        stage=seat.stage.position,
        person=signed_in.person.id,
        account=signed_in.login,
        on_behalf_of=seat.on_behalf_of,
        outcome=outcome,
        comment=comment,
        digest=request.digest,
        inputs=seat.stage.inputs,
        decided_at=work.now,
    )


def _keep(work: UnitOfWork, answer: Decision) -> None:
    place = (
        (decision.c.tenant == work.tenant)
        & (decision.c.request == answer.request)
        & (decision.c.stage == answer.stage)
        & decision.c.seat.is_not(None)
    )
    taken = set(work.execute(select(decision.c.seat).where(place)).scalars())
    free = next(number for number in range(1, len(taken) + 2) if number not in taken)
    values = answer.model_dump(exclude={"account"}) | {"login": answer.account, "tenant": work.tenant, "seat": free}
    work.execute(insert(decision).values(**values))


def _acted_upon(request: ApprovalRequest, mine: Decision, answers: Sequence[Decision]) -> bool:
    """Whether somebody answered a later step, which they did because of this answer."""
    own = request.stage_at(mine.stage)
    later = {stage.position for stage in request.stages if own is not None and stage.turn > own.turn}
    return any(each.stage in later for each in answers)
