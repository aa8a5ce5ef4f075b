"""Which executed payment a booking on the bank statement belongs to. Doubt goes to a person."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from finance.wording import money_text
from models.base import Model
from models.money import Amount, Currency
from models.party import Iban
from models.statement import StatementEntry, StatementTransaction


class OpenPayment(Model):
    """A payment that the bank's portal showed as executed and no statement entry has settled yet."""

    id: str
    reference: str
    """The attempt's reference, which the statement carries as EndToEndId."""
    amount: Amount
    """What the payee gets; positive."""
    currency: Currency
    payee_iban: Iban


class BookingState(StrEnum):
    MATCHED = "matched"
    """One payment, and reference, amount, currency and payee's account are equal: reconciled without a person."""
    DIFFERENCE = "difference"
    """It points at one payment but something differs."""
    AMBIGUOUS = "ambiguous"
    """It may be any of several payments, or several bookings claim one payment."""
    UNMATCHED = "unmatched"
    """It belongs to no open payment of ours."""


class BookingMatch(Model):
    """What one transaction of an entry belongs to. `payments` are ids: one when matched, every candidate otherwise."""

    transaction: int
    """Zero-based position in the entry; 0 for an entry without transaction details."""
    state: BookingState
    payments: tuple[str, ...] = ()
    message: str


def match_entry(entry: StatementEntry, open_payments: Sequence[OpenPayment]) -> tuple[BookingMatch, ...]:
    """One result per transaction of `entry`, in its order. Give only payments that are not reconciled yet.

    A payment reconciles by itself only where EndToEndId, amount, currency and the payee's IBAN are all equal, money
    went out, and nothing else claims the same payment. Without our reference an equal amount and payee is a hint.
    """
    transactions = entry.transactions or (_whole(entry),)
    matches = [_match(transaction, index, open_payments) for index, transaction in enumerate(transactions)]
    doubt = _doubt_about(entry, transactions)
    if doubt:
        matches = [_doubted(match, BookingState.DIFFERENCE, doubt) for match in matches]
    claims = Counter(payment for match in matches for payment in match.payments)
    return tuple(
        _doubted(match, BookingState.AMBIGUOUS, f"Several bookings of the entry claim payment {match.payments[0]}.")
        if any(claims[payment] > 1 for payment in match.payments)
        else match
        for match in matches
    )


def _whole(entry: StatementEntry) -> StatementTransaction:
    return StatementTransaction(amount=entry.amount, currency=entry.currency, remittance=entry.information)


def _doubt_about(entry: StatementEntry, transactions: Sequence[StatementTransaction]) -> str:
    if entry.is_pending:
        return "The bank has not booked the entry yet."
    if entry.is_reversal:
        return "The entry takes an earlier booking back."
    foreign = any(transaction.currency != entry.currency for transaction in transactions)
    total = sum((transaction.amount for transaction in transactions), Decimal(0))
    if not foreign and total != entry.amount:
        booked, listed = money_text(entry.amount, entry.currency), money_text(total, entry.currency)
        return f"The entry is booked as {booked}, but its transactions come to {listed}."
    return ""


def _match(transaction: StatementTransaction, index: int, open_payments: Sequence[OpenPayment]) -> BookingMatch:
    named = [payment for payment in open_payments if _names(transaction, payment)]
    if len(named) == 1:
        return _compared(transaction, index, named[0])
    if named:
        ids = tuple(payment.id for payment in named)
        message = f"Several open payments carry the reference {transaction.end_to_end_id}: {', '.join(ids)}."
        return BookingMatch(transaction=index, state=BookingState.AMBIGUOUS, payments=ids, message=message)
    return _hinted(transaction, index, open_payments)


def _compared(transaction: StatementTransaction, index: int, payment: OpenPayment) -> BookingMatch:
    differences = _differences(transaction, payment)
    if not differences:
        message = f"Payment {payment.id} is booked with reference {payment.reference}, amount and account as released."
        return BookingMatch(transaction=index, state=BookingState.MATCHED, payments=(payment.id,), message=message)
    message = f"The booking carries the reference of payment {payment.id}, but {' and '.join(differences)}."
    return BookingMatch(transaction=index, state=BookingState.DIFFERENCE, payments=(payment.id,), message=message)


def _differences(transaction: StatementTransaction, payment: OpenPayment) -> list[str]:
    booked = money_text(-transaction.amount, transaction.currency)
    differences = []
    if transaction.amount > 0:
        differences.append(f"{money_text(transaction.amount, transaction.currency)} came in instead of going out")
    elif (-transaction.amount, transaction.currency) != (payment.amount, payment.currency):
        differences.append(f"{booked} went out instead of {money_text(payment.amount, payment.currency)}")
    account = _compact(transaction.counterparty_iban)
    if account != payment.payee_iban:
        stated = f"account {account}" if account else "an account the bank does not state"
        differences.append(f"it went to {stated} instead of {payment.payee_iban}")
    return differences


def _hinted(transaction: StatementTransaction, index: int, open_payments: Sequence[OpenPayment]) -> BookingMatch:
    alike = tuple(
        payment.id
        for payment in open_payments
        if (-transaction.amount, transaction.currency) == (payment.amount, payment.currency)
        and _compact(transaction.counterparty_iban) == payment.payee_iban
    )
    reference = f"the reference {transaction.end_to_end_id!r}" if transaction.end_to_end_id else "no reference"
    if not alike:
        message = f"The booking carries {reference} and belongs to no open payment."
        return BookingMatch(transaction=index, state=BookingState.UNMATCHED, message=message)
    state = BookingState.DIFFERENCE if len(alike) == 1 else BookingState.AMBIGUOUS
    message = f"The booking carries {reference}, but its amount and payee are those of {' and '.join(alike)}."
    return BookingMatch(transaction=index, state=state, payments=alike, message=message)


def _doubted(match: BookingMatch, state: BookingState, doubt: str) -> BookingMatch:
    """Only what would have been reconciled is taken back; a finding that a person gets anyway keeps its own words."""
    if match.state is not BookingState.MATCHED:
        return match
    return match.model_copy(update={"state": state, "message": doubt})


def _names(transaction: StatementTransaction, payment: OpenPayment) -> bool:
    return transaction.end_to_end_id.strip().upper() == payment.reference


def _compact(iban: str) -> str:
    return "".join(iban.split()).upper()
