"""From an approved invoice to what has to be done on the portals."""

from dataclasses import dataclass

from temporalio import activity

from activities.references import ApprovalRef, IntentRef, InvoiceRef
from audit.entry import Actor
from models.base import Model
from store.invoices import StoredInvoice, invoice_of
from store.payments import open_payment, open_posting, propose_payment
from store.unit_of_work import Store, UnitOfWork

_PAYABLES = Actor(system="payables")


class ApprovedInvoice(Model):
    ref: InvoiceRef
    approval: str
    """Id of the approval request that covers the step."""


@dataclass(frozen=True)
class Paying:
    store: Store

    @activity.defn
    def open_posting(self, command: ApprovedInvoice) -> IntentRef:
        """The one intent to key the invoice into the books."""
        with self.store.change(command.ref.tenant, _PAYABLES) as work:
            stored = _invoice(work, command.ref)
            return IntentRef(tenant=work.tenant, slice=open_posting(work, stored, command.approval))

    @activity.defn
    def propose_payment(self, ref: InvoiceRef) -> ApprovalRef:
        """Freezes payee, account and amount and asks a second person for the release."""
        with self.store.change(ref.tenant, _PAYABLES) as work:
            request = propose_payment(work, _invoice(work, ref))
            return ApprovalRef(tenant=ref.tenant, request=request.request.id)

    @activity.defn
    def open_payment(self, command: ApprovedInvoice) -> IntentRef:
        """The one intent to pay the invoice; refused unless exactly this was released."""
        with self.store.change(command.ref.tenant, _PAYABLES) as work:
            stored = _invoice(work, command.ref)
            return IntentRef(tenant=work.tenant, slice=open_payment(work, stored, command.approval))


def _invoice(work: UnitOfWork, ref: InvoiceRef) -> StoredInvoice:
    stored = invoice_of(work.connection, ref.tenant, ref.invoice)
    work.case = stored.case
    return stored
