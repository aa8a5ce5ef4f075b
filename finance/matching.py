"""The three-way match: an invoice, line by line, against what of the order is still open."""

from collections.abc import Iterator, Sequence

from finance.line_checks import (
    check_line_amount,
    check_price,
    check_quantity,
    check_tax_rate,
    check_unit,
    unit_differs,
    variance,
)
from finance.pairing import Billing, Pairing, pair_lines
from finance.total_checks import check_charges, check_currency, check_payable, check_tax_total
from finance.wording import money_text
from models.invoice import Invoice, InvoiceKind, InvoiceLine
from models.matching import ExceptionKind, LineMatch, MatchException, MatchResult, OpenOrderLine, Tolerances


def three_way_match(
    invoice: Invoice, order_currency: str, open_lines: Sequence[OpenOrderLine], tolerances: Tolerances
) -> MatchResult:
    """What the invoice bills of each order line, and every reason why it cannot go on by itself.

    `open_lines` are all lines of the orders the invoice may bill, read in the transaction that reserves the matches.
    A line with an exception is still among the matches where it is clear what it bills, so that a person who accepts
    the variance reserves the same; an invoice in another currency or unit matches nothing.
    """
    refusals = tuple(_refusals(invoice, open_lines))
    if refusals:
        return MatchResult(matches=(), exceptions=refusals)
    pairing = pair_lines(invoice, open_lines, tolerances.price)
    comparable = invoice.currency == order_currency
    exceptions = (
        *check_currency(invoice, order_currency),
        *pairing.exceptions,
        *_quantity_exceptions(pairing, tolerances),
        *(_money_exceptions(invoice, pairing, tolerances) if comparable else ()),
        *check_charges(invoice),
        *check_payable(invoice),
    )
    return MatchResult(matches=tuple(_matches(pairing)) if comparable else (), exceptions=exceptions)


def _refusals(invoice: Invoice, open_lines: Sequence[OpenOrderLine]) -> Iterator[MatchException]:
    """What makes a comparison pointless."""
    asked = money_text(invoice.totals.payable, invoice.currency)
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        message = f"Document {invoice.number} is a credit note over {asked}, but only invoices are matched with orders."
        yield MatchException(kind=ExceptionKind.TOTAL, message=message, expected="invoice", actual="credit note")
    if not invoice.lines:
        message = f"The invoice asks for {asked} without a line that says what for; ask the supplier for lines."
        yield MatchException(
            kind=ExceptionKind.MISSING_FIELD, message=message, expected="at least 1 line", actual="0 lines"
        )
    if not open_lines:
        named = f"order {invoice.order_reference}" if invoice.order_reference else "no order"
        message = f"The invoice over {asked} names {named}, and no order of ours with open lines was found for it."
        yield MatchException(kind=ExceptionKind.NO_ORDER, message=message, expected="an open order", actual=named)


def _quantity_exceptions(pairing: Pairing, tolerances: Tolerances) -> Iterator[MatchException]:
    for billing in pairing.billings:
        yield from check_unit(billing)
        if not unit_differs(billing):
            yield from check_quantity(billing, tolerances.quantity)


def _money_exceptions(invoice: Invoice, pairing: Pairing, tolerances: Tolerances) -> Iterator[MatchException]:
    for billing in pairing.billings:
        yield from check_price(billing, invoice.currency, tolerances.price)
        yield from check_line_amount(billing, invoice.currency, tolerances.line_amount)
        yield from check_tax_rate(billing, invoice.currency, tolerances.tax)
    yield from check_tax_total(invoice, pairing, tolerances.tax)


def _matches(pairing: Pairing) -> Iterator[LineMatch]:
    for billing in pairing.billings:
        if not unit_differs(billing):
            yield from (_match(billing, line) for line in billing.lines)


def _match(billing: Billing, line: InvoiceLine) -> LineMatch:
    return LineMatch(
        invoice_line=line.id,
        order_number=billing.order_line.order_number,
        order_line=billing.order_line.number,
        quantity=line.quantity,
        amount=line.net_amount,
        variance=variance(line, billing.order_line),
    )
