"""The last look before money moves or a book is changed: does everything that was approved still stand?"""

from finance.duplicates import duplicate_candidates
from finance.obligation import content_digest
from models.errors import BusinessError, Finding
from models.payment import PaymentIntent, RegistrationIntent, SignatureIntent
from models.task import Resolution
from store.approvals import is_approved
from store.intents import StoredIntent
from store.invoices import StoredInvoice, earlier_invoices, invoice_of, known_invoice
from store.masters import vendor_of
from store.registrations import registration_findings
from store.signatures import missing_release, payment_of_signature
from store.tasks import tasks_about
from store.unit_of_work import UnitOfWork


def check_release(work: UnitOfWork, intent: StoredIntent) -> None:
    """Raises BusinessError `release.refused` with every reason why `intent` may not be carried out now."""
    findings = [*_own_findings(intent)]
    if isinstance(intent.content, RegistrationIntent):
        findings += registration_findings(work, intent)
    elif isinstance(intent.content, SignatureIntent):
        findings += _signature_findings(work, intent.content)
    else:
        findings += _invoice_findings(work, intent)
    if findings:
        raise BusinessError("release.refused", "This must not be carried out as things stand.", tuple(findings))


def _signature_findings(work: UnitOfWork, signature: SignatureIntent) -> list[Finding]:
    """Signed is what may be paid: the payment as it stands, released by the person whose login signs it."""
    payment = payment_of_signature(work, signature)
    missing = missing_release(work, payment)
    findings = [*_own_findings(payment), *_invoice_findings(work, payment)]
    return [*findings, Finding(field="signature", problem=missing)] if missing else findings


def duplicate_findings(work: UnitOfWork, stored: StoredInvoice) -> tuple[Finding, ...]:
    """Invoices that `stored` repeats, unless a person has said that it does not."""
    about = tasks_about(work.connection, work.tenant, "invoice", stored.id)
    if any(task.kind == "duplicate" and task.resolution is Resolution.NOT_A_DUPLICATE for task in about):
        return ()
    earlier = earlier_invoices(work.connection, work.tenant, stored)
    return tuple(
        Finding(field="number", problem=f"repeats {found.number} ({found.invoice}): {'; '.join(found.reasons)}")
        for found in duplicate_candidates(known_invoice(stored), earlier)
        if found.is_blocking
    )


def _own_findings(intent: StoredIntent) -> list[Finding]:
    findings = []
    if intent.state != "open":
        findings.append(Finding(field="state", problem=f"it is {intent.state} already"))
    if content_digest(intent.content) != intent.digest:
        findings.append(Finding(field="content", problem="it was changed after it was opened"))
    return findings


def _invoice_findings(work: UnitOfWork, intent: StoredIntent) -> list[Finding]:
    """A supplier's invoice is posted on its own approval and paid on the release of exactly this payment."""
    stored = invoice_of(work.connection, work.tenant, intent.invoice)
    is_payment = isinstance(intent.content, PaymentIntent)
    approved = intent.digest if is_payment else stored.digest
    findings = []
    if intent.approved_digest != approved or not is_approved(work.connection, work.tenant, intent.approval, approved):
        findings.append(Finding(field="approval", problem=f"{intent.approval} does not approve exactly this"))
    if is_payment:
        findings += [*_payee_findings(work, intent, stored), *duplicate_findings(work, stored)]
    return findings


def _payee_findings(work: UnitOfWork, intent: StoredIntent, stored: StoredInvoice) -> list[Finding]:
    vendor = vendor_of(work.connection, work.tenant, stored.vendor)
    findings = []
    if vendor.blocked:
        findings.append(Finding(field="vendor", problem=f"{vendor.name} is blocked"))
    if vendor.account.fingerprint() != intent.payee_fingerprint:
        findings.append(Finding(field="account", problem=f"the account of {vendor.name} changed after the release"))
    return findings
