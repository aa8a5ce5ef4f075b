"""Messages to people and vendors: each is sent once, and its result is on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.entry import Actor
from models.approval import ApprovalRequest, ApprovalSubject
from models.base import Model
from models.message import Attachment, DeliveryFailed, NotConfigured, Notice, Notifier
from models.money import Money
from models.party import Customer, LegalEntity, Person, Vendor
from models.purchasing import PurchaseOrder
from models.sales import SalesInvoice
from store.approvals import request_of
from store.cases import Case, case_of
from store.invoices import invoice_of
from store.masters import customer_of, vendor_of
from store.notices import is_sent, keep_result
from store.people import people, person_of
from store.reads import View
from store.tasks import Task
from store.unit_of_work import Store

_MAIL = Actor(system="notifications")


class OrderMail(Model):
    tenant: str
    case: str
    order: PurchaseOrder
    contact: Person
    buyer: LegalEntity
    vendor: Vendor
    pdf: bytes
    ubl: bytes


class SalesInvoiceMail(Model):
    tenant: str
    case: str
    invoice: SalesInvoice
    customer: Customer
    pdf: bytes
    ubl: bytes


@dataclass(frozen=True)
class Mailing:
    store: Store
    notifier: Notifier
    console_address: str

    def ask_for_approval(self, tenant: str, request_id: str, stage: int) -> None:
        """One message to everyone of the stage. Raises DeliveryFailed after all were tried."""
        with self.store.read() as connection:
            request = request_of(connection, tenant, request_id).request
            case = case_of(connection, tenant, request.case)
            owner = person_of(connection, tenant, case.owner).name if case.owner else ""
            partner = ""
            if case.vendor:
                partner = vendor_of(connection, tenant, case.vendor).name
            elif case.customer:
                partner = customer_of(connection, tenant, case.customer).name
            wanted = [person_of(connection, tenant, person) for person in request.stages[stage - 1].people]
            amount = _amount_of(connection, tenant, request, case)
        values = {
            "subject": request.subject,
            "title": request.title,
            "purpose": case.title,
            "reference": case.id,
            "requester_name": owner,
            "partner_name": partner,
            "amount": amount,
            "reasons": request.evaluation.reasons,
            "link": f"{self.console_address}/approvals/{request_id}",
        }
        self._send_each(tenant, request.case, f"{request_id}.{stage}", "approval_wanted", wanted, values)

    def announce_task(self, tenant: str, task: Task) -> None:
        """One message to everyone who may settle the task. Raises DeliveryFailed after all were tried."""
        with self.store.read() as connection:
            wanted = [person for person in people(connection, tenant) if task.owner_role in person.roles]
        values = {
            "role": task.owner_role,
            "task": task.content,
            "reference": task.case,
            "link": f"{self.console_address}/tasks/{task.id}",
        }
        self._send_each(tenant, task.case, task.id, "task_opened", wanted, values)

    def send_order(self, mail: OrderMail) -> None:
        """The order to the vendor, with PDF and UBL attached. Raises DeliveryFailed."""
        number = mail.order.number
        notice = Notice(
            template="purchase_order",
            recipient_name=mail.vendor.name,
            recipient_email=mail.vendor.email,
            language="en",
            values={"order": mail.order, "entity": mail.buyer, "contact": mail.contact},
            attachments=(
                Attachment(name=f"{number}.pdf", media_type="application/pdf", content=mail.pdf),
                Attachment(name=f"{number}.xml", media_type="application/xml", content=mail.ubl),
            ),
        )
        self._send(mail.tenant, mail.case, f"{number}.{mail.vendor.id}", notice)

    def send_sales_invoice(self, mail: SalesInvoiceMail) -> None:
        """The invoice to the customer, with PDF and UBL attached. Raises DeliveryFailed."""
        number = mail.invoice.document.number
        notice = Notice(
            template="sales_invoice",
            recipient_name=mail.customer.name,
            recipient_email=mail.customer.email,
            language=mail.customer.language,
            values={"invoice": mail.invoice},
            attachments=(
                Attachment(name=f"{number}.pdf", media_type="application/pdf", content=mail.pdf),
                Attachment(name=f"{number}.xml", media_type="application/xml", content=mail.ubl),
            ),
        )
        self._send(mail.tenant, mail.case, f"{number}.{mail.customer.id}", notice)

    def _send_each(
        self,
        tenant: str,
        case: str,
        occasion: str,
        template: str,
        wanted: list[Person],
        values: Mapping[str, Any],
    ) -> None:
        problems = []
        for person in wanted:
            notice = Notice(
                template=template,
                recipient_name=person.name,
                recipient_email=person.email,
                language=person.language,
                values=values,
            )
            try:
                self._send(tenant, case, f"{occasion}.{person.id}", notice)
            except DeliveryFailed as error:
                problems.append(f"{person.name}: {error}")
        if problems:
            raise DeliveryFailed("; ".join(problems))

    def _send(self, tenant: str, case: str, notice_id: str, notice: Notice) -> None:
        with self.store.read() as connection:
            if is_sent(connection, tenant, notice_id):
                return
        failure: DeliveryFailed | None = None
        try:
            self.notifier.send(notice)
        except DeliveryFailed as error:
            failure = error
        with self.store.change(tenant, _MAIL, case) as work:
            problem = str(failure)[:500] if failure else ""
            keep_result(work, notice_id, notice.recipient_email, notice.template, problem)
        if failure is not None and not isinstance(failure, NotConfigured):
            raise failure


def _amount_of(connection: View, tenant: str, request: ApprovalRequest, case: Case) -> Money:
    """What is decided about: an invoice's or a payment's own amount, which includes tax, not the order's."""
    if request.subject in (ApprovalSubject.INVOICE, ApprovalSubject.PAYMENT):
        return invoice_of(connection, tenant, request.subject_id).total
    return case.total
