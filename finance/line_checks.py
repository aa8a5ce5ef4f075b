"""The checks of one billed order line: unit, quantity, price, line amount and tax rate."""

from collections.abc import Iterator
from decimal import Decimal

from finance.pairing import Billing
from finance.tolerance import exceeds, falls_short, within
from finance.wording import lines_text, money_text, plain, quantity_text, unit_name
from models.invoice import InvoiceLine
from models.matching import ExceptionKind, MatchException, OpenOrderLine, Tolerance
from models.money import round_to_currency

_NOTHING = Decimal(0)


def variance(line: InvoiceLine, order_line: OpenOrderLine) -> Decimal:
    """By how much the line's net amount exceeds its quantity at the order's price; negative when it is cheaper."""
    return line.net_amount - line.quantity * order_line.unit_price


def unit_differs(billing: Billing) -> bool:
    """Whether more than one unit is in play, so that quantities can neither be added nor compared."""
    units = {line.unit for line in billing.lines} | {billing.order_line.unit}
    return len({unit_name(unit) for unit in units if unit}) > 1


def check_unit(billing: Billing) -> Iterator[MatchException]:
    if unit_differs(billing):
        agreed = unit_name(billing.order_line.unit)
        billed = " and ".join(quantity_text(line.quantity, line.unit) for line in billing.lines)
        ids = lines_text([line.id for line in billing.lines])
        message = (
            f"{ids}: {billed} of “{billing.order_line.description}” billed, but {_order(billing)} counts {agreed}."
        )
        yield _exception(ExceptionKind.QUANTITY, billing, message, agreed, billed)


def check_quantity(billing: Billing, tolerance: Tolerance) -> Iterator[MatchException]:
    """What all invoices bill against what was ordered and received; both sums count from the order's beginning.

    NO_RECEIPT where the rest of the order would cover the quantity once it arrives, QUANTITY where it never will.
    """
    line = billing.order_line
    billed = _quantity(billing)
    total = line.invoiced + billed
    billable = min(line.ordered, line.received)
    if exceeds(total, line.ordered, tolerance.upper):
        yield _quantity_exception(ExceptionKind.QUANTITY, billing, line.ordered, "only {} are still to be invoiced")
    elif exceeds(total, billable, tolerance.upper):
        yield _quantity_exception(
            ExceptionKind.NO_RECEIPT, billing, billable, "only {} have been received and not invoiced yet"
        )
    elif falls_short(total, billable, tolerance.lower):
        yield _quantity_exception(
            ExceptionKind.QUANTITY, billing, billable, "{} have been received and not invoiced yet"
        )


def check_price(billing: Billing, currency: str, tolerance: Tolerance) -> Iterator[MatchException]:
    agreed = billing.order_line.unit_price
    for line in billing.lines:
        if not within(line.unit_price, agreed, tolerance):
            expected, actual = money_text(agreed, currency), money_text(line.unit_price, currency)
            message = (
                f"Line {line.id} charges {actual} per unit of “{line.description}”, "
                f"but {_order(billing)} agreed {expected} per unit."
            )
            yield MatchException(
                kind=ExceptionKind.PRICE, invoice_line=line.id, message=message, expected=expected, actual=actual
            )


def check_line_amount(billing: Billing, currency: str, tolerance: Tolerance) -> Iterator[MatchException]:
    """Variances of all invoices add up, so that an overcharge cannot hide in many small ones."""
    order_line = billing.order_line
    value = (order_line.invoiced + _quantity(billing)) * order_line.unit_price
    strayed = order_line.invoiced_variance + sum((variance(line, order_line) for line in billing.lines), _NOTHING)
    if within(value + strayed, value, tolerance):
        return
    expected = money_text(_quantity(billing) * order_line.unit_price, currency)
    actual = money_text(sum((line.net_amount for line in billing.lines), _NOTHING), currency)
    message = f"{_bills(billing)} for {actual}, but at the price of {_order(billing)} that is {expected}"
    if order_line.invoiced_variance:
        message += f", and earlier invoices strayed by {money_text(order_line.invoiced_variance, currency)} already"
    yield _exception(ExceptionKind.LINE_AMOUNT, billing, f"{message}.", expected, actual)


def check_tax_rate(billing: Billing, currency: str, tolerance: Tolerance) -> Iterator[MatchException]:
    """The line's tax at the invoice's rate against its tax at the order's; a rate that is not stated taxes nothing."""
    agreed = billing.order_line.tax_rate
    for line in billing.lines:
        rate = line.tax_rate or _NOTHING
        if within(line.net_amount * rate / 100, line.net_amount * agreed / 100, tolerance):
            continue
        expected = _tax_text(line.net_amount, agreed, currency)
        actual = "no stated tax rate" if line.tax_rate is None else _tax_text(line.net_amount, rate, currency)
        message = f"Line {line.id} has {actual} on “{line.description}”, but {_order(billing)} has {expected}."
        yield MatchException(
            kind=ExceptionKind.TAX, invoice_line=line.id, message=message, expected=expected, actual=actual
        )


def _quantity(billing: Billing) -> Decimal:
    return sum((line.quantity for line in billing.lines), _NOTHING)


def _quantity_exception(kind: ExceptionKind, billing: Billing, total: Decimal, what: str) -> MatchException:
    line = billing.order_line
    still_open = quantity_text(max(total - line.invoiced, _NOTHING), line.unit or billing.lines[0].unit)
    message = f"{_bills(billing)}, but of {_order(billing)} {what.format(still_open)}."
    return _exception(kind, billing, message, still_open, quantity_text(_quantity(billing), billing.lines[0].unit))


def _exception(kind: ExceptionKind, billing: Billing, message: str, expected: str, actual: str) -> MatchException:
    ids = ", ".join(line.id for line in billing.lines)
    return MatchException(kind=kind, invoice_line=ids, message=message, expected=expected, actual=actual)


def _bills(billing: Billing) -> str:
    verb = "bills" if len(billing.lines) == 1 else "bill"
    ids = lines_text([line.id for line in billing.lines])
    quantity = quantity_text(_quantity(billing), billing.lines[0].unit)
    return f"{ids} {verb} {quantity} of “{billing.order_line.description}”"


def _order(billing: Billing) -> str:
    return f"order {billing.order_line.order_number} line {billing.order_line.number}"


def _tax_text(net: Decimal, rate: Decimal, currency: str) -> str:
    return f"{plain(rate)} % tax ({money_text(round_to_currency(net * rate / 100, currency), currency)})"
