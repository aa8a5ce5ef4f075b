"""What bots do for a case: payments, bookings in the books, registrations of invoices, each with its tries."""

from datetime import datetime
from typing import Any

from console.context import ConsoleContext
from console.names import Names
from models.base import Model
from models.money import Money
from models.payment import AttemptState, IntentContent, PaymentIntent, RegistrationIntent, SignatureIntent
from models.portal import PortalState
from store.intents import StoredIntent, attempt_of, intent_of, last_attempt, probes_of
from store.payment_runs import awaited_run
from store.reads import View
from store.tasks import Task


class AttemptView(Model):
    number: int
    reference: str
    state: AttemptState
    portal_says: PortalState | None
    """What the last look at the portal found."""
    portal_text: str
    awaits_run: datetime | None
    """When the payment run comes for which it waits."""


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


def payment_view(view: View, context: ConsoleContext, names: Names, stored: StoredIntent) -> PaymentView:
    return PaymentView(
        slice=stored.slice,
        kind=stored.content.kind,
        portal=names.portal(stored.portal),
        state=stored.state,
        invoice=stored.invoice,
        attempts=_attempts(view, context, stored.slice),
        **_content(stored.content),
    )


class LookView(Model):
    """What the bot's newest look at the portal saw, and why it proves nothing."""

    probed_at: datetime
    state: PortalState
    portal_text: str
    rows_read: int
    read_to_last_page: bool
    known_row_seen: bool
    reference_found: bool
    lookalikes: int


class StuckWork(Model):
    """What a bot is stuck with: what was to be done, by which try, and what the portal last showed."""

    payment: PaymentView
    attempt: AttemptView | None
    taken_over_by: str
    look: LookView | None


def stuck_work(view: View, context: ConsoleContext, names: Names, task: Task) -> StuckWork | None:
    """None for a task that is not about a bot's work."""
    if task.subject_kind != "intent":
        return None
    stored = intent_of(view, context.tenant, task.subject_id)
    payment = payment_view(view, context, names, stored)
    last = last_attempt(view, context.tenant, stored.slice)
    looks = probes_of(view, context.tenant, stored.slice, last.number) if last else ()
    return StuckWork(
        payment=payment,
        attempt=payment.attempts[-1] if payment.attempts else None,
        taken_over_by=names.person(last.taken_over_by) if last and last.taken_over_by else "",
        look=LookView.model_validate(looks[-1].model_dump(include=set(LookView.model_fields))) if looks else None,
    )


def _content(content: IntentContent) -> dict[str, Any]:
    if isinstance(content, PaymentIntent):
        return {
            "amount": content.amount,
            "payee": content.payee.holder,
            "iban": content.payee.iban,
            "remittance": content.remittance,
        }
    if isinstance(content, SignatureIntent):
        payee = content.payee
        text = content.payment_reference
        return {"amount": content.amount, "payee": payee.holder, "iban": payee.iban, "remittance": text}
    amount = Money(amount=content.gross, currency=content.currency)
    partner = content.buyer if isinstance(content, RegistrationIntent) else content.vendor
    return {"amount": amount, "payee": partner, "iban": "", "remittance": content.invoice_number}


def _attempts(view: View, context: ConsoleContext, slice_id: str) -> tuple[AttemptView, ...]:
    tenant, now = context.tenant, context.store.now()
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
                awaits_run=awaited_run(view, tenant, attempt.reference, now),
            )
        )
    return tuple(found)
