"""What was sent back comes again: changed, which voids the stages that decided about what changed, or explained."""

from contextlib import suppress

from sqlalchemy import update

from finance.material_fields import changes_between, material_fields
from finance.obligation import content_digest
from models.approval import ApprovalRequest, ApprovalScope, ApprovalSubject, Outcome, Revision
from models.errors import BusinessError
from models.ids import approval_workflow
from models.purchasing import RequisitionContent
from store.approval_rerouting import rework
from store.approvals import (
    StoredRequest,
    decisions_of,
    end_decisions,
    open_request_about,
    request_of,
    update_request,
)
from store.orders import FiledRequisition, free_budget, requisition_of, reserve_budget
from store.outbox import MessageKind, enqueue
from store.people import SignedIn
from store.purchase_routing import evaluate_purchase, purchase_scope
from store.requisitions import requisition_findings
from store.schema.purchasing import case_record, requisition
from store.unit_of_work import Store, UnitOfWork


def amend_requisition(
    store: Store, signed_in: SignedIn, requisition_id: str, content: RequisitionContent, comment: str
) -> Revision:
    """Puts `content` in the place of what the signed-in requester asked for, while it is still being approved.

    The rules are asked again; a stage stays approved where none of the fields that it decides about changed.
    Raises BusinessError `requisition.*`, `approval.*` or `right.missing`.
    """
    with store.change(signed_in.tenant, signed_in.actor) as work:
        return _checked_and_amended(work, signed_in, requisition_id, content, comment.strip())


def tried_amendment(
    store: Store, signed_in: SignedIn, requisition_id: str, content: RequisitionContent, comment: str
) -> Revision:
    """What `amend_requisition` would do now: it is done and taken back. Raises what that raises."""
    with suppress(_TakenBack), store.change(signed_in.tenant, signed_in.actor) as work:
        revision = _checked_and_amended(work, signed_in, requisition_id, content, comment.strip())
        raise _TakenBack
    return revision


class _TakenBack(Exception):
    """Ends a unit of work of which nothing is to stay."""


def resubmit(store: Store, signed_in: SignedIn, request_id: str, comment: str) -> None:
    """Asks the stage that sent it back again, with an explanation and nothing changed.

    Raises BusinessError `approval.not_sent_back`, `approval.no_reason` or `right.missing`.
    """
    with store.change(signed_in.tenant, signed_in.actor) as work:
        stored = request_of(work.connection, work.tenant, request_id)
        work.case = stored.request.case
        if stored.request.requester != signed_in.person.id:
            raise BusinessError("right.missing", "Only whoever asked for this may send it again.")
        if not comment.strip():
            raise BusinessError("approval.no_reason", "Answer what you were asked, for whoever decides next.")
        _take_back_sending_back(work, request_id)
        update_request(work, request_id, state="pending", waiting_since=work.now)
        work.record("approval.resubmitted", "approval", request_id, after={"comment": comment.strip()})
        enqueue(work, MessageKind.CHANGED, approval_workflow(work.tenant, request_id))


def _take_back_sending_back(work: UnitOfWork, request_id: str) -> None:
    answers = decisions_of(work.connection, work.tenant, request_id)
    sent_back = [each.id for each in answers if each.outcome is Outcome.SEND_BACK]
    if not sent_back:
        raise BusinessError("approval.not_sent_back", "This was not sent back.")
    end_decisions(work, request_id, sent_back, "resubmitted")


def _checked_and_amended(
    work: UnitOfWork, signed_in: SignedIn, requisition_id: str, content: RequisitionContent, comment: str
) -> Revision:
    filed = requisition_of(work.connection, work.tenant, requisition_id)
    work.case = filed.case
    if filed.requester != signed_in.person.id:
        raise BusinessError("right.missing", "Only whoever asked for this may change it.")
    stored = open_request_about(work.connection, work.tenant, ApprovalSubject.PURCHASE, filed.id)
    if filed.state != "filed" or stored is None:
        raise BusinessError("requisition.not_open", f"{filed.id} is decided; ask for what you need anew.")
    findings = requisition_findings(work.connection, work.tenant, content, work.now.date())
    if findings:
        raise BusinessError("requisition.invalid", "The requisition cannot be changed like that.", findings)
    if content_digest(content) == filed.digest:
        raise BusinessError("requisition.unchanged", "Nothing was changed; send it again with an explanation.")
    return _amended(work, signed_in, filed, stored, content, comment)


def _amended(
    work: UnitOfWork,
    signed_in: SignedIn,
    filed: FiledRequisition,
    stored: StoredRequest,
    content: RequisitionContent,
    comment: str,
) -> Revision:
    now_filed = filed.model_copy(update={"content": content, "digest": content_digest(content)})
    free_budget(work, filed)
    _store_content(work, now_filed)
    wanted = _wanted(stored.request, now_filed)
    evaluation = evaluate_purchase(work, now_filed)
    reserve_budget(work, now_filed)
    changed, found = rework(work, stored.request, wanted.model_copy(update={"evaluation": evaluation}))
    revision = Revision(
        at=work.now,
        person=signed_in.person.id,
        comment=comment,
        changes=changes_between(stored.request.material, wanted.material),
        voided=tuple(stage.role for stage in found.voided),
        kept=tuple(stage.role for stage in found.kept),
    )
    update_request(
        work,
        changed.id,
        data=changed.model_copy(update={"revisions": (*changed.revisions, revision)}),
        state="pending",
        waiting_since=work.now,
    )
    before = {each.field: each.before for each in revision.changes}
    after = {each.field: each.after for each in revision.changes}
    told = {"voided": list(revision.voided), "kept": list(revision.kept), "comment": comment, "changes": after}
    work.record("requisition.amended", "requisition", filed.id, before=before, after=told, reasons=evaluation.reasons)
    return revision


def _wanted(request: ApprovalRequest, filed: FiledRequisition) -> ApprovalRequest:
    scope: ApprovalScope = purchase_scope(filed.content)
    fields = {
        "title": filed.content.reason,
        "digest": filed.digest,
        "scope": scope,
        "material": material_fields(filed.content),
    }
    return request.model_copy(update=fields)


def _store_content(work: UnitOfWork, filed: FiledRequisition) -> None:
    place = (requisition.c.tenant == work.tenant) & (requisition.c.id == filed.id)
    work.execute(update(requisition).where(place).values(content=filed.content, digest=filed.digest))
    case = (case_record.c.tenant == work.tenant) & (case_record.c.id == filed.case)
    total = filed.content.net_total
    values = {"title": filed.content.reason[:200], "amount": total.amount, "currency": total.currency}
    work.execute(update(case_record).where(case).values(**values, vendor=filed.content.vendor))
