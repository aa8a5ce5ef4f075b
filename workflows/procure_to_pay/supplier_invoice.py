"""A supplier's invoice: from the file that arrived to the payment that the bank has booked."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.asking import Asking
    from activities.invoicing import DeliveredFile, EndInvoice, Invoicing
    from activities.paying import ApprovedInvoice, Paying
    from activities.references import ApprovalRef, IntentRef, InvoiceRef, TaskRef
    from models.party import Role
    from models.payment import AttemptState
    from store.invoice_matching import MatchOutcome, MatchState
    from store.invoices import OVER_STATES, Delivery
    from workflows.approval import approve
    from workflows.portal_action import carry_out
    from workflows.steps import send, step, work
    from workflows.waiting import Stuck, Waits


@workflow.defn
class SupplierInvoice(Waits):
    @workflow.run
    async def run(self, file: DeliveredFile) -> None:
        delivery: Delivery = await work(Invoicing.receive_invoice, file)
        await work(Invoicing.file_away, file)
        if delivery.invoice:
            self._stuck = Stuck(
                tenant=file.tenant,
                case=delivery.case,
                subject_kind="invoice",
                subject_id=delivery.invoice,
                owner=Role.ACCOUNTS_PAYABLE,
                what=f"Invoice {delivery.invoice}",
            )
            await self._process(InvoiceRef(tenant=file.tenant, invoice=delivery.invoice))

    async def _process(self, ref: InvoiceRef) -> None:
        matched = await self._match(ref)
        if matched is None:
            return
        approval = ApprovalRef(tenant=ref.tenant, request=matched.approval)
        if not await approve(approval):
            await step(Invoicing.end_invoice, EndInvoice(ref=ref, why="The approval was refused."))
            return
        approved = ApprovedInvoice(ref=ref, approval=approval.request)
        posting: IntentRef = await self.with_person(self._stuck, lambda: step(Paying.open_posting, approved))
        if not await self._carried_out(ref, posting, "The posting was cancelled."):
            return
        await self._pay(ref)

    async def _match(self, ref: InvoiceRef) -> MatchOutcome | None:
        """Waits for receipts and for people until the invoice matches; None when it ends without."""
        while True:
            seen = self._news
            outcome: MatchOutcome = await self.with_person(self._stuck, lambda: step(Invoicing.match_invoice, ref))
            match outcome.state:
                case MatchState.MATCHED:
                    return outcome
                case MatchState.OVER:
                    return None
            for task in outcome.tasks:
                await send(Asking.announce_task, TaskRef(tenant=ref.tenant, task=task))
            await self.until_changed(seen)

    async def _pay(self, ref: InvoiceRef) -> None:
        release: ApprovalRef = await self.with_person(self._stuck, lambda: step(Paying.propose_payment, ref))
        if not await approve(release):
            await step(Invoicing.end_invoice, EndInvoice(ref=ref, why="The release of the payment was refused."))
            return
        released = ApprovedInvoice(ref=ref, approval=release.request)
        payment: IntentRef = await self.with_person(self._stuck, lambda: step(Paying.open_payment, released))
        if await self._carried_out(ref, payment, "The payment was cancelled."):
            await self._until_reconciled(ref)

    async def _carried_out(self, ref: InvoiceRef, intent: IntentRef, why: str) -> bool:
        if await carry_out(intent) is AttemptState.EXECUTED:
            return True
        await step(Invoicing.end_invoice, EndInvoice(ref=ref, why=why))
        return False

    async def _until_reconciled(self, ref: InvoiceRef) -> None:
        while True:
            seen = self._news
            if await step(Invoicing.invoice_state, ref) in OVER_STATES:
                return
            await self.until_changed(seen)
