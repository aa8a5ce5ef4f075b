"""VAT rules of EN 16931: the breakdown against its own rates and against the lines."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from models.errors import Finding
from models.invoice import Invoice

_ROUNDING = Decimal("0.01")
"""Sellers round a half cent up, down or to even."""

_BASIS_RULES = {
    "S": "BR-S-08",
    "Z": "BR-Z-08",
    "E": "BR-E-08",
    "AE": "BR-AE-08",
    "K": "BR-IC-08",
    "G": "BR-G-08",
    "O": "BR-O-08",
    "L": "BR-AF-08",
    "M": "BR-AG-08",
}
_BY_RATE = frozenset({"S", "L", "M"})
"""Of the other categories an invoice has one breakdown each."""

_Group = tuple[str, Decimal]


def tax_findings(invoice: Invoice) -> Iterator[Finding]:
    """Breakdown present (BR-CO-18), each tax its rate of its basis (BR-CO-17), each basis that of the lines."""
    if not invoice.taxes:
        yield Finding(field="taxes", problem="the VAT breakdown (BG-23) is missing", code="BR-CO-18")
        return
    yield from _amount_findings(invoice)
    uncategorised = [position for position, line in enumerate(invoice.lines) if not line.tax_category]
    for position in uncategorised:
        problem = f"line {invoice.lines[position].id} has no VAT category (BT-151)"
        yield Finding(field=f"lines[{position}].tax_category", problem=problem, code="BR-CO-04")
    if invoice.lines and not uncategorised:
        yield from _basis_findings(invoice)


def _amount_findings(invoice: Invoice) -> Iterator[Finding]:
    for position, tax in enumerate(invoice.taxes):
        rate = tax.rate or Decimal(0)
        expected = tax.taxable_amount * rate / 100
        if tax.rate is None and tax.category != "O":
            problem = f"the VAT breakdown of category {tax.category} has no rate (BT-119)"
            yield Finding(field=f"taxes[{position}].rate", problem=problem, code="BR-48")
        elif abs(expected - tax.tax_amount) > _ROUNDING:
            problem = f"says {tax.tax_amount}, but {rate} % of {tax.taxable_amount} is {expected:.2f}"
            yield Finding(field=f"taxes[{position}].tax_amount", problem=problem, code="BR-CO-17")


def _basis_findings(invoice: Invoice) -> Iterator[Finding]:
    stated, expected = _stated_bases(invoice), _expected_bases(invoice)
    for group in sorted(stated.keys() | expected.keys()):
        if abs(stated[group] - expected[group]) > _ROUNDING:
            category, rate = group
            problem = (
                f"the VAT breakdown of category {category} at {rate} % is on {stated[group]}, but lines, allowances "
                f"and charges of it come to {expected[group]}"
            )
            yield Finding(field="taxes", problem=problem, code=_BASIS_RULES.get(category, "BR-CL-17"))


def _group(category: str, rate: Decimal | None) -> _Group:
    return category, (rate or Decimal(0)) if category in _BY_RATE else Decimal(0)


def _stated_bases(invoice: Invoice) -> defaultdict[_Group, Decimal]:
    bases: defaultdict[_Group, Decimal] = defaultdict(Decimal)
    for tax in invoice.taxes:
        bases[_group(tax.category, tax.rate)] += tax.taxable_amount
    return bases


def _expected_bases(invoice: Invoice) -> defaultdict[_Group, Decimal]:
    bases: defaultdict[_Group, Decimal] = defaultdict(Decimal)
    for line in invoice.lines:
        bases[_group(line.tax_category, line.tax_rate)] += line.net_amount
    for each in invoice.allowances_charges:
        bases[_group(each.tax_category, each.tax_rate)] += each.amount if each.is_charge else -each.amount
    return bases
