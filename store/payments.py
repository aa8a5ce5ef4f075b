"""From an approved invoice to the intents that carry it out: one to post it, one to pay it."""

from decimal import Decimal

from sqlalchemy import select

from finance.obligation import content_digest
from finance.segregation import Function
from models.approval import ApprovalSubject, ApprovalWanted
from models.errors import BusinessError
from models.ids import payment_slice, posting_slice
from models.party import HouseAccount, LegalEntity
from models.payment import PaymentIntent, PostingIntent
from models.portal import PostingLine
from store.approvals import StoredRequest, is_approved, request_approval
from store.cases import involve
from store.intents import StoredIntent, open_intent
from store.invoice_matching import order_named_by, scope_of_invoice
from store.invoices import StoredInvoice, set_invoice_state
from store.masters import entity_of, vendor_of
from store.orders import StoredOrder
from store.release import duplicate_findings
from store.rule_versions import evaluate
from store.schema.people import vendor
from store.unit_of_work import UnitOfWork
from store.vault import owner_of

_EXPENSE_ACCOUNTS = {"goods": "3200", "services": "5900", "it": "6835", "travel": "6650", "office": "6815"}


def open_posting(work: UnitOfWork, stored: StoredInvoice, approval: str) -> str:
    """The slice under which the invoice is keyed into the books. Raises BusinessError `invoice.not_approved`."""
    if not is_approved(work.connection, work.tenant, approval, stored.digest):
        raise BusinessError("invoice.not_approved", f"{stored.id} is not approved for its present content.")
    set_invoice_state(work, stored.id, "approved")
    content = _posting(work, stored, _order(work, stored))
    wanted = StoredIntent(
        slice=posting_slice(stored.id),
        case=stored.case,
        invoice=stored.id,
        portal=_buyer(work, stored).erp_portal,
        content=content,
        digest=content_digest(content),
        payee_fingerprint="",
        approval=approval,
        approved_digest=stored.digest,
        state="open",
    )
    return open_intent(work, wanted).slice


def propose_payment(work: UnitOfWork, stored: StoredInvoice) -> StoredRequest:
    """Freezes payee, account and amount and asks for the release.

    Raises BusinessError `payment.duplicate` when the invoice may have been paid already.
    """
    repeats = duplicate_findings(work, stored)
    if repeats:
        raise BusinessError("payment.duplicate", f"{stored.document.number} may be paid already.", repeats)
    content = payment_of(work, stored)
    since = work.execute(
        select(vendor.c.account_since).where(vendor.c.tenant == work.tenant, vendor.c.id == stored.vendor)
    ).scalar_one()
    digest = content_digest(content)
    inputs = {"amount": content.amount.amount, "account_age_days": Decimal((work.now - since).days)}
    evaluation = evaluate(work, "payment_release", "invoice", stored.id, digest, inputs)
    owner_of_bot = owner_of(work.connection, work.tenant, _paying_account(work, stored).bank_portal)
    if owner_of_bot:
        involve(work, owner_of_bot, Function.OWNED_BOT)
    wanted = ApprovalWanted(
        subject=ApprovalSubject.PAYMENT,
        subject_id=stored.id,
        title=f"Pay invoice {stored.document.number} of {content.payee.holder}",
        digest=digest,
        scope=scope_of_invoice(work.connection, work.tenant, stored, _order(work, stored)),
    )
    return request_approval(work, wanted, evaluation)


def open_payment(work: UnitOfWork, stored: StoredInvoice, approval: str) -> str:
    """The slice under which the released invoice is paid. Raises BusinessError `payment.not_released`."""
    content = payment_of(work, stored)
    digest = content_digest(content)
    if not is_approved(work.connection, work.tenant, approval, digest):
        raise BusinessError("payment.not_released", f"{stored.id} is not released to this payee, account and amount.")
    set_invoice_state(work, stored.id, "released")
    wanted = StoredIntent(
        slice=payment_slice(stored.id),
        case=stored.case,
        invoice=stored.id,
        portal=_paying_account(work, stored).bank_portal,
        content=content,
        digest=digest,
        payee_fingerprint=content.payee.fingerprint(),
        approval=approval,
        approved_digest=digest,
        state="open",
    )
    return open_intent(work, wanted).slice


def payment_of(work: UnitOfWork, stored: StoredInvoice) -> PaymentIntent:
    """What paying the invoice means with the masters as they stand."""
    payee = vendor_of(work.connection, work.tenant, stored.vendor)
    return PaymentIntent(
        payer_iban=_paying_account(work, stored).iban,
        payee=payee.account,
        amount=stored.total.rounded(),
        remittance=f"Invoice {stored.document.number} {stored.document.order_reference}".strip()[:140],
        invoice_document=stored.sha256,
    )


def _posting(work: UnitOfWork, stored: StoredInvoice, order: StoredOrder) -> PostingIntent:
    document = stored.document
    account = _EXPENSE_ACCOUNTS[order.order.content.category]
    return PostingIntent(
        vendor=vendor_of(work.connection, work.tenant, stored.vendor).name,
        invoice_number=document.number,
        invoice_date=document.issue_date,
        due_date=stored.due_date,
        cost_centre=order.order.content.cost_centre,
        currency=document.currency,
        lines=tuple(
            PostingLine(
                account=account,
                text=f"{order.order.number} {document.number}",
                net=tax.taxable_amount,
                tax_rate=tax.rate or Decimal(0),
                tax=tax.tax_amount,
            )
            for tax in document.taxes
        ),
        gross=document.totals.gross,
    )


def _paying_account(work: UnitOfWork, stored: StoredInvoice) -> HouseAccount:
    vendor = vendor_of(work.connection, work.tenant, stored.vendor)
    return _buyer(work, stored).account_at(vendor.house_bank)


def _order(work: UnitOfWork, stored: StoredInvoice) -> StoredOrder:
    order = order_named_by(work.connection, work.tenant, stored)
    if order is None:
        raise BusinessError("order.unknown", f"Invoice {stored.document.number} belongs to no order of ours.")
    return order


def _buyer(work: UnitOfWork, stored: StoredInvoice) -> LegalEntity:
    return entity_of(work.connection, work.tenant, _order(work, stored).order.content.entity)
