"""Which open invoice a customer's payment settles. Doubt goes to a person: two candidates never apply by themselves."""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from finance.wording import money_text
from models.base import Model
from models.money import Amount, Currency


class OpenReceivable(Model):
    """A sales invoice with what the customer still owes of it."""

    invoice: str
    """Its number, as the customer writes it into the payment."""
    open_amount: Amount
    currency: Currency


class IncomingPayment(Model):
    """Money that arrived. `amount` is positive."""

    amount: Amount
    currency: Currency
    reference: str = ""
    """Structured: the payer's end-to-end id or the creditor's reference."""
    remittance: str = ""


class MatchRule(StrEnum):
    """In the order in which they are tried; the first that finds an invoice decides."""

    REFERENCE = "reference"
    """The structured reference is the invoice number."""
    REMITTANCE = "remittance"
    """The invoice number stands as a word of its own in the remittance text."""
    NONE = "none"


class Application(Model):
    """What becomes of one payment: `applied` to `invoice`, `unapplied` to be looked at by a person."""

    invoice: str = ""
    applied: Amount = Decimal(0)
    unapplied: Amount = Decimal(0)
    rule: MatchRule
    runners_up: tuple[str, ...] = ()
    """Invoices that the same rule found as well; because of them nothing was applied."""
    message: str


def apply_payment(payment: IncomingPayment, receivables: Sequence[OpenReceivable]) -> Application:
    """Applies `payment` to the one open invoice that it names, up to what is open of it.

    A rule that finds several invoices, or one in another currency, ends the search with nothing applied.
    """
    for rule, text in ((MatchRule.REFERENCE, payment.reference), (MatchRule.REMITTANCE, payment.remittance)):
        named = [each for each in receivables if each.open_amount > 0 and _names(text, each.invoice, rule)]
        if len(named) == 1:
            return _applied(payment, named[0], rule)
        if named:
            numbers = tuple(sorted(each.invoice for each in named))
            message = f"The payment names {' and '.join(numbers)}; nobody but a person can divide it."
            return Application(unapplied=payment.amount, rule=rule, runners_up=numbers, message=message)
    return Application(
        unapplied=payment.amount, rule=MatchRule.NONE, message="The payment names no open invoice of ours."
    )


def _names(text: str, number: str, rule: MatchRule) -> bool:
    if rule is MatchRule.REFERENCE:
        return text.strip().upper() == number.upper()
    # A number that goes on before or behind it is another number: SI-2026-0001 is not named by SI-2026-00012.
    pattern = rf"(?<!\w)(?<!\w-){re.escape(number.upper())}(?!\w)(?!-\w)"
    return re.search(pattern, text.upper()) is not None


def _applied(payment: IncomingPayment, receivable: OpenReceivable, rule: MatchRule) -> Application:
    if payment.currency != receivable.currency:
        paid = money_text(payment.amount, payment.currency)
        message = f"{paid} came in for {receivable.invoice}, which is in {receivable.currency}."
        return Application(unapplied=payment.amount, rule=rule, runners_up=(receivable.invoice,), message=message)
    applied = min(payment.amount, receivable.open_amount)
    return Application(
        invoice=receivable.invoice,
        applied=applied,
        unapplied=payment.amount - applied,
        rule=rule,
        message=_in_words(payment, receivable, applied),
    )


def _in_words(payment: IncomingPayment, receivable: OpenReceivable, applied: Decimal) -> str:
    left, over = receivable.open_amount - applied, payment.amount - applied
    if left:
        return f"{money_text(left, payment.currency)} of {receivable.invoice} stay open."
    if over:
        return f"{receivable.invoice} is paid, and {money_text(over, payment.currency)} came in beyond it."
    return f"{receivable.invoice} is paid in full."
