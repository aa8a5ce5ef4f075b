"""Approval requests and decisions. A decision is recorded here before any workflow hears of it."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from finance.approval_chain import Directory, chain_outcome, compute_chain, next_stage
from finance.segregation import Function, conflicts, excluded_people
from models.approval import ApprovalRequest, ApprovalSubject, Decision, Outcome, Stage
from models.base import Model
from models.errors import BusinessError
from models.ids import approval_workflow
from models.rule import RuleEvaluation
from store.cases import involve, involvements
from store.numbers import next_number
from store.outbox import MessageKind, enqueue
from store.people import SignedIn, people, person_of
from store.schema.approvals import approval_assignment, approval_request, decision
from store.unit_of_work import Store, UnitOfWork

FUNCTION_OF = {
    ApprovalSubject.PURCHASE: Function.APPROVED_PURCHASE,
    ApprovalSubject.INVOICE: Function.APPROVED_INVOICE,
    ApprovalSubject.PAYMENT: Function.RELEASED_PAYMENT,
    ApprovalSubject.SALE: Function.APPROVED_CREDIT,
}


class StoredRequest(Model):
    request: ApprovalRequest
    state: str
    """`pending`, `approved` or `rejected`."""
    stage: int
    created_at: datetime
    decided_at: datetime | None


class ApprovalProgress(Model):
    state: str
    waiting_for: Stage | None


def request_approval(
    work: UnitOfWork,
    subject: ApprovalSubject,
    subject_id: str,
    title: str,
    digest: str,
    evaluation: RuleEvaluation,
    cost_centre_owner: str,
) -> StoredRequest:
    """Computes the chain once, stores it and returns it; the same subject and digest again give the stored one.

    Raises BusinessError `approval.no_rule` or `approval.nobody`.
    """
    known = _find(
        work.connection,
        approval_request.c.tenant == work.tenant,
        approval_request.c.subject == subject,
        approval_request.c.subject_id == subject_id,
        approval_request.c.digest == digest,
    )
    if known is not None:
        return known
    everyone = people(work.connection, work.tenant)
    barred = excluded_people(
        FUNCTION_OF[subject],
        involvements(work.connection, work.tenant, work.case),
        [person.id for person in everyone],
    )
    stages = compute_chain(evaluation, Directory(people=everyone), cost_centre_owner, barred)
    request = ApprovalRequest(
        id=next_number(work, "AP"),
        case=work.case,
        subject=subject,
        subject_id=subject_id,
        title=title,
        digest=digest,
        stages=stages,
        evaluation=evaluation,
    )
    _insert(work, request)
    return request_of(work.connection, work.tenant, request.id)


def record_decision(
    store: Store, signed_in: SignedIn, request_id: str, outcome: Outcome, comment: str, digest: str
) -> Decision:
    """Records the signed-in person's answer to the stage that is open, in one transaction with its audit entry.

    `digest` is that of the content the person saw. Raises BusinessError `approval.*`; every refusal is on record.
    """
    try:
        return _record(store, signed_in, request_id, outcome, comment, digest)
    except BusinessError as refusal:
        with store.change(signed_in.tenant, signed_in.actor) as work:
            detail = {"outcome": outcome, "refused": refusal.code, "why": refusal.message}
            work.record("approval.refused_attempt", "approval", request_id, after=detail)
        raise


def settle_request(work: UnitOfWork, request_id: str) -> ApprovalProgress:
    """Weighs all recorded decisions against the stored chain and segregation, and keeps the result."""
    stored = request_of(work.connection, work.tenant, request_id)
    work.case = stored.request.case
    progress = _progress(work.connection, work.tenant, stored.request)
    stage = progress.waiting_for.position if progress.waiting_for else stored.stage
    if (progress.state, stage) != (stored.state, stored.stage):
        is_over = progress.state != "pending"
        place = (approval_request.c.tenant == work.tenant) & (approval_request.c.id == request_id)
        work.execute(
            update(approval_request)
            .where(place)
            .values(state=progress.state, stage=stage, decided_at=work.now if is_over else None)
        )
        action = f"approval.{progress.state}" if is_over else "approval.advanced"
        work.record(action, "approval", request_id, after={"stage": stage, "digest": stored.request.digest})
    return progress


def is_approved(connection: Connection, tenant: str, request_id: str, digest: str) -> bool:
    """Whether `request_id` was approved for exactly the content with `digest`, judged anew from the decisions."""
    stored = request_of(connection, tenant, request_id)
    return stored.request.digest == digest and _progress(connection, tenant, stored.request).state == "approved"


def request_of(connection: Connection, tenant: str, request_id: str) -> StoredRequest:
    """Raises BusinessError `approval.unknown`."""
    found = _find(connection, approval_request.c.tenant == tenant, approval_request.c.id == request_id)
    if found is None:
        raise BusinessError("approval.unknown", f"There is no approval request {request_id!r}.")
    return found


def requests_of_case(connection: Connection, tenant: str, case: str) -> tuple[StoredRequest, ...]:
    query = select(approval_request).where(approval_request.c.tenant == tenant, approval_request.c.case_id == case)
    return tuple(_stored(row) for row in connection.execute(query.order_by(approval_request.c.created_at)))


def requests_waiting_for(connection: Connection, tenant: str, person: str) -> tuple[StoredRequest, ...]:
    """What `person` could decide now, oldest first."""
    mine = approval_request.join(
        approval_assignment,
        (approval_assignment.c.tenant == approval_request.c.tenant)
        & (approval_assignment.c.request == approval_request.c.id)
        & (approval_assignment.c.stage == approval_request.c.stage),
    )
    query = (
        select(approval_request)
        .select_from(mine)
        .where(
            approval_request.c.tenant == tenant,
            approval_request.c.state == "pending",
            approval_assignment.c.person == person,
        )
    )
    waiting = [_stored(row) for row in connection.execute(query.order_by(approval_request.c.created_at))]
    return tuple(stored for stored in waiting if _may_answer(connection, tenant, stored.request, person))


def decisions_of(connection: Connection, tenant: str, request_id: str) -> tuple[Decision, ...]:
    """All recorded answers, oldest first."""
    query = select(decision).where(decision.c.tenant == tenant, decision.c.request == request_id)
    return tuple(
        Decision(
            id=row.id,
            request=row.request,
            stage=row.stage,
            person=row.person,
            account=row.login,
            outcome=Outcome(row.outcome),
            comment=row.comment,
            digest=row.digest,
            decided_at=row.decided_at,
        )
        for row in connection.execute(query.order_by(decision.c.stage))
    )


def _record(
    store: Store, signed_in: SignedIn, request_id: str, outcome: Outcome, comment: str, digest: str
) -> Decision:
    with store.change(signed_in.tenant, signed_in.actor) as work:
        stored = request_of(work.connection, work.tenant, request_id)
        request, work.case = stored.request, stored.request.case
        taken = decisions_of(work.connection, work.tenant, request_id)
        stage = _answerable_stage(work.connection, work.tenant, request, taken, signed_in.person.id)
        if digest != request.digest:
            raise BusinessError("approval.changed", "What you saw has changed since; open it again before you decide.")
        if outcome is Outcome.REJECT and not comment.strip():
            raise BusinessError(
                "approval.no_reason", "A rejection needs a reason, so that the requester can act on it."
            )
        answer = Decision(
            id=uuid.uuid4().hex,
            request=request_id,
            stage=stage.position,
            person=signed_in.person.id,
            account=signed_in.login,
            outcome=outcome,
            comment=comment.strip(),
            digest=digest,
            decided_at=work.now,
        )
        values = answer.model_dump(exclude={"account"}) | {"login": answer.account, "tenant": work.tenant}
        work.execute(insert(decision).values(**values))
        involve(work, answer.person, FUNCTION_OF[request.subject])
        work.record(
            f"{request.subject}.{'approved' if outcome is Outcome.APPROVE else 'rejected'}",
            "approval",
            request_id,
            after=answer.model_dump(mode="json"),
            reasons=request.evaluation.reasons,
        )
        enqueue(work, MessageKind.DECIDE, approval_workflow(work.tenant, request_id), argument={"decision": answer.id})
    return answer


def _answerable_stage(
    connection: Connection, tenant: str, request: ApprovalRequest, taken: Sequence[Decision], person: str
) -> Stage:
    stage = next_stage(request, taken)
    if stage is None:
        raise BusinessError("approval.already_decided", _already_decided(connection, tenant, taken))
    if person not in stage.people:
        earlier = [answer for answer in taken if person in request.stages[answer.stage - 1].people]
        if earlier:
            raise BusinessError("approval.already_decided", _already_decided(connection, tenant, earlier))
        raise BusinessError("approval.not_yours", "This approval is not yours to give.")
    _refuse_conflict(connection, tenant, request, person)
    return stage


def _refuse_conflict(connection: Connection, tenant: str, request: ApprovalRequest, person: str) -> None:
    clashes = conflicts(person, FUNCTION_OF[request.subject], involvements(connection, tenant, request.case))
    if clashes:
        raise BusinessError("approval.segregation", " ".join(clashes))


def _may_answer(connection: Connection, tenant: str, request: ApprovalRequest, person: str) -> bool:
    try:
        _answerable_stage(connection, tenant, request, decisions_of(connection, tenant, request.id), person)
    except BusinessError:
        return False
    return True


def _already_decided(connection: Connection, tenant: str, taken: Sequence[Decision]) -> str:
    if not taken:
        return "Nothing is left to decide here."
    last = taken[-1]
    who = person_of(connection, tenant, last.person).name
    return f"Already decided by {who} on {last.decided_at:%Y-%m-%d at %H:%M} UTC: {last.outcome}."


def _progress(connection: Connection, tenant: str, request: ApprovalRequest) -> ApprovalProgress:
    answers = decisions_of(connection, tenant, request.id)
    history = involvements(connection, tenant, request.case)
    valid = [
        answer
        for answer in answers
        if answer.digest == request.digest and not conflicts(answer.person, FUNCTION_OF[request.subject], history)
    ]
    return ApprovalProgress(state=chain_outcome(request, valid), waiting_for=next_stage(request, valid))


def _insert(work: UnitOfWork, request: ApprovalRequest) -> None:
    state = "pending" if request.stages else "approved"
    work.execute(
        insert(approval_request).values(
            tenant=work.tenant,
            id=request.id,
            case_id=request.case,
            subject=request.subject,
            subject_id=request.subject_id,
            digest=request.digest,
            data=request,
            state=state,
            stage=1 if request.stages else 0,
            created_at=work.now,
            decided_at=None if request.stages else work.now,
        )
    )
    for stage in request.stages:
        for person in stage.people:
            place = {"tenant": work.tenant, "request": request.id, "stage": stage.position, "person": person}
            work.execute(insert(approval_assignment).values(**place))
    work.record(
        "approval.requested" if request.stages else "approval.not_required",
        "approval",
        request.id,
        after=request.model_dump(mode="json", exclude={"evaluation"}),
        reasons=request.evaluation.reasons,
    )


def _find(connection: Connection, *conditions: Any) -> StoredRequest | None:
    row = connection.execute(select(approval_request).where(*conditions)).one_or_none()
    return _stored(row) if row is not None else None


def _stored(row: Any) -> StoredRequest:
    return StoredRequest(
        request=row.data, state=row.state, stage=row.stage, created_at=row.created_at, decided_at=row.decided_at
    )
