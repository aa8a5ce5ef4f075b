"""The obligation to register a sales invoice with the tax authority: once, and only for a sale that was approved."""

from decimal import Decimal

from sqlalchemy import Connection, select

from finance.obligation import content_digest
from models.approval import ApprovalSubject
from models.errors import BusinessError, Finding
from models.ids import registration_slice
from models.payment import RegistrationIntent
from models.portal import RegisteredTax
from store.approvals import is_approved
from store.intents import StoredIntent, open_intent
from store.masters import entity_of
from store.sales_invoices import StoredSalesInvoice, sales_invoice_of
from store.sales_orders import sales_order_of
from store.schema.approvals import approval_request
from store.unit_of_work import UnitOfWork


def open_registration(work: UnitOfWork, stored: StoredSalesInvoice) -> str:
    """The slice under which the invoice is registered; empty where the seller's law asks for none.

    Raises BusinessError `sales_order.not_approved`.
    """
    order = sales_order_of(work.connection, work.tenant, stored.content.order_number)
    portal = entity_of(work.connection, work.tenant, order.content.entity).tax_portal
    if not portal:
        return ""
    content = registration_of(stored)
    wanted = StoredIntent(
        slice=registration_slice(stored.number),
        case=stored.case,
        invoice=stored.number,
        portal=portal,
        content=content,
        digest=content_digest(content),
        payee_fingerprint="",
        approval=_approval(work.connection, work.tenant, order.number, order.digest),
        approved_digest=order.digest,
        state="open",
    )
    return open_intent(work, wanted).slice


def registration_of(stored: StoredSalesInvoice) -> RegistrationIntent:
    """What the authority is told about the invoice, from its frozen content."""
    document = stored.content.document
    return RegistrationIntent(
        seller_vat_id=document.seller.vat_id,
        buyer=document.buyer.name,
        buyer_vat_id=document.buyer.vat_id,
        invoice_number=document.number,
        invoice_date=document.issue_date,
        currency=document.currency,
        taxes=tuple(
            RegisteredTax(rate=each.rate or Decimal(0), net=each.taxable_amount, tax=each.tax_amount)
            for each in document.taxes
        ),
        gross=document.totals.gross,
    )


def registration_findings(work: UnitOfWork, intent: StoredIntent) -> tuple[Finding, ...]:
    """What stands against registering now: the sale's credit must be granted for exactly the order that is billed."""
    stored = sales_invoice_of(work.connection, work.tenant, intent.invoice)
    order = sales_order_of(work.connection, work.tenant, stored.content.order_number)
    findings = []
    if content_digest(stored.content) != stored.digest or intent.content != registration_of(stored):
        findings.append(Finding(field="content", problem=f"it is not what invoice {stored.number} was issued with"))
    is_granted = is_approved(work.connection, work.tenant, intent.approval, order.digest)
    if intent.approved_digest != order.digest or not is_granted:
        findings.append(Finding(field="approval", problem=f"{intent.approval} does not cover order {order.number}"))
    if order.state == "rejected":
        findings.append(Finding(field="order", problem=f"order {order.number} was rejected"))
    return tuple(findings)


def _approval(connection: Connection, tenant: str, order: str, digest: str) -> str:
    query = select(approval_request.c.id).where(
        approval_request.c.tenant == tenant,
        approval_request.c.subject == ApprovalSubject.SALE,
        approval_request.c.subject_id == order,
        approval_request.c.digest == digest,
    )
    found = connection.execute(query).scalar_one_or_none()
    if found is None or not is_approved(connection, tenant, str(found), digest):
        raise BusinessError("sales_order.not_approved", f"{order} has no credit for its present content.")
    return str(found)
