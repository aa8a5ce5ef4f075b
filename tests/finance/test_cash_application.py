from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.cash_application import Application, IncomingPayment, MatchRule, OpenReceivable, apply_payment

pytestmark = pytest.mark.behaviour("O2")


def _owed(invoice: str, amount: str = "1000.00", currency: str = "EUR") -> OpenReceivable:
    return OpenReceivable(invoice=invoice, open_amount=Decimal(amount), currency=currency)


def _apply(
    remittance: str, *owed: OpenReceivable, amount: str = "1000.00", currency: str = "EUR", reference: str = ""
) -> Application:
    payment = IncomingPayment(amount=Decimal(amount), currency=currency, reference=reference, remittance=remittance)
    return apply_payment(payment, owed)


@pytest.mark.parametrize(
    "remittance",
    [
        "SI-2026-0001",
        "Rechnung si-2026-0001 vom 20.11.",
        "thanks(SI-2026-0001)",
        "SI-2026-0001/4500-77",
        "Inv.:SI-2026-0001.",
    ],
)
def test_an_invoice_named_as_a_word_of_its_own_is_settled(remittance: str) -> None:
    found = _apply(remittance, _owed("SI-2026-0001"), _owed("SI-2026-0002"))
    assert (found.invoice, found.applied, found.unapplied) == ("SI-2026-0001", Decimal("1000.00"), Decimal(0))
    assert found.rule is MatchRule.REMITTANCE


@pytest.mark.parametrize(
    "remittance",
    [
        "",
        "SI-2026-00012",
        "XSI-2026-0001",
        "SI-2026-0001-2",
        "RE-SI-2026-0001",
        "SI 2026 0001",
        "SI-2026-0001_a",
        "ÄSI-2026-0001",
    ],
)
def test_a_number_inside_another_word_names_nothing(remittance: str) -> None:
    found = _apply(remittance, _owed("SI-2026-0001"))
    assert (found.invoice, found.unapplied, found.rule) == ("", Decimal("1000.00"), MatchRule.NONE)


def test_the_structured_reference_goes_before_the_remittance_text() -> None:
    found = _apply("SI-2026-0002", _owed("SI-2026-0001"), _owed("SI-2026-0002"), reference="SI-2026-0001")
    assert (found.invoice, found.rule) == ("SI-2026-0001", MatchRule.REFERENCE)


def test_two_invoices_named_are_equal_candidates_and_nothing_is_applied() -> None:
    found = _apply("SI-2026-0001 and SI-2026-0002", _owed("SI-2026-0002"), _owed("SI-2026-0001"), amount="2000.00")
    assert (found.invoice, found.applied, found.unapplied) == ("", Decimal(0), Decimal("2000.00"))
    assert found.runners_up == ("SI-2026-0001", "SI-2026-0002")


def test_an_equal_amount_alone_names_nothing() -> None:
    assert _apply("for the gauges", _owed("SI-2026-0001")).invoice == ""


def test_too_little_leaves_the_rest_of_the_invoice_open() -> None:
    found = _apply("SI-2026-0001", _owed("SI-2026-0001"), amount="950.00")
    assert (found.applied, found.unapplied) == (Decimal("950.00"), Decimal(0))
    assert found.message == "50.00 EUR of SI-2026-0001 stay open."


def test_too_much_settles_the_invoice_and_leaves_the_rest_for_a_person() -> None:
    found = _apply("SI-2026-0001", _owed("SI-2026-0001"), amount="1000.01")
    assert (found.applied, found.unapplied) == (Decimal("1000.00"), Decimal("0.01"))


def test_another_currency_is_never_applied() -> None:
    found = _apply("SI-2026-0001", _owed("SI-2026-0001"), currency="CHF")
    assert (found.invoice, found.unapplied, found.runners_up) == ("", Decimal("1000.00"), ("SI-2026-0001",))


def test_an_invoice_that_is_paid_already_takes_nothing_more() -> None:
    assert _apply("SI-2026-0001", _owed("SI-2026-0001", "0")).unapplied == Decimal("1000.00")


_CENTS = st.integers(1, 200_000).map(lambda cents: Decimal(cents) / 100)
_NUMBERS = ("SI-2026-0001", "SI-2026-0002", "SI-2026-00012")
_PAYMENTS = st.tuples(
    _CENTS, st.lists(st.sampled_from((*_NUMBERS, "thanks")), max_size=3), st.sampled_from(("EUR", "CHF"))
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_CENTS, min_size=3, max_size=3), st.lists(_PAYMENTS, max_size=12))
def test_whatever_comes_in_no_cent_is_applied_twice_and_no_invoice_gets_more_than_it_asks(
    amounts: list[Decimal], payments: Sequence[tuple[Decimal, list[str], str]]
) -> None:
    still_open = dict(zip(_NUMBERS, amounts, strict=True))
    for amount, words, currency in payments:
        owed = [OpenReceivable(invoice=each, open_amount=left, currency="EUR") for each, left in still_open.items()]
        payment = IncomingPayment(amount=amount, currency=currency, remittance=" ".join(words))
        found = apply_payment(payment, owed)
        assert found.applied + found.unapplied == amount
        assert bool(found.invoice) == bool(found.applied)
        assert not found.invoice or found.invoice in words
        if found.invoice:
            still_open[found.invoice] -= found.applied
    assert all(Decimal(0) <= left <= asked for left, asked in zip(still_open.values(), amounts, strict=True))
