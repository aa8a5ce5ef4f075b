"""The second signature at a bank: whose login gives it, and when that login may be used."""

from finance.obligation import content_digest
from models.approval import Outcome
from models.base import Model
from models.errors import BusinessError
from models.ids import signature_slice, signing_portal
from models.payment import PaymentIntent, SignatureIntent
from store.approvals import decisions_of
from store.intents import StoredIntent, attempt_of, intent_of, open_intent
from store.unit_of_work import UnitOfWork
from store.vault import owner_of


class Signature(Model):
    """What is to be signed, or why no bot signs it."""

    slice: str = ""
    """Of the intent that signs; empty where a person has to."""
    waits_for: str = ""
    """Why no bot signs, in a person's words."""


def open_signature(work: UnitOfWork, payment_slice: str, number: int) -> Signature:
    """The one intent that signs a payment's attempt at the bank, where its signer has released exactly that payment."""
    payment = intent_of(work.connection, work.tenant, payment_slice)
    reference = attempt_of(work.connection, work.tenant, payment_slice, number).reference
    missing = missing_release(work, payment)
    if missing:
        return Signature(waits_for=missing)
    content = _content(payment, reference)
    wanted = StoredIntent(
        slice=signature_slice(reference),
        case=payment.case,
        invoice=payment.invoice,
        portal=signing_portal(payment.portal),
        content=content,
        digest=content_digest(content),
        payee_fingerprint=payment.payee_fingerprint,
        approval=payment.approval,
        approved_digest=payment.approved_digest,
        state="open",
    )
    return Signature(slice=open_intent(work, wanted).slice)


def missing_release(work: UnitOfWork, payment: StoredIntent) -> str:
    """Why the bank's second login may not be used for `payment` now; empty when it may.

    It belongs to another person than the login that handed the payment in, and that person has released the payment.
    """
    signer = owner_of(work.connection, work.tenant, signing_portal(payment.portal))
    if not signer:
        return "no login that signs is stored, so it is signed in the bank's own way"
    if signer == owner_of(work.connection, work.tenant, payment.portal):
        return f"both logins belong to {signer}, and two people have to sign"
    released = any(
        decision.person == signer and decision.outcome is Outcome.APPROVE and decision.digest == payment.digest
        for decision in decisions_of(work.connection, work.tenant, payment.approval)
    )
    return "" if released else f"the login that signs belongs to {signer}, who has not released this payment"


def payment_of_signature(work: UnitOfWork, signature: SignatureIntent) -> StoredIntent:
    return intent_of(work.connection, work.tenant, signature.payment)


def _content(payment: StoredIntent, reference: str) -> SignatureIntent:
    if not isinstance(payment.content, PaymentIntent):
        raise BusinessError("intent.differs", f"{payment.slice} is no payment; only payments are signed.")
    return SignatureIntent(
        payment=payment.slice,
        payment_reference=reference,
        payer_iban=payment.content.payer_iban,
        payee=payment.content.payee,
        amount=payment.content.amount,
    )
