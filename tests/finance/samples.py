"""Small invoices, order lines and tolerances from which the tests depart."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from models.invoice import AllowanceCharge, Invoice, InvoiceKind, InvoiceLine, InvoiceParty, InvoiceTotals
from models.matching import Limit, OpenOrderLine, Tolerance, Tolerances

Bound = str | Literal["unlimited"]


def limit(absolute: Bound = "0", percent: Bound = "0") -> Limit:
    return Limit.model_validate({"absolute": absolute, "percent": percent})


UNLIMITED = limit("unlimited", "unlimited")
EXACT = Tolerance(lower=limit(), upper=limit())
ANY_LESS = Tolerance(lower=UNLIMITED, upper=limit())


def tolerances(
    quantity: Tolerance = ANY_LESS, price: Tolerance = EXACT, line_amount: Tolerance = EXACT, tax: Tolerance = EXACT
) -> Tolerances:
    return Tolerances(quantity=quantity, price=price, line_amount=line_amount, tax=tax)


def order_line(number: int = 1, **changes: Any) -> OpenOrderLine:
    """Ten boxes of paper at 20.00 EUR, all received, nothing invoiced."""
    fields: dict[str, Any] = {
        "order_number": "PO-1",
        "number": number,
        "description": "Copy paper A4, box",
        "unit": "C62",
        "ordered": "10",
        "received": "10",
        "invoiced": "0",
        "unit_price": "20",
        "tax_rate": "19",
    }
    return OpenOrderLine.model_validate(fields | changes)


def invoice_line(line_id: str = "1", **changes: Any) -> InvoiceLine:
    """All ten boxes as ordered, naming order line 1. The net amount follows quantity and price unless it is given."""
    fields: dict[str, Any] = {
        "id": line_id,
        "description": "Copy paper A4, box",
        "quantity": "10",
        "unit": "C62",
        "unit_price": "20",
        "tax_category": "S",
        "tax_rate": "19",
        "order_line_reference": "1",
    } | changes
    fields.setdefault("net_amount", Decimal(fields["quantity"]) * Decimal(fields["unit_price"]))
    return InvoiceLine.model_validate(fields)


def invoice(
    *lines: InvoiceLine, charges: Sequence[AllowanceCharge] = (), totals: dict[str, Any] | None = None, **changes: Any
) -> Invoice:
    """An invoice for order PO-1 whose totals are what its lines and charges come to, unless `totals` says otherwise."""
    lines = lines or (invoice_line(),)
    signed = [charge.amount if charge.is_charge else -charge.amount for charge in charges]
    taxed = [(line.net_amount, line.tax_rate) for line in lines]
    taxed += [(amount, charge.tax_rate) for amount, charge in zip(signed, charges, strict=True)]
    net = sum((amount for amount, _ in taxed), Decimal(0))
    tax = sum((amount * (rate or 0) / 100 for amount, rate in taxed), Decimal(0))
    figures = {"line_net": net, "net": net, "tax": tax, "gross": net + tax, "payable": net + tax} | (totals or {})
    fields: dict[str, Any] = {
        "kind": InvoiceKind.INVOICE,
        "number": "INV-7",
        "issue_date": date(2026, 11, 2),
        "currency": "EUR",
        "seller": InvoiceParty(name="Papierhaus"),
        "buyer": InvoiceParty(name="Nordlicht"),
        "order_reference": "PO-1",
        "lines": lines,
        "allowances_charges": tuple(charges),
        "totals": InvoiceTotals.model_validate(figures),
    }
    return Invoice.model_validate(fields | changes)
