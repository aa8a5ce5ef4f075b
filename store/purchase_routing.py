"""Who has to approve a purchase, decided with the budget as it stands in the same transaction."""

from finance.obligation import content_digest
from models.approval import ApprovalSubject
from store.approvals import StoredRequest, request_approval
from store.masters import budget_left, cost_centre_of
from store.orders import FiledRequisition, reserve_budget
from store.rule_versions import evaluate
from store.unit_of_work import UnitOfWork


def route_purchase(work: UnitOfWork, filed: FiledRequisition) -> StoredRequest:
    """Evaluates the purchase approval table, reserves the budget and stores the chain; once per filed content.

    Raises BusinessError of the rules engine or `approval.*`; no match is an error.
    """
    content = filed.content
    centre = cost_centre_of(work.connection, work.tenant, content.cost_centre)
    left = budget_left(work.connection, work.tenant, centre.id, work.now.year)
    evaluation = evaluate(
        work,
        "purchase_approval",
        "requisition",
        filed.id,
        content_digest(content),
        {
            "amount": content.net_total.amount,
            "category": content.category,
            "cost_centre": content.cost_centre,
            "over_budget": content.net_total.amount > left,
        },
    )
    request = request_approval(
        work, ApprovalSubject.PURCHASE, filed.id, content.reason, filed.digest, evaluation, centre.owner
    )
    reserve_budget(work, filed)
    return request
