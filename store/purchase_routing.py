"""Who has to approve a purchase, decided with the budget as it stands in the same transaction."""

from finance.material_fields import material_fields
from finance.obligation import content_digest
from models.approval import ApprovalScope, ApprovalSubject, ApprovalWanted
from models.purchasing import RequisitionContent
from models.rule import RuleEvaluation
from store.approvals import StoredRequest, request_approval
from store.masters import budget_left
from store.orders import FiledRequisition, reserve_budget
from store.rule_versions import evaluate
from store.unit_of_work import UnitOfWork


def route_purchase(work: UnitOfWork, filed: FiledRequisition) -> StoredRequest:
    """Evaluates the purchase approval table, reserves the budget and stores the chain; once per filed content.

    Raises BusinessError of the rules engine or `approval.*`; no match is an error.
    """
    wanted = ApprovalWanted(
        subject=ApprovalSubject.PURCHASE,
        subject_id=filed.id,
        title=filed.content.reason,
        digest=filed.digest,
        requester=filed.requester,
        scope=purchase_scope(filed.content),
        material=material_fields(filed.content),
    )
    request = request_approval(work, wanted, evaluate_purchase(work, filed))
    reserve_budget(work, filed)
    return request


def evaluate_purchase(work: UnitOfWork, filed: FiledRequisition) -> RuleEvaluation:
    """What the purchase approval table says; over budget is a purchase that is so for any cost centre that pays."""
    content = filed.content
    over = [
        centre
        for centre, net in content.net_by_cost_centre.items()
        if net > budget_left(work.connection, work.tenant, centre, work.now.year)
    ]
    return evaluate(
        work,
        "purchase_approval",
        "requisition",
        filed.id,
        content_digest(content),
        {
            "amount": content.net_total.amount,
            "category": content.category,
            "cost_centre": content.cost_centre,
            "over_budget": bool(over),
        },
    )


def purchase_scope(content: RequisitionContent) -> ApprovalScope:
    """What rights to approve a purchase are measured against."""
    return ApprovalScope(
        entity=content.entity, cost_centres=tuple(content.net_by_cost_centre), amount=content.net_total
    )
