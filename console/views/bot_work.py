"""What bots do for a case: payments, bookings in the books, registrations of invoices, each with its tries."""

from typing import Any

from console.names import Names
from models.base import Model
from models.money import Money
from models.payment import AttemptState, IntentContent, PaymentIntent, RegistrationIntent
from models.portal import PortalState
from store.intents import StoredIntent, attempt_of, last_attempt, probes_of
from store.reads import View


class AttemptView(Model):
    number: int
    reference: str
    state: AttemptState
    portal_says: PortalState | None
    """What the last look at the portal found."""
    portal_text: str


class PaymentView(Model):
    """One piece of work for a bot."""

    slice: str
    kind: str
    """`payment`, `posting` or `registration`."""
    portal: str
    state: str
    amount: Money
    payee: str
    iban: str
    """Empty where nobody is paid."""
    remittance: str
    invoice: str
    attempts: tuple[AttemptView, ...]


def payment_view(view: View, tenant: str, names: Names, stored: StoredIntent) -> PaymentView:
    return PaymentView(
        slice=stored.slice,
        kind=stored.content.kind,
        portal=names.portal(stored.portal),
        state=stored.state,
        invoice=stored.invoice,
        attempts=_attempts(view, tenant, stored.slice),
        **_content(stored.content),
    )


def _content(content: IntentContent) -> dict[str, Any]:
    if isinstance(content, PaymentIntent):
        return {
            "amount": content.amount,
            "payee": content.payee.holder,
            "iban": content.payee.iban,
            "remittance": content.remittance,
        }
    amount = Money(amount=content.gross, currency=content.currency)
    partner = content.buyer if isinstance(content, RegistrationIntent) else content.vendor
    return {"amount": amount, "payee": partner, "iban": "", "remittance": content.invoice_number}


def _attempts(view: View, tenant: str, slice_id: str) -> tuple[AttemptView, ...]:
    last = last_attempt(view, tenant, slice_id)
    found = []
    for number in range(1, last.number + 1 if last else 1):
        attempt = attempt_of(view, tenant, slice_id, number)
        probes = probes_of(view, tenant, slice_id, number)
        found.append(
            AttemptView(
                number=number,
                reference=attempt.reference,
                state=attempt.state,
                portal_says=probes[-1].state if probes else None,
                portal_text=probes[-1].portal_text if probes else "",
            )
        )
    return tuple(found)
