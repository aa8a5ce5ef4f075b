"""A sale: from the customer's order to the invoices that are registered, sent and paid."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.references import ApprovalRef, SalesOrderRef
    from activities.registering import ReceiptBots
    from activities.selling import ConfirmOrder, SaleRoute, Selling, UnsentInvoice
    from models.party import Role
    from workflows.approval import approve
    from workflows.portal_action import carry_out
    from workflows.steps import look, send_for_sure, step
    from workflows.waiting import Stuck, Waits


@workflow.defn
class Sale(Waits):
    @workflow.run
    async def run(self, ref: SalesOrderRef) -> None:
        self._stuck = Stuck(
            tenant=ref.tenant,
            case=ref.order,
            subject_kind="sales_order",
            subject_id=ref.order,
            owner=Role.ACCOUNTS_RECEIVABLE,
            what=f"Order {ref.order}",
        )
        route: SaleRoute = await self.with_person(self._stuck, lambda: step(Selling.route_sale, ref))
        if not route.is_confirmed and not await self._is_granted(ref, route.approval):
            await step(Selling.close_rejected_sale, ref)
            return
        await self._until_paid(ref)

    async def _is_granted(self, ref: SalesOrderRef, approval: ApprovalRef) -> bool:
        if not await approve(approval):
            return False
        await step(Selling.confirm_order, ConfirmOrder(ref=ref, approval=approval.request))
        return True

    async def _until_paid(self, ref: SalesOrderRef) -> None:
        """Every delivery brings an invoice out, every payment may be the last."""
        while True:
            seen = self._news
            invoice = await self.with_person(self._stuck, lambda: step(Selling.next_unsent_invoice, ref))
            if invoice is not None:
                await self._bring_out(invoice)
            elif await step(Selling.close_settled_sale, ref):
                return
            else:
                await self.until_changed(seen)

    async def _bring_out(self, invoice: UnsentInvoice) -> None:
        """Registers the invoice where the law asks for it, archives the receipt, and only then sends it."""
        if invoice.registration is not None:
            await carry_out(invoice.registration)
            await self.with_person(
                self._stuck,
                lambda: self.in_turn(
                    lambda: look(ReceiptBots.archive_receipt, invoice.ref, invoice.portal, invoice.ref.tenant)
                ),
            )
        await self.with_person(self._stuck, lambda: send_for_sure(Selling.send_sales_invoice, invoice.ref))
