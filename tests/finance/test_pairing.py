import pytest

from finance.pairing import Pairing, pair_lines
from models.invoice import Invoice
from models.matching import ExceptionKind, OpenOrderLine
from tests.finance.samples import EXACT, invoice, invoice_line, order_line

pytestmark = pytest.mark.behaviour("P4", "P5")

PAPER = order_line(1)
COFFEE = order_line(2, description="Coffee beans, 1 kg", unit_price="15")
ELSEWHERE = order_line(1, order_number="PO-2", description="Desk lamp", unit_price="60")


def pairing(document: Invoice, *open_lines: OpenOrderLine) -> Pairing:
    return pair_lines(document, open_lines, EXACT)


def paired(document: Invoice, *open_lines: OpenOrderLine) -> list[tuple[str, int]]:
    found = pairing(document, *open_lines)
    return [(billing.order_line.order_number, billing.order_line.number) for billing in found.billings]


def test_the_named_order_line_comes_before_any_likeness() -> None:
    line = invoice_line(description="Coffee beans, 1 kg", unit_price="15", order_line_reference="1")

    assert paired(invoice(line), PAPER, COFFEE) == [("PO-1", 1)]


@pytest.mark.parametrize("reference", ["2", " 2 ", "002"])
def test_a_line_number_is_read_without_zeros_and_blanks(reference: str) -> None:
    assert paired(invoice(invoice_line(order_line_reference=reference)), PAPER, COFFEE) == [("PO-1", 2)]


def test_the_order_named_on_the_line_comes_before_the_one_in_the_header() -> None:
    line = invoice_line(order_reference="po-2", order_line_reference="1")

    assert paired(invoice(line), PAPER, ELSEWHERE) == [("PO-2", 1)]


def test_without_a_reference_the_description_finds_the_line_whatever_the_order_of_its_words() -> None:
    line = invoice_line(description="Box copy-paper (A4)", order_line_reference="")

    assert paired(invoice(line), COFFEE, PAPER) == [("PO-1", 1)]


def test_of_two_lines_with_the_same_goods_the_price_decides() -> None:
    dearer = order_line(2, unit_price="25")
    line = invoice_line(order_line_reference="", unit_price="25")

    assert paired(invoice(line), PAPER, dearer) == [("PO-1", 2)]


def test_two_equal_lines_are_never_guessed_between() -> None:
    found = pairing(invoice(invoice_line(order_line_reference="")), PAPER, order_line(2))

    assert (found.billings, len(found.unpaired)) == ((), 1)
    (exception,) = found.exceptions
    assert exception.kind is ExceptionKind.NO_ORDER
    assert exception.message == (
        "Line 1 bills 10 pieces of “Copy paper A4, box” for 200.00 EUR, which fits PO-1 line 1 and PO-1 line 2 "
        "equally well; the supplier has to name the order line."
    )


def test_a_line_number_that_two_orders_have_is_not_guessed_where_no_order_is_named() -> None:
    found = pairing(invoice(order_reference=""), PAPER, ELSEWHERE)

    assert found.exceptions[0].expected == "PO-1 line 1 and PO-2 line 1"


def test_goods_that_nobody_ordered_have_no_order_line() -> None:
    found = pairing(invoice(invoice_line(description="Champagne", order_line_reference="")), PAPER, COFFEE)

    assert found.exceptions[0].kind is ExceptionKind.NO_ORDER
    assert found.exceptions[0].message == (
        "Line 1 bills 10 pieces of “Champagne” for 200.00 EUR, but no open line of order PO-1 is about that."
    )


def test_lines_of_another_order_than_the_named_one_are_not_considered() -> None:
    assert pairing(invoice(order_reference="PO-9"), PAPER).exceptions[0].expected == "order PO-9"


def test_a_wrong_line_number_falls_back_to_the_goods() -> None:
    assert paired(invoice(invoice_line(order_line_reference="10")), PAPER, COFFEE) == [("PO-1", 1)]


@pytest.mark.parametrize("quantity", ["0", "-3"])
def test_a_line_without_a_positive_quantity_bills_nothing(quantity: str) -> None:
    found = pairing(invoice(invoice_line(quantity=quantity, net_amount="50")), PAPER)

    assert found.billings == ()
    assert found.exceptions[0].kind is ExceptionKind.QUANTITY
    assert f"bills {quantity} pieces" in found.exceptions[0].message
