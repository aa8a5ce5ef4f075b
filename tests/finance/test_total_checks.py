from decimal import Decimal
from typing import Any

import pytest

from finance.matching import three_way_match
from models.invoice import AllowanceCharge, Invoice
from models.matching import ExceptionKind, MatchException, Tolerance
from tests.finance.samples import UNLIMITED, invoice, invoice_line, order_line, tolerances

pytestmark = pytest.mark.behaviour("P4", "P5")

FORGIVING = tolerances(*[Tolerance(lower=UNLIMITED, upper=UNLIMITED)] * 4)
"""Totals have no tolerance: whatever lines may stray, the sum must be the sum."""


def exceptions(document: Invoice) -> tuple[MatchException, ...]:
    return three_way_match(document, "EUR", (order_line(),), FORGIVING).exceptions


def charge(amount: str, *, is_charge: bool) -> AllowanceCharge:
    return AllowanceCharge(is_charge=is_charge, amount=Decimal(amount), reason="Freight", tax_rate=Decimal(19))


@pytest.mark.parametrize("extra", [charge("8", is_charge=True), charge("-8", is_charge=False)])
def test_a_charge_that_no_order_line_covers_needs_a_person_even_disguised_as_an_allowance(
    extra: AllowanceCharge,
) -> None:
    (exception,) = exceptions(invoice(charges=[extra]))

    assert exception.kind is ExceptionKind.TOTAL
    assert exception.message == "The invoice adds 8.00 EUR for “Freight”, but the order has 0.00 EUR."


def test_a_charge_of_nothing_is_none() -> None:
    assert exceptions(invoice(charges=[charge("0", is_charge=True)])) == ()


def test_an_allowance_makes_the_invoice_cheaper_and_passes() -> None:
    document = invoice(charges=[charge("8", is_charge=False)])

    assert three_way_match(document, "EUR", (order_line(),), tolerances()).is_matched


@pytest.mark.parametrize(
    ("totals", "message"),
    [
        (
            {"payable": "250"},
            "The invoice asks for 250.00 EUR, but its lines, charges and tax come to 238.00 EUR.",
        ),
        (
            {"payable": "250", "rounding": "0.4"},
            "The invoice asks for 250.00 EUR, but its lines, charges and tax come to 238.40 EUR.",
        ),
        (
            {"payable": "250", "rounding": "12"},
            "The invoice rounds by 12.00 EUR, but rounding may change a total by at most 0.50 EUR.",
        ),
        (
            {"payable": "250", "prepaid": "-12"},
            "The invoice states -12.00 EUR as paid before, but a prepayment cannot be less than 0.00 EUR.",
        ),
    ],
)
def test_the_amount_asked_for_cannot_exceed_what_the_lines_come_to(totals: dict[str, Any], message: str) -> None:
    (exception,) = exceptions(invoice(totals=totals))

    assert (exception.kind, exception.message) == (ExceptionKind.TOTAL, message)


@pytest.mark.parametrize(
    "totals", [{"payable": "138", "prepaid": "100"}, {"payable": "238.5", "rounding": "0.5"}, {"payable": "238.00"}]
)
def test_prepayment_and_rounding_to_whole_units_are_part_of_the_sum(totals: dict[str, Any]) -> None:
    assert exceptions(invoice(totals=totals)) == ()


def test_a_tax_total_that_its_rates_do_not_give_is_an_exception() -> None:
    document = invoice(totals={"tax": "40", "gross": "240", "payable": "240"})

    (exception,) = three_way_match(document, "EUR", (order_line(),), tolerances()).exceptions

    assert exception.kind is ExceptionKind.TAX
    assert (exception.expected, exception.actual) == ("38.00 EUR", "40.00 EUR")


def test_a_line_without_an_order_line_is_taxed_at_its_own_rate() -> None:
    document = invoice(invoice_line(description="Champagne", order_line_reference="", tax_rate="7"))

    kinds = [exception.kind for exception in three_way_match(document, "EUR", (order_line(),), tolerances()).exceptions]

    assert kinds == [ExceptionKind.NO_ORDER]
