"""From a customer order to the invoice that is sent and the case that is paid and closed."""

from dataclasses import dataclass

from temporalio import activity

from activities.mailing import Mailing, SalesInvoiceMail
from activities.references import ApprovalRef, IntentRef, SalesInvoiceRef, SalesOrderRef
from audit.entry import Actor
from formats.sales_invoice_pdf import render_sales_invoice_pdf
from formats.ubl_invoice_writer import write_ubl_invoice
from models.base import Model
from store.cases import close_case
from store.credit import free_credit, route_sale
from store.files import FileStore
from store.goods_deliveries import open_sales_lines
from store.intents import intent_of
from store.masters import customer_of
from store.receivables import receivables_of_case
from store.registrations import open_registration
from store.sales_invoices import (
    StoredSalesInvoice,
    issue_invoice,
    keep_papers,
    sales_invoice_of,
    sales_invoices_of_case,
    set_sales_invoice_state,
)
from store.sales_orders import StoredSalesOrder, confirm_sales_order, sales_order_of, set_sales_order_state
from store.unit_of_work import Store, UnitOfWork

_SALES = Actor(system="sales")
_BILLING = Actor(system="billing")


class SaleRoute(Model):
    approval: ApprovalRef
    is_confirmed: bool
    """No approval was due, or it is there already."""


class ConfirmOrder(Model):
    ref: SalesOrderRef
    approval: str
    """Id of the approval request that was granted."""


class UnsentInvoice(Model):
    """An invoice that the customer does not have yet."""

    ref: SalesInvoiceRef
    registration: IntentRef | None
    """None where the law asks for no registration."""
    portal: str
    """On which it is registered; empty where it is not."""


@dataclass(frozen=True)
class Selling:
    store: Store
    files: FileStore
    mailing: Mailing

    @activity.defn
    def route_sale(self, ref: SalesOrderRef) -> SaleRoute:
        """Decides who grants the credit and reserves it; confirms the order where nobody has to."""
        with self.store.change(ref.tenant, _SALES) as work:
            order = _order(work, ref)
            request = route_sale(work, order)
            is_confirmed = request.state == "approved"
            if is_confirmed:
                confirm_sales_order(work, order, request.request.id)
        return SaleRoute(approval=ApprovalRef(tenant=ref.tenant, request=request.request.id), is_confirmed=is_confirmed)

    @activity.defn
    def confirm_order(self, command: ConfirmOrder) -> None:
        """Lets the order be delivered; refused unless exactly its content was approved."""
        with self.store.change(command.ref.tenant, _SALES) as work:
            confirm_sales_order(work, _order(work, command.ref), command.approval)

    @activity.defn
    def close_rejected_sale(self, ref: SalesOrderRef) -> None:
        """Ends an order whose credit was refused, and frees what it held."""
        with self.store.change(ref.tenant, _SALES) as work:
            order = _order(work, ref)
            set_sales_order_state(work, order.number, "rejected")
            free_credit(work, order)
            close_case(work, order.case, "rejected")

    @activity.defn
    def next_unsent_invoice(self, ref: SalesOrderRef) -> UnsentInvoice | None:
        """The oldest invoice that was not sent, issued now where a delivery has none; None where all are sent."""
        with self.store.change(ref.tenant, _BILLING) as work:
            order = _order(work, ref)
            issued = sales_invoices_of_case(work.connection, work.tenant, order.case)
            unsent = [each for each in issued if each.state != "sent"]
            stored = unsent[0] if unsent else issue_invoice(work, order)
            if stored is None:
                return None
            slice_id = open_registration(work, stored)
            portal = intent_of(work.connection, work.tenant, slice_id).portal if slice_id else ""
        return UnsentInvoice(
            ref=SalesInvoiceRef(tenant=ref.tenant, invoice=stored.number),
            registration=IntentRef(tenant=ref.tenant, slice=slice_id) if slice_id else None,
            portal=portal,
        )

    @activity.defn
    def send_sales_invoice(self, ref: SalesInvoiceRef) -> None:
        """Makes the papers from the frozen content and sends them to the customer; sent once it stays sent."""
        stored = self._with_papers(ref)
        if stored.state == "sent":
            return
        with self.store.read() as connection:
            customer = customer_of(connection, ref.tenant, stored.customer)
        self.mailing.send_sales_invoice(
            SalesInvoiceMail(
                tenant=ref.tenant,
                case=stored.case,
                invoice=stored.content,
                customer=customer,
                pdf=self.files.get(ref.tenant, stored.pdf),
                ubl=self.files.get(ref.tenant, stored.ubl),
            )
        )
        with self.store.change(ref.tenant, _BILLING, stored.case) as work:
            set_sales_invoice_state(work, stored.number, "sent")

    @activity.defn
    def close_settled_sale(self, ref: SalesOrderRef) -> bool:
        """Closes the case when all is delivered, billed, sent and paid; whether it is closed."""
        with self.store.change(ref.tenant, _SALES) as work:
            order = _order(work, ref)
            if not _is_settled(work, order):
                return False
            set_sales_order_state(work, order.number, "completed")
            free_credit(work, order)
            close_case(work, order.case, "completed")
        return True

    def _with_papers(self, ref: SalesInvoiceRef) -> StoredSalesInvoice:
        with self.store.read() as connection:
            stored = sales_invoice_of(connection, ref.tenant, ref.invoice)
        if stored.pdf:
            return stored
        pdf = self.files.put(ref.tenant, render_sales_invoice_pdf(stored.content))
        ubl = self.files.put(ref.tenant, write_ubl_invoice(stored.content))
        with self.store.change(ref.tenant, _BILLING, stored.case) as work:
            keep_papers(work, stored, pdf, ubl)
            return sales_invoice_of(work.connection, ref.tenant, ref.invoice)


def _order(work: UnitOfWork, ref: SalesOrderRef) -> StoredSalesOrder:
    order = sales_order_of(work.connection, ref.tenant, ref.order)
    work.case = order.case
    return order


def _is_settled(work: UnitOfWork, order: StoredSalesOrder) -> bool:
    lines = open_sales_lines(work.connection, work.tenant, order)
    invoices = sales_invoices_of_case(work.connection, work.tenant, order.case)
    owed = receivables_of_case(work.connection, work.tenant, order.case)
    return (
        all(line.invoiced >= line.ordered for line in lines)
        and all(each.state == "sent" for each in invoices)
        and not any(each.open_amount for each in owed)
    )
