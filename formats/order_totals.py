"""The amounts on a purchase order: each line is rounded first, so that totals are the sums of what is shown."""

from decimal import Decimal

from models.base import Model
from models.money import Amount, Currency, round_to_currency
from models.purchasing import PurchaseOrder, RequisitionLine


class OrderTax(Model):
    """Lines of one rate; `basis` is without tax."""

    rate: Amount
    basis: Amount
    tax: Amount


class OrderTotals(Model):
    currency: Currency
    lines: tuple[Amount, ...]
    """Net amount of each line, in the order's sequence."""
    net: Amount
    taxes: tuple[OrderTax, ...]
    """One for each rate, ascending."""
    tax: Amount
    gross: Amount


def order_totals(order: PurchaseOrder) -> OrderTotals:
    """Amounts rounded to the minor unit of the order's currency, tax per rate on the sum of its lines."""
    currency = order.content.currency
    amounts = tuple(_net_amount(line, currency) for line in order.content.lines)
    rates = sorted({line.tax_rate for line in order.content.lines})
    taxes = tuple(_tax(order, rate, amounts) for rate in rates)
    net = sum(amounts, start=Decimal(0))
    tax = sum((each.tax for each in taxes), start=Decimal(0))
    return OrderTotals(currency=currency, lines=amounts, net=net, taxes=taxes, tax=tax, gross=net + tax)


def _net_amount(line: RequisitionLine, currency: str) -> Decimal:
    return round_to_currency(line.net_amount, currency)


def _tax(order: PurchaseOrder, rate: Decimal, amounts: tuple[Decimal, ...]) -> OrderTax:
    of_rate = (amount for line, amount in zip(order.content.lines, amounts, strict=True) if line.tax_rate == rate)
    basis = sum(of_rate, start=Decimal(0))
    return OrderTax(rate=rate, basis=basis, tax=round_to_currency(basis * rate / 100, order.content.currency))
