from decimal import Decimal
from typing import Any

import pytest

from finance.reconciliation import BookingMatch, BookingState, OpenPayment, match_entry
from models.statement import StatementEntry, StatementTransaction

pytestmark = pytest.mark.behaviour("B4")

IBAN, OTHER_IBAN = "DE89370400440532013000", "GB33BUKB20201555555555"


def payment(payment_id: str = "P-1", **changes: Any) -> OpenPayment:
    fields: dict[str, Any] = {
        "id": payment_id,
        "reference": "ABCDEFGHIJKLMN01",
        "amount": "238.00",
        "currency": "EUR",
        "payee_iban": IBAN,
    }
    return OpenPayment.model_validate(fields | changes)


def transaction(**changes: Any) -> StatementTransaction:
    fields: dict[str, Any] = {
        "amount": "-238.00",
        "currency": "EUR",
        "end_to_end_id": "ABCDEFGHIJKLMN01",
        "counterparty_iban": IBAN,
    }
    return StatementTransaction.model_validate(fields | changes)


def entry(*transactions: StatementTransaction, **changes: Any) -> StatementEntry:
    total = sum((each.amount for each in transactions), Decimal(0))
    fields: dict[str, Any] = {"id": "E-1", "amount": total, "currency": "EUR", "transactions": transactions}
    return StatementEntry.model_validate(fields | changes)


def only(document: StatementEntry, *payments: OpenPayment) -> BookingMatch:
    (match,) = match_entry(document, payments or (payment(),))
    return match


def test_reference_amount_and_payee_together_reconcile_a_payment() -> None:
    match = only(entry(transaction()), payment(), payment("P-2", reference="ZZZZZZZZZZZZZZ01"))

    assert (match.state, match.payments) == (BookingState.MATCHED, ("P-1",))


def test_banks_write_references_and_ibans_in_their_own_way() -> None:
    written = transaction(end_to_end_id=" abcdefghijklmn01 ", counterparty_iban="DE89 3704 0044 0532 0130 00")

    assert only(entry(written)).state is BookingState.MATCHED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "-230.00"}, "230.00 EUR went out instead of 238.00 EUR"),
        ({"amount": "238.00"}, "238.00 EUR came in instead of going out"),
        ({"counterparty_iban": OTHER_IBAN}, f"it went to account {OTHER_IBAN} instead of {IBAN}"),
        ({"counterparty_iban": ""}, f"it went to an account the bank does not state instead of {IBAN}"),
    ],
)
def test_our_reference_with_anything_else_different_goes_to_a_person(changes: dict[str, str], words: str) -> None:
    match = only(entry(transaction(**changes)))

    assert (match.state, match.payments) == (BookingState.DIFFERENCE, ("P-1",))
    assert match.message == f"The booking carries the reference of payment P-1, but {words}."


def test_another_currency_is_a_difference() -> None:
    match = only(entry(transaction(currency="USD"), currency="USD"))

    assert "238.00 USD went out instead of 238.00 EUR" in match.message


@pytest.mark.parametrize("reference", ["", "NOTPROVIDED"])
def test_without_our_reference_an_equal_amount_and_payee_is_only_a_hint(reference: str) -> None:
    match = only(entry(transaction(end_to_end_id=reference)))

    assert (match.state, match.payments) == (BookingState.DIFFERENCE, ("P-1",))


def test_two_payments_that_fit_are_never_chosen_between() -> None:
    twin = payment("P-2", reference="ZZZZZZZZZZZZZZ01")

    assert only(entry(transaction(end_to_end_id="")), payment(), twin).state is BookingState.AMBIGUOUS
    assert only(entry(transaction()), payment(), payment("P-2")).state is BookingState.AMBIGUOUS


def test_a_booking_that_nobody_ordered_is_unmatched() -> None:
    match = only(entry(transaction(end_to_end_id="RENT", amount="-900")))

    assert (match.state, match.payments) == (BookingState.UNMATCHED, ())


def test_an_entry_without_details_reconciles_nothing() -> None:
    assert only(entry(amount="-238.00", information="ABCDEFGHIJKLMN01")).state is BookingState.UNMATCHED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"is_pending": True}, "not booked the entry yet"),
        ({"is_reversal": True}, "takes an earlier booking back"),
        ({"amount": "-250.00"}, "booked as -250.00 EUR, but its transactions come to -238.00 EUR"),
    ],
)
def test_an_entry_in_doubt_reconciles_nothing(changes: dict[str, Any], words: str) -> None:
    match = only(entry(transaction(), **changes))

    assert (match.state, match.payments) == (BookingState.DIFFERENCE, ("P-1",))
    assert words in match.message


def test_each_transaction_of_a_collective_booking_finds_its_own_payment() -> None:
    other = payment("P-2", reference="ZZZZZZZZZZZZZZ01", amount="10")
    booked = entry(
        transaction(),
        transaction(end_to_end_id="ZZZZZZZZZZZZZZ01", amount="-10"),
        transaction(end_to_end_id="X", amount="-1"),
    )

    matches = match_entry(booked, (payment(), other))

    assert [(match.transaction, match.state, match.payments) for match in matches] == [
        (0, BookingState.MATCHED, ("P-1",)),
        (1, BookingState.MATCHED, ("P-2",)),
        (2, BookingState.UNMATCHED, ()),
    ]


@pytest.mark.behaviour("P10")
@pytest.mark.parametrize("again", [transaction(), transaction(end_to_end_id="")])
def test_a_payment_booked_twice_in_one_entry_is_not_reconciled(again: StatementTransaction) -> None:
    states = [match.state for match in match_entry(entry(transaction(), again), (payment(),))]

    assert BookingState.MATCHED not in states
