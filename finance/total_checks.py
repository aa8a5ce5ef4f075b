"""The checks of the whole document: its currency, its charges, its tax total and the amount it asks for.

Without them an invoice whose lines all match could still ask for more than its lines add up to.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from finance.pairing import Pairing
from finance.tolerance import within
from finance.wording import money_text
from models.invoice import AllowanceCharge, Invoice
from models.matching import ExceptionKind, MatchException, Tolerance
from models.money import round_to_currency

_NOTHING = Decimal(0)
_MOST_ROUNDING = Decimal("0.5")
"""Rounding a total to whole currency units moves it by at most half a unit; EN 16931 itself sets no bound to BT-114."""


def check_currency(invoice: Invoice, order_currency: str) -> Iterator[MatchException]:
    if invoice.currency != order_currency:
        asked = money_text(invoice.totals.payable, invoice.currency)
        message = f"The invoice asks for {asked}, but the order was placed in {order_currency}."
        yield MatchException(
            kind=ExceptionKind.CURRENCY, message=message, expected=order_currency, actual=invoice.currency
        )


def check_charges(invoice: Invoice) -> Iterator[MatchException]:
    """No order line covers a charge on the document, so each needs a person whatever its size."""
    none = money_text(_NOTHING, invoice.currency)
    for charge in invoice.allowances_charges:
        if _signed(charge) > 0:
            actual = money_text(_signed(charge), invoice.currency)
            message = (
                f"The invoice adds {actual} for “{charge.reason or 'no stated reason'}”, but the order has {none}."
            )
            yield MatchException(kind=ExceptionKind.TOTAL, message=message, expected=none, actual=actual)


def check_tax_total(invoice: Invoice, pairing: Pairing, tolerance: Tolerance) -> Iterator[MatchException]:
    """The invoice's tax against what its net amounts bear at the order's rates, rounded per rate (BT-117)."""
    due = _tax_due(_taxable(invoice, pairing), invoice.currency)
    if not within(invoice.totals.tax, due, tolerance):
        expected, actual = money_text(due, invoice.currency), money_text(invoice.totals.tax, invoice.currency)
        message = f"The invoice's tax comes to {actual}, but at the order's rates it is {expected}."
        yield MatchException(kind=ExceptionKind.TAX, message=message, expected=expected, actual=actual)


def check_payable(invoice: Invoice) -> Iterator[MatchException]:
    """The amount asked for must be exactly what lines, charges, tax and prepayment add up to, rounding apart."""
    totals = invoice.totals
    lines = sum((line.net_amount for line in invoice.lines), _NOTHING)
    due = lines + sum(map(_signed, invoice.allowances_charges), _NOTHING) + totals.tax - totals.prepaid
    if round_to_currency(totals.payable - totals.rounding - due, invoice.currency):
        message = "The invoice asks for {actual}, but its lines, charges and tax come to {expected}."
        yield _total(message, invoice, due + totals.rounding, totals.payable)
    if abs(totals.rounding) > _MOST_ROUNDING:
        message = "The invoice rounds by {actual}, but rounding may change a total by at most {expected}."
        yield _total(message, invoice, _MOST_ROUNDING, totals.rounding)
    if totals.prepaid < 0:
        message = "The invoice states {actual} as paid before, but a prepayment cannot be less than {expected}."
        yield _total(message, invoice, _NOTHING, totals.prepaid)


def _signed(charge: AllowanceCharge) -> Decimal:
    """What the charge adds; an allowance with a negative amount adds as well."""
    return charge.amount if charge.is_charge else -charge.amount


def _taxable(invoice: Invoice, pairing: Pairing) -> Iterator[tuple[Decimal, Decimal]]:
    """Net amounts with their rate in percent: the order's where there is one, else the invoice's own."""
    for billing in pairing.billings:
        for line in billing.lines:
            yield line.net_amount, billing.order_line.tax_rate
    for line in pairing.unpaired:
        yield line.net_amount, line.tax_rate or _NOTHING
    for charge in invoice.allowances_charges:
        yield _signed(charge), charge.tax_rate or _NOTHING


def _tax_due(taxable: Iterable[tuple[Decimal, Decimal]], currency: str) -> Decimal:
    per_rate: dict[Decimal, Decimal] = {}
    for net, rate in taxable:
        per_rate[rate] = per_rate.get(rate, _NOTHING) + net
    return sum((round_to_currency(net * rate / 100, currency) for rate, net in per_rate.items()), _NOTHING)


def _total(message: str, invoice: Invoice, expected: Decimal, actual: Decimal) -> MatchException:
    texts = {"expected": money_text(expected, invoice.currency), "actual": money_text(actual, invoice.currency)}
    return MatchException(kind=ExceptionKind.TOTAL, message=message.format(**texts), **texts)
