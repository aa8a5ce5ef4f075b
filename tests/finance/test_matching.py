from decimal import Decimal

import pytest

from finance.matching import three_way_match
from models.invoice import Invoice, InvoiceKind
from models.matching import ExceptionKind, MatchResult, OpenOrderLine, Tolerance, Tolerances
from tests.finance.samples import EXACT, UNLIMITED, invoice, invoice_line, limit, order_line, tolerances

pytestmark = pytest.mark.behaviour("P4", "P5")


def matched(document: Invoice, *open_lines: OpenOrderLine, within: Tolerances | None = None) -> MatchResult:
    return three_way_match(document, "EUR", open_lines or (order_line(),), within or tolerances())


def kinds(result: MatchResult) -> list[ExceptionKind]:
    return [exception.kind for exception in result.exceptions]


def test_an_invoice_as_ordered_and_received_matches() -> None:
    result = matched(invoice())

    assert result.is_matched
    (match,) = result.matches
    assert (match.invoice_line, match.order_number, match.order_line) == ("1", "PO-1", 1)
    assert (match.quantity, match.amount, match.variance) == (Decimal(10), Decimal(200), Decimal(0))


def test_part_of_what_is_open_matches_when_a_lower_quantity_is_unlimited() -> None:
    assert matched(invoice(invoice_line(quantity="4")), order_line(received="6", invoiced="2")).is_matched


def test_a_lower_quantity_beyond_its_tolerance_is_an_exception() -> None:
    result = matched(invoice(invoice_line(quantity="4")), within=tolerances(quantity=EXACT))

    assert kinds(result) == [ExceptionKind.QUANTITY]
    assert result.exceptions[0].message == (
        "Line 1 bills 4 pieces of “Copy paper A4, box”, but of order PO-1 line 1 "
        "10 pieces have been received and not invoiced yet."
    )


def test_more_than_ordered_is_a_quantity_exception_however_much_arrived() -> None:
    result = matched(invoice(invoice_line(quantity="12")), order_line(received="12"))

    assert kinds(result) == [ExceptionKind.QUANTITY]
    assert (result.exceptions[0].expected, result.exceptions[0].actual) == ("10 pieces", "12 pieces")


def test_ordered_but_not_yet_received_waits_for_the_receipt() -> None:
    result = matched(invoice(), order_line(received="6"))

    assert kinds(result) == [ExceptionKind.NO_RECEIPT]
    assert result.exceptions[0].message == (
        "Line 1 bills 10 pieces of “Copy paper A4, box”, but of order PO-1 line 1 "
        "only 6 pieces have been received and not invoiced yet."
    )


def test_what_earlier_invoices_reserved_is_not_open_any_more() -> None:
    result = matched(invoice(), order_line(invoiced="10"))

    assert kinds(result) == [ExceptionKind.QUANTITY]
    assert result.exceptions[0].expected == "0 pieces"


def test_two_invoice_lines_of_one_order_line_add_up() -> None:
    document = invoice(invoice_line("1", quantity="6"), invoice_line("2", quantity="5"))

    result = matched(document)

    assert kinds(result) == [ExceptionKind.QUANTITY]
    assert result.exceptions[0].invoice_line == "1, 2"
    assert result.exceptions[0].message.startswith("Lines 1 and 2 bill 11 pieces")


def test_another_price_is_reported_with_both_prices() -> None:
    result = matched(invoice(invoice_line(unit_price="22.5")), within=tolerances(line_amount=_unlimited()))

    assert kinds(result) == [ExceptionKind.PRICE]
    assert result.exceptions[0].message == (
        "Line 1 charges 22.50 EUR per unit of “Copy paper A4, box”, but order PO-1 line 1 agreed 20.00 EUR per unit."
    )


def test_a_line_amount_beyond_quantity_times_agreed_price_is_an_exception_though_the_price_is_right() -> None:
    result = matched(invoice(invoice_line(net_amount="207")))

    assert kinds(result) == [ExceptionKind.LINE_AMOUNT]
    assert result.matches[0].variance == 7
    assert "for 207.00 EUR, but at the price of order PO-1 line 1 that is 200.00 EUR" in result.exceptions[0].message


def test_the_amount_tolerance_is_used_up_by_earlier_invoices_of_the_order_line() -> None:
    within = tolerances(line_amount=Tolerance(lower=limit(), upper=limit("5", "unlimited")))
    document = invoice(invoice_line(quantity="5", net_amount="103"))

    assert matched(document, within=within).is_matched
    result = matched(document, order_line(invoiced="5", invoiced_variance="3"), within=within)

    assert kinds(result) == [ExceptionKind.LINE_AMOUNT]
    assert "earlier invoices strayed by 3.00 EUR already" in result.exceptions[0].message


def test_a_percentage_counts_from_all_that_was_billed_of_the_order_line() -> None:
    within = tolerances(line_amount=Tolerance(lower=limit(), upper=limit("unlimited", "2")))
    document = invoice(invoice_line(quantity="5", net_amount="104"))

    assert matched(document, order_line(invoiced="5"), within=within).is_matched
    assert not matched(document, order_line(invoiced="5", invoiced_variance="0.01"), within=within).is_matched


def test_where_the_order_has_no_unit_the_invoices_unit_is_written() -> None:
    result = matched(invoice(invoice_line(quantity="12", unit="HUR")), order_line(unit=""))

    assert result.exceptions[0].expected == "10 hours"


def test_lines_in_different_units_cannot_be_added_up() -> None:
    document = invoice(invoice_line("1", quantity="5"), invoice_line("2", quantity="5", unit="SET"))

    result = matched(document, order_line(unit=""))

    assert (kinds(result), result.matches) == ([ExceptionKind.QUANTITY], ())
    assert result.exceptions[0].actual == "5 pieces and 5 sets"


def test_a_lower_tax_rate_than_ordered_is_an_exception_of_line_and_total() -> None:
    result = matched(invoice(invoice_line(tax_rate="7")))

    assert kinds(result) == [ExceptionKind.TAX, ExceptionKind.TAX]
    assert result.exceptions[0].message == (
        "Line 1 has 7 % tax (14.00 EUR) on “Copy paper A4, box”, but order PO-1 line 1 has 19 % tax (38.00 EUR)."
    )
    assert (
        result.exceptions[1].message
        == "The invoice's tax comes to 14.00 EUR, but at the order's rates it is 38.00 EUR."
    )


def test_a_line_without_a_stated_rate_is_an_exception_unless_the_order_is_free_of_tax() -> None:
    line = invoice_line(tax_rate=None)

    assert kinds(matched(invoice(line))) == [ExceptionKind.TAX, ExceptionKind.TAX]
    assert matched(invoice(line), order_line(tax_rate="0")).is_matched


def test_tax_is_rounded_once_per_rate_and_not_per_line() -> None:
    lines = [invoice_line(str(number), quantity="1", unit_price="0.13", order_line_reference="1") for number in (1, 2)]
    document = invoice(*lines, totals={"tax": Decimal("0.05"), "gross": Decimal("0.31"), "payable": Decimal("0.31")})

    assert matched(document, order_line(unit_price="0.13")).is_matched


def test_another_currency_is_an_exception_and_reserves_nothing() -> None:
    result = matched(invoice(currency="USD"))

    assert kinds(result) == [ExceptionKind.CURRENCY]
    assert result.matches == ()
    assert result.exceptions[0].message == "The invoice asks for 238.00 USD, but the order was placed in EUR."


def test_another_unit_is_an_exception_and_reserves_nothing() -> None:
    result = matched(invoice(invoice_line(unit="SET")))

    assert kinds(result) == [ExceptionKind.QUANTITY]
    assert result.matches == ()
    assert (result.exceptions[0].expected, result.exceptions[0].actual) == ("pieces", "10 sets")


def test_two_codes_for_pieces_are_the_same_unit() -> None:
    assert matched(invoice(invoice_line(unit="H87"))).is_matched


def test_a_credit_note_is_refused() -> None:
    result = matched(invoice(kind=InvoiceKind.CREDIT_NOTE))

    assert (kinds(result), result.matches) == ([ExceptionKind.TOTAL], ())
    assert "credit note over 238.00 EUR" in result.exceptions[0].message


def test_without_any_open_order_line_there_is_no_order() -> None:
    result = three_way_match(invoice(), "EUR", (), tolerances())

    assert kinds(result) == [ExceptionKind.NO_ORDER]
    assert "order PO-1" in result.exceptions[0].message


def test_an_invoice_without_lines_is_refused() -> None:
    assert kinds(matched(invoice(lines=()))) == [ExceptionKind.MISSING_FIELD]


def test_every_violation_is_collected() -> None:
    document = invoice(
        invoice_line("1", quantity="11", unit_price="21", tax_rate="7"),
        invoice_line("2", description="Coffee", order_line_reference="2"),
    )

    assert set(kinds(matched(document))) == {
        ExceptionKind.QUANTITY,
        ExceptionKind.PRICE,
        ExceptionKind.LINE_AMOUNT,
        ExceptionKind.TAX,
        ExceptionKind.NO_ORDER,
    }


def test_unlimited_tolerances_let_every_difference_of_a_paired_line_pass() -> None:
    anything = tolerances(*[_unlimited()] * 4)

    assert matched(invoice(invoice_line(quantity="99", unit_price="50", tax_rate="7")), within=anything).is_matched


def _unlimited() -> Tolerance:
    return Tolerance(lower=UNLIMITED, upper=UNLIMITED)
