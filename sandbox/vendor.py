"""The vendors' side: invoices as UBL 2.1 files that follow EN 16931 and Peppol BIS Billing 3.

An outsider's files: made by a template of their own, so that they prove the product's reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
_CENT = Decimal("0.01")
_VAT_SCHEMES = {"AT": "9914", "DE": "9930", "NL": "9944"}
"""Electronic Address Scheme codes of Peppol for VAT ids."""


@dataclass(frozen=True)
class Party:
    """Seller or buyer; the VAT id is also the electronic address."""

    name: str
    vat_id: str
    street: str
    city: str
    postal_code: str
    country: str
    email: str
    contact: str = ""
    phone: str = ""
    iban: str = ""
    bic: str = ""

    @property
    def endpoint_scheme(self) -> str:
        return _VAT_SCHEMES[self.country]


@dataclass(frozen=True)
class BilledLine:
    """`order_line` is the buyer's line number; `tax_rate` in percent, 0 means a delivery within the EU (category K)."""

    order_line: int
    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal = Decimal(19)
    unit: str = "C62"

    @property
    def net(self) -> Decimal:
        return _cents(self.quantity * self.unit_price)

    @property
    def tax_category(self) -> str:
        return "S" if self.tax_rate else "K"


@dataclass(frozen=True)
class TaxGroup:
    category: str
    rate: Decimal
    taxable: Decimal

    @property
    def tax(self) -> Decimal:
        return _cents(self.taxable * self.rate / 100)


def invoice_xml(
    lines: Sequence[BilledLine],
    *,
    number: str,
    issue_date: date,
    due_date: date,
    seller: Party,
    buyer: Party,
    order_number: str,
) -> bytes:
    """The invoice over `lines`; the totals follow from them."""
    groups = _tax_groups(lines)
    net = sum((line.net for line in lines), start=Decimal(0))
    tax = sum((group.tax for group in groups), start=Decimal(0))
    text = _TEMPLATES.get_template("invoice.xml").render(
        lines=lines,
        number=number,
        issue_date=issue_date,
        due_date=due_date,
        seller=seller,
        buyer=buyer,
        order_number=order_number,
        groups=groups,
        net=net,
        tax=tax,
        gross=net + tax,
    )
    return text.encode()


def at_price(lines: Sequence[BilledLine], order_line: int, unit_price: Decimal) -> list[BilledLine]:
    """The lines with another price than ordered."""
    return [replace(line, unit_price=unit_price) if line.order_line == order_line else line for line in lines]


def in_part(lines: Sequence[BilledLine], order_line: int, quantity: Decimal) -> list[BilledLine]:
    """The lines with another quantity than ordered; 0 leaves the line out."""
    changed = [replace(line, quantity=quantity) if line.order_line == order_line else line for line in lines]
    return [line for line in changed if line.quantity]


def number_variants(number: str) -> list[str]:
    """Ways in which the same invoice number comes back: other punctuation, spaces, leading zeros, look-alikes."""
    spaced = number.replace("-", " ")
    slashed = number.replace("-", "/")
    padded = "-".join(part.zfill(6) if part.isdigit() and len(part) > 4 else part for part in number.split("-"))
    misread = number.replace("0", "O")
    return [variant for variant in dict.fromkeys((spaced, slashed, padded, misread)) if variant != number]


def _tax_groups(lines: Sequence[BilledLine]) -> list[TaxGroup]:
    taxable: dict[tuple[str, Decimal], Decimal] = {}
    for line in lines:
        key = (line.tax_category, line.tax_rate)
        taxable[key] = taxable.get(key, Decimal(0)) + line.net
    return [TaxGroup(category, rate, amount) for (category, rate), amount in taxable.items()]


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)
