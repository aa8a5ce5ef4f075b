"""A purchase: from the filed requisition to the order that is completely delivered, invoiced and paid."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.purchasing import IssueOrder, PurchaseRoute, Purchasing
    from activities.references import OrderRef, RequisitionRef
    from models.party import Role
    from workflows.approval import approve
    from workflows.steps import send_for_sure, step
    from workflows.waiting import Stuck, Waits


@workflow.defn
class Purchase(Waits):
    @workflow.run
    async def run(self, ref: RequisitionRef) -> None:
        stuck = Stuck(
            tenant=ref.tenant,
            case=ref.requisition,
            subject_kind="requisition",
            subject_id=ref.requisition,
            owner=Role.PURCHASING,
            what=f"Requisition {ref.requisition}",
        )
        route: PurchaseRoute = await self.with_person(stuck, lambda: step(Purchasing.route_requisition, ref))
        if not await approve(route.approval):
            await step(Purchasing.close_rejected_requisition, ref)
            return
        order: OrderRef = await step(
            Purchasing.issue_order, IssueOrder(requisition=ref, approval=route.approval.request)
        )
        await self.with_person(stuck, lambda: send_for_sure(Purchasing.send_order, order))
        await self._until_completed(order)

    async def _until_completed(self, order: OrderRef) -> None:
        while True:
            seen = self._news
            if await step(Purchasing.close_completed_order, order):
                return
            await self.until_changed(seen)
