"""All that an approver has to see before they decide, and the digest of exactly that."""

from datetime import date, datetime
from decimal import Decimal

from console.context import ConsoleContext
from console.names import Names
from console.views.approvals import ApprovalView, approval_view
from console.views.cases import DocumentView, document_views
from finance.billing import gross_total
from finance.obligation import content_digest
from models.approval import ApprovalRequest, ApprovalSubject
from models.base import Model
from models.invoice import Invoice
from models.money import Money
from models.party import Person
from models.payment import PaymentIntent
from models.purchasing import RequisitionContent
from models.sales import SalesOrderContent
from store.approvals import StoredRequest, request_of, requests_waiting_for
from store.cases import case_of
from store.cut_offs import PaymentCutOff, payment_cut_off
from store.invoices import StoredInvoice, invoice_of
from store.masters import budget_left
from store.orders import FiledRequisition
from store.reads import (
    ApprovedContent,
    View,
    account_since,
    content_to_approve,
    is_budget_reserved,
    matches_of,
    requisition_of_case,
)
from store.sales_orders import sales_order_of


class ShownLine(Model):
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net_amount: Decimal


class PurchaseFacts(Model):
    requester: str
    cost_centre: str
    category: str
    needed_by: date | None
    budget_year: int
    budget_left: Money
    """What is left of the year's budget once this purchase is made; negative when it goes over."""


class SaleFacts(Model):
    """The credit as the rules saw it."""

    taken_by: str
    customer_reference: str
    credit_limit: Money
    exposure_after: Money
    """What would be open with the customer, this order included."""
    overdue_days: int


class InvoiceFacts(Model):
    number: str
    seller: str
    issued: date
    due: date
    order: str
    is_matched: bool
    """Order and receipt were found for every line and are reserved."""
    variance: Money
    """By how much its matched lines exceed the order's prices."""


class PayeeFacts(Model):
    holder: str
    iban: str
    on_record_since: datetime
    remittance: str


class DecisionView(Model):
    id: str
    case: str
    subject: ApprovalSubject
    title: str
    amount: Money
    partner: str
    """The vendor, of a sale the customer."""
    reasons: tuple[str, ...]
    """Why it came to this person: one sentence per matched row of the rules."""
    approval: ApprovalView
    purchase: PurchaseFacts | None
    sale: SaleFacts | None
    invoice: InvoiceFacts | None
    payee: PayeeFacts | None
    cut_off: PaymentCutOff | None
    """By when it has to be at the bank, for a payment whose invoice names its due date."""
    is_late: bool
    """It will miss the cut-off, whatever is decided."""
    lines: tuple[ShownLine, ...]
    documents: tuple[DocumentView, ...]
    digest: str
    """SHA-256 of the content as it is shown; a decision is about exactly this."""
    is_changed: bool
    """The content is no longer the one that was asked about, so that it cannot be decided."""
    is_mine: bool
    """The reader may decide it now."""


def decision_view(view: View, context: ConsoleContext, names: Names, reader: Person, request_id: str) -> DecisionView:
    """Raises BusinessError `approval.unknown`."""
    tenant = context.tenant
    stored = request_of(view, tenant, request_id)
    request = stored.request
    content = content_to_approve(view, tenant, request, context.store.now())
    digest = content_digest(content)
    filed = requisition_of_case(view, tenant, request.case)
    is_invoice = request.subject in (ApprovalSubject.INVOICE, ApprovalSubject.PAYMENT)
    invoice = invoice_of(view, tenant, request.subject_id) if is_invoice else None
    pays = invoice if request.subject is ApprovalSubject.PAYMENT else None
    cut_off = payment_cut_off(view, tenant, pays, context.bank_cut_off) if pays else None
    return DecisionView(
        id=request.id,
        case=request.case,
        subject=request.subject,
        title=request.title,
        amount=_amount(content),
        partner=names.partner(case_of(view, tenant, request.case)),
        reasons=request.evaluation.reasons,
        approval=approval_view(view, tenant, names, stored),
        purchase=_purchase(view, context, names, filed, stored) if filed else None,
        sale=_sale(view, tenant, names, request) if isinstance(content, SalesOrderContent) else None,
        invoice=_invoice(view, tenant, invoice) if invoice else None,
        payee=_payee(view, tenant, invoice, content) if invoice and isinstance(content, PaymentIntent) else None,
        cut_off=cut_off,
        is_late=cut_off is not None and context.store.now() > cut_off.latest,
        lines=_lines(invoice.document if invoice else content),
        documents=document_views(view, tenant, request.case),
        digest=digest,
        is_changed=digest != request.digest,
        is_mine=_is_mine(view, tenant, reader, request, context.store.now()),
    )


def _amount(content: ApprovedContent) -> Money:
    match content:
        case RequisitionContent():
            return content.net_total
        case Invoice():
            return Money(amount=content.totals.payable, currency=content.currency)
        case PaymentIntent():
            return content.amount
        case SalesOrderContent():
            return gross_total(content.lines, content.currency)


def _is_mine(view: View, tenant: str, reader: Person, request: ApprovalRequest, at: datetime) -> bool:
    return any(waiting.request.id == request.id for waiting in requests_waiting_for(view, tenant, reader.id, at))


def _purchase(
    view: View, context: ConsoleContext, names: Names, filed: FiledRequisition, stored: StoredRequest
) -> PurchaseFacts:
    content, year = filed.content, stored.created_at.year
    left = budget_left(view, context.tenant, content.cost_centre, year)
    if not is_budget_reserved(view, context.tenant, filed.id):
        left -= content.net_total.amount
    return PurchaseFacts(
        requester=names.person(filed.requester),
        cost_centre=names.cost_centre(content.cost_centre),
        category=content.category,
        needed_by=content.needed_by,
        budget_year=year,
        budget_left=Money(amount=left, currency=content.currency),
    )


def _sale(view: View, tenant: str, names: Names, request: ApprovalRequest) -> SaleFacts:
    order = sales_order_of(view, tenant, request.subject_id)
    inputs = {name: Decimal(str(value)) for name, value in request.evaluation.inputs.items()}
    currency = order.content.currency
    return SaleFacts(
        taken_by=names.person(order.taken_by),
        customer_reference=order.content.customer_reference,
        credit_limit=Money(amount=inputs["credit_limit"], currency=currency),
        exposure_after=Money(amount=inputs["exposure_after"], currency=currency),
        overdue_days=int(inputs["overdue_days"]),
    )


def _invoice(view: View, tenant: str, stored: StoredInvoice) -> InvoiceFacts:
    matches = matches_of(view, tenant, stored.id)
    variance = sum((match.variance for match in matches), start=Decimal(0))
    document = stored.document
    return InvoiceFacts(
        number=document.number,
        seller=document.seller.name,
        issued=document.issue_date,
        due=stored.due_date,
        order=document.order_reference,
        is_matched={match.invoice_line for match in matches} >= {line.id for line in document.lines},
        variance=Money(amount=variance, currency=document.currency),
    )


def _payee(view: View, tenant: str, stored: StoredInvoice, content: PaymentIntent) -> PayeeFacts:
    return PayeeFacts(
        holder=content.payee.holder,
        iban=content.payee.iban,
        on_record_since=account_since(view, tenant, stored.vendor),
        remittance=content.remittance,
    )


def _lines(content: ApprovedContent) -> tuple[ShownLine, ...]:
    if isinstance(content, PaymentIntent):
        return ()
    return tuple(
        ShownLine(
            description=line.description,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            net_amount=line.net_amount,
        )
        for line in content.lines
    )
