"""Approval requests: their chains, computed once and stored, and where each of them stands."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from finance.approval_chain import Asked, Directory, compute_chain
from finance.approval_progress import ChainOutcome
from finance.material_fields import stage_inputs
from finance.segregation import excluded_people
from models.approval import ApprovalRequest, ApprovalSubject, ApprovalWanted, Decision, Outcome, Stage
from models.base import Model
from models.errors import BusinessError
from models.ids import answer_workflow
from models.rule import RuleEvaluation
from store.approval_judging import FUNCTION_OF, Judge
from store.masters import cost_centres
from store.numbers import next_number
from store.outbox import MessageKind, enqueue
from store.people import people
from store.schema.approvals import approval_assignment, approval_request, decision
from store.segregation import history_of_request
from store.signed_changes import changes, limits_at, segregation_at
from store.unit_of_work import UnitOfWork

OVER = (ChainOutcome.APPROVED, ChainOutcome.REJECTED)


class StoredRequest(Model):
    request: ApprovalRequest
    state: str
    """`pending`, `sent_back`, `approved` or `rejected`."""
    stage: int
    """The position of the first stage that waits."""
    created_at: datetime
    decided_at: datetime | None
    waiting_since: datetime | None = None
    """When the present step began to wait; None where nobody is asked."""


class ApprovalProgress(Model):
    state: str
    waiting_for: Stage | None
    also_waiting: tuple[Stage, ...] = ()
    """Further stages that are asked at the same time."""

    @property
    def open(self) -> tuple[Stage, ...]:
        return (self.waiting_for, *self.also_waiting) if self.waiting_for else ()


def request_approval(work: UnitOfWork, wanted: ApprovalWanted, evaluation: RuleEvaluation) -> StoredRequest:
    """Computes the chain once, stores it and returns it; the same subject and digest again give the stored one.

    Raises BusinessError `approval.no_rule` or `approval.nobody`.
    """
    known = _find(
        work.connection,
        approval_request.c.tenant == work.tenant,
        approval_request.c.subject == wanted.subject,
        approval_request.c.subject_id == wanted.subject_id,
        approval_request.c.digest == wanted.digest,
    )
    if known is not None:
        return known
    unstaffed = ApprovalRequest(
        **wanted.model_dump(), id=next_number(work, "AP"), case=work.case, stages=(), evaluation=evaluation
    )
    request = unstaffed.model_copy(update={"stages": chain_of(work, unstaffed)})
    _insert(work, request)
    return request_of(work.connection, work.tenant, request.id)


def chain_of(work: UnitOfWork, request: ApprovalRequest) -> tuple[Stage, ...]:
    """The chain that the request's evaluation asks for now, each stage with the fields that it decides about."""
    everyone = people(work.connection, work.tenant)
    signed = changes(work.connection, work.tenant)
    history = history_of_request(work.connection, work.tenant, request)
    names = [person.id for person in everyone]
    policy = segregation_at(signed, work.now)
    barred = excluded_people(FUNCTION_OF[request.subject], history, names, policy)
    owner_of = {centre.id: centre.owner for centre in cost_centres(work.connection, work.tenant)}
    centres = request.scope.cost_centres if request.scope else ()
    asked = Asked(
        requester=request.requester,
        owners={centre: owner_of.get(centre, "") for centre in centres},
        scope=request.scope,
        limits=limits_at(signed, work.now),
    )
    stages = compute_chain(request.evaluation, Directory(people=everyone), asked, barred)
    return tuple(
        stage.model_copy(update={"inputs": stage_inputs(request.subject, stage.role, request.material)})
        for stage in stages
    )


def settle_request(work: UnitOfWork, request_id: str) -> ApprovalProgress:
    """Weighs all recorded decisions against the stored chain, segregation and rights, and keeps the result."""
    stored = request_of(work.connection, work.tenant, request_id)
    work.case = stored.request.case
    progress = _progress(work.connection, work.tenant, stored.request)
    stage = progress.waiting_for.position if progress.waiting_for else stored.stage
    if (progress.state, stage) != (stored.state, stored.stage):
        is_over = progress.state in OVER
        values = {"state": progress.state, "stage": stage, "decided_at": work.now if is_over else None}
        values["waiting_since"] = work.now if progress.waiting_for else None
        update_request(work, request_id, **values)
        action = "approval.advanced" if progress.state == "pending" else f"approval.{progress.state}"
        work.record(action, "approval", request_id, after={"stage": stage, "digest": stored.request.digest})
        if is_over or progress.state == ChainOutcome.SENT_BACK:
            _have_it_told(work, stored.request)
    return progress


def _have_it_told(work: UnitOfWork, request: ApprovalRequest) -> None:
    """Sends whoever asked, and whoever was asked beside the one who answered, the message that nothing waits for."""
    if not request.requester and sum(len(stage.answerers) for stage in request.stages) == 1:
        return
    answers = decisions_of(work.connection, work.tenant, request.id)
    told = answer_workflow(work.tenant, request.id, answers[-1].id if answers else "late")
    argument = {"tenant": work.tenant, "request": request.id}
    enqueue(work, MessageKind.START, told, "AnswerAnnouncement", argument)


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


def open_request_about(
    connection: Connection, tenant: str, subject: ApprovalSubject, subject_id: str
) -> StoredRequest | None:
    """The request about a document that is pending or was sent back."""
    return _find(
        connection,
        approval_request.c.tenant == tenant,
        approval_request.c.subject == subject,
        approval_request.c.subject_id == subject_id,
        approval_request.c.state.in_(("pending", "sent_back")),
    )


def requests_waiting_for(connection: Connection, tenant: str, person: str, at: datetime) -> tuple[StoredRequest, ...]:
    """What `person` could decide at the moment `at`, for themselves or for somebody who is away, oldest first."""
    judge = Judge(connection, tenant)
    principals = {each.principal for each in judge.delegations if each.is_in_force(at)}
    return tuple(
        stored
        for stored in pending_requests_with(connection, tenant, {person, *principals})
        if judge.may_answer(stored.request, decisions_of(connection, tenant, stored.request.id), person, at)
    )


def pending_requests_with(connection: Connection, tenant: str, anybody: Collection[str]) -> tuple[StoredRequest, ...]:
    """What is pending with one of `anybody` in a stage that is not over, oldest first, allowed to answer or not."""
    mine = approval_request.join(
        approval_assignment,
        (approval_assignment.c.tenant == approval_request.c.tenant)
        & (approval_assignment.c.request == approval_request.c.id)
        & (approval_assignment.c.stage >= approval_request.c.stage),
    )
    query = (
        select(approval_request)
        .distinct()
        .select_from(mine)
        .where(
            approval_request.c.tenant == tenant,
            approval_request.c.state == "pending",
            approval_assignment.c.person.in_(anybody),
        )
    )
    return tuple(_stored(row) for row in connection.execute(query.order_by(approval_request.c.created_at)).all())


def requests_sent_back_to(connection: Connection, tenant: str, person: str) -> tuple[StoredRequest, ...]:
    """What was sent back to `person` to be changed or explained, oldest first."""
    query = select(approval_request).where(
        approval_request.c.tenant == tenant, approval_request.c.state == ChainOutcome.SENT_BACK
    )
    found = [_stored(row) for row in connection.execute(query.order_by(approval_request.c.created_at))]
    return tuple(stored for stored in found if stored.request.requester == person)


def decisions_of(connection: Connection, tenant: str, request_id: str) -> tuple[Decision, ...]:
    """All answers that still stand, oldest first."""
    query = select(decision).where(
        decision.c.tenant == tenant, decision.c.request == request_id, decision.c.ended_at.is_(None)
    )
    rows = connection.execute(query.order_by(decision.c.decided_at, decision.c.stage)).all()
    return tuple(decision_in(row) for row in rows)


def decision_in(row: Any) -> Decision:
    """The answer that a row of the table holds."""
    return Decision(
        id=row.id,
        request=row.request,
        stage=row.stage,
        person=row.person,
        account=row.login,
        on_behalf_of=row.on_behalf_of,
        outcome=Outcome(row.outcome),
        comment=row.comment,
        digest=row.digest,
        inputs=row.inputs,
        decided_at=row.decided_at,
    )


def end_decisions(work: UnitOfWork, request_id: str, ended: Sequence[str], because: str) -> None:
    """Takes the answers with the ids `ended` off the record: kept for the auditor, they count no more."""
    place = (decision.c.tenant == work.tenant) & (decision.c.request == request_id) & decision.c.id.in_(ended)
    work.execute(update(decision).where(place).values(seat=None, ended_at=work.now, ended_because=because))


def update_request(work: UnitOfWork, request_id: str, **values: Any) -> None:
    place = (approval_request.c.tenant == work.tenant) & (approval_request.c.id == request_id)
    work.execute(update(approval_request).where(place).values(**values))


def assign(work: UnitOfWork, request: ApprovalRequest) -> None:
    """Has the request wait for the people of its chain, and for nobody else."""
    place = (approval_assignment.c.tenant == work.tenant) & (approval_assignment.c.request == request.id)
    work.execute(delete(approval_assignment).where(place))
    for stage in request.stages:
        for person in dict.fromkeys(stage.answerers):
            key = {"tenant": work.tenant, "request": request.id, "stage": stage.position, "person": person}
            work.execute(insert(approval_assignment).values(**key))


def _progress(connection: Connection, tenant: str, request: ApprovalRequest) -> ApprovalProgress:
    found = Judge(connection, tenant).progress(request, decisions_of(connection, tenant, request.id))
    first, *others = found.open or (None,)
    return ApprovalProgress(
        state=found.outcome, waiting_for=first, also_waiting=tuple(each for each in others if each is not None)
    )


def _insert(work: UnitOfWork, request: ApprovalRequest) -> None:
    work.execute(
        insert(approval_request).values(
            tenant=work.tenant,
            id=request.id,
            case_id=request.case,
            subject=request.subject,
            subject_id=request.subject_id,
            digest=request.digest,
            data=request,
            state="pending" if request.stages else "approved",
            stage=1 if request.stages else 0,
            created_at=work.now,
            decided_at=None if request.stages else work.now,
            waiting_since=work.now if request.stages else None,
        )
    )
    assign(work, request)
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
        request=row.data,
        state=row.state,
        stage=row.stage,
        created_at=row.created_at,
        decided_at=row.decided_at,
        waiting_since=row.waiting_since,
    )
