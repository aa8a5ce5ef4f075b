"""From a filed requisition to a sent order and a closed case."""

from dataclasses import dataclass

from temporalio import activity

from activities.mailing import Mailing, OrderMail
from activities.references import ApprovalRef, OrderRef, RequisitionRef
from audit.entry import Actor
from formats.order_pdf import render_order_pdf
from formats.ubl_order import write_ubl_order
from models.base import Model
from store.cases import attach, case_of, close_case
from store.files import FileStore
from store.invoices import OVER_STATES, invoices_of_case
from store.masters import entity_of, vendor_of
from store.orders import (
    issue_order,
    open_lines,
    order_of,
    reject_requisition,
    requisition_of,
    set_order_state,
)
from store.people import person_of
from store.purchase_routing import route_purchase
from store.unit_of_work import Store

_PURCHASING = Actor(system="purchasing")


class PurchaseRoute(Model):
    case: str
    approval: ApprovalRef


class IssueOrder(Model):
    requisition: RequisitionRef
    approval: str
    """Id of the approval request that was granted."""


@dataclass(frozen=True)
class Purchasing:
    store: Store
    files: FileStore
    mailing: Mailing

    @activity.defn
    def route_requisition(self, ref: RequisitionRef) -> PurchaseRoute:
        """Decides who approves and reserves the budget."""
        with self.store.change(ref.tenant, _PURCHASING) as work:
            filed = requisition_of(work.connection, ref.tenant, ref.requisition)
            work.case = filed.case
            request = route_purchase(work, filed)
        return PurchaseRoute(case=filed.case, approval=ApprovalRef(tenant=ref.tenant, request=request.request.id))

    @activity.defn
    def close_rejected_requisition(self, ref: RequisitionRef) -> None:
        with self.store.change(ref.tenant, _PURCHASING) as work:
            filed = requisition_of(work.connection, ref.tenant, ref.requisition)
            work.case = filed.case
            reject_requisition(work, filed)
            close_case(work, filed.case, "rejected")

    @activity.defn
    def issue_order(self, command: IssueOrder) -> OrderRef:
        """Numbers the order; refused unless exactly the filed content was approved."""
        ref = command.requisition
        with self.store.change(ref.tenant, _PURCHASING) as work:
            filed = requisition_of(work.connection, ref.tenant, ref.requisition)
            work.case = filed.case
            stored = issue_order(work, filed, command.approval)
        return OrderRef(tenant=ref.tenant, order=stored.order.number)

    @activity.defn
    def send_order(self, ref: OrderRef) -> None:
        """Sends the order to the vendor as PDF and UBL; sent once it stays sent."""
        with self.store.read() as connection:
            stored = order_of(connection, ref.tenant, ref.order)
            buyer = entity_of(connection, ref.tenant, stored.order.content.entity)
            vendor = vendor_of(connection, ref.tenant, stored.order.content.vendor)
            contact = person_of(connection, ref.tenant, case_of(connection, ref.tenant, stored.case).owner)
        if stored.state != "issued":
            return
        pdf = render_order_pdf(stored.order, buyer, vendor)
        ubl = write_ubl_order(stored.order, buyer, vendor)
        mail = OrderMail(
            tenant=ref.tenant,
            case=stored.case,
            order=stored.order,
            contact=contact,
            buyer=buyer,
            vendor=vendor,
            pdf=pdf,
            ubl=ubl,
        )
        self.mailing.send_order(mail)
        with self.store.change(ref.tenant, _PURCHASING, stored.case) as work:
            if set_order_state(work, ref.order, "sent"):
                for content, kind, name in ((pdf, "application/pdf", "pdf"), (ubl, "application/xml", "xml")):
                    digest = self.files.put(ref.tenant, content)
                    attach(work, f"Order {ref.order} ({name.upper()})", digest, kind, f"{ref.order}.{name}")

    @activity.defn
    def close_completed_order(self, ref: OrderRef) -> bool:
        """Closes the case when everything ordered was invoiced and every invoice is over; whether it is closed."""
        with self.store.change(ref.tenant, _PURCHASING) as work:
            stored = order_of(work.connection, ref.tenant, ref.order)
            work.case = stored.case
            lines = open_lines(work.connection, ref.tenant, ref.order)
            invoices = invoices_of_case(work.connection, ref.tenant, stored.case)
            is_complete = all(line.invoiced >= line.ordered for line in lines)
            if not is_complete or any(invoice.state not in OVER_STATES for invoice in invoices):
                return False
            set_order_state(work, ref.order, "completed")
            close_case(work, stored.case, "completed")
        return True
