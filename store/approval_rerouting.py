"""An open approval whose rules or content changed: whoever is due now is asked; what still stands stays decided."""

from finance.reapproval import Reapproval, reapproval
from models.approval import ApprovalRequest
from models.ids import approval_workflow
from models.rule import RuleEvaluation
from store.approval_judging import Judge
from store.approvals import assign, chain_of, decisions_of, end_decisions, update_request
from store.outbox import MessageKind, enqueue
from store.unit_of_work import UnitOfWork


def reroute(work: UnitOfWork, request: ApprovalRequest, evaluation: RuleEvaluation) -> ApprovalRequest:
    """Has an open request follow `evaluation`: its decided stages stay, after them come the stages still due.

    A role that decided already is not asked again. Raises BusinessError `approval.*` where nobody could decide.
    """
    changed, _ = rework(work, request, request.model_copy(update={"evaluation": evaluation}))
    work.record(
        "approval.rerouted",
        "approval",
        request.id,
        before={"stages": [stage.model_dump(mode="json") for stage in request.stages]},
        after={"stages": [stage.model_dump(mode="json") for stage in changed.stages]},
        reasons=evaluation.reasons,
    )
    return changed


def rework(work: UnitOfWork, request: ApprovalRequest, wanted: ApprovalRequest) -> tuple[ApprovalRequest, Reapproval]:
    """Puts `wanted`, its chain computed anew, in the place of `request` and tells its workflow."""
    answers = decisions_of(work.connection, work.tenant, request.id)
    counted = Judge(work.connection, work.tenant).progress(request, answers).counted
    found = reapproval(request, counted, chain_of(work, wanted), wanted)
    changed = wanted.model_copy(update={"stages": found.stages})
    positions = {stage.position for stage in found.kept}
    end_decisions(work, request.id, [each.id for each in answers if each.stage not in positions], "voided")
    open_now = Judge(work.connection, work.tenant).progress(
        changed, decisions_of(work.connection, work.tenant, request.id)
    )
    first = open_now.open[0].position if open_now.open else 0
    update_request(work, request.id, data=changed, digest=changed.digest, stage=first)
    assign(work, changed)
    enqueue(work, MessageKind.CHANGED, approval_workflow(work.tenant, request.id))
    return changed, found
