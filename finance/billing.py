"""What a customer order comes to, and the invoice for what was delivered of it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from finance.endpoints import endpoint_of, is_peppol
from models.invoice import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceParty,
    InvoiceTotals,
    PaymentMeans,
    TaxSubtotal,
)
from models.money import Money, round_to_currency
from models.party import Customer, LegalEntity
from models.sales import SalesOrderContent, SalesOrderLine

EN_16931 = "urn:cen.eu:en16931:2017"
PEPPOL_BILLING = f"{EN_16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
"""Peppol BIS Billing 3, a specialisation of EN 16931 for parties that both have a Peppol address."""
EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())  # noqa: SIM905 - to be read at a glance
_COMMERCIAL_INVOICE = "380"
_CREDIT_TRANSFER, _SEPA_CREDIT_TRANSFER = "30", "58"


class Priced(Protocol):
    """A quantity at a price without tax."""

    @property
    def net_amount(self) -> Decimal: ...

    @property
    def tax_rate(self) -> Decimal: ...


def gross_total(lines: Iterable[Priced], currency: str) -> Money:
    """What `lines` come to with tax, rounded as an invoice rounds: each line, then the tax on the sum of each rate."""
    bases = _bases([(line.tax_rate, round_to_currency(line.net_amount, currency)) for line in lines])
    gross = sum((basis + _tax(basis, rate, currency) for rate, basis in bases.items()), start=Decimal(0))
    return Money(amount=gross, currency=currency)


def tax_category(rate: Decimal, seller_country: str, buyer_country: str) -> str:
    """UNCL5305 as EN 16931 uses it: S taxed, K delivered within the EU, G exported, Z untaxed at home."""
    if rate:
        return "S"
    if buyer_country == seller_country:
        return "Z"
    return "K" if buyer_country in EU else "G"


def invoice_for(
    number: str,
    content: SalesOrderContent,
    delivered: Sequence[SalesOrderLine],
    seller: LegalEntity,
    buyer: Customer,
    issued: date,
    delivered_on: date,
) -> Invoice:
    """The invoice over `delivered`: the order's lines with the quantities that left the house."""
    currency = content.currency
    lines = tuple(_line(line, currency, seller, buyer) for line in delivered)
    taxes = _tax_subtotals(lines, currency)
    own, theirs = _party(seller, seller.electronic_address), _party(buyer, buyer.electronic_address or buyer.email)
    is_on_peppol = is_peppol(own.electronic_address) and is_peppol(theirs.electronic_address)
    return Invoice(
        kind=InvoiceKind.INVOICE,
        number=number,
        specification=PEPPOL_BILLING if is_on_peppol else EN_16931,
        type_code=_COMMERCIAL_INVOICE,
        issue_date=issued,
        due_date=issued + timedelta(days=buyer.payment_days),
        currency=currency,
        seller=own,
        buyer=theirs,
        delivery_date=delivered_on,
        order_reference=content.customer_reference,
        lines=lines,
        taxes=taxes,
        totals=_totals(taxes),
        payment_means=(
            PaymentMeans(
                code=_SEPA_CREDIT_TRANSFER if currency == "EUR" else _CREDIT_TRANSFER,
                iban=seller.iban,
                holder=seller.name,
                remittance=number,
            ),
        ),
        payment_terms=f"{buyer.payment_days} days net",
    )


def _line(line: SalesOrderLine, currency: str, seller: LegalEntity, buyer: Customer) -> InvoiceLine:
    return InvoiceLine(
        id=str(line.number),
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        net_amount=round_to_currency(line.net_amount, currency),
        tax_category=tax_category(line.tax_rate, seller.address.country, buyer.address.country),
        tax_rate=line.tax_rate,
    )


def _tax_subtotals(lines: Sequence[InvoiceLine], currency: str) -> tuple[TaxSubtotal, ...]:
    categories = {line.tax_rate or Decimal(0): line.tax_category for line in lines}
    bases = _bases([(line.tax_rate or Decimal(0), line.net_amount) for line in lines])
    return tuple(
        TaxSubtotal(category=categories[rate], rate=rate, taxable_amount=basis, tax_amount=_tax(basis, rate, currency))
        for rate, basis in bases.items()
    )


def _totals(taxes: Sequence[TaxSubtotal]) -> InvoiceTotals:
    net = sum((each.taxable_amount for each in taxes), start=Decimal(0))
    tax = sum((each.tax_amount for each in taxes), start=Decimal(0))
    return InvoiceTotals(line_net=net, net=net, tax=tax, gross=net + tax, payable=net + tax)


def _bases(amounts: Iterable[tuple[Decimal, Decimal]]) -> dict[Decimal, Decimal]:
    """Net amounts by tax rate, ascending."""
    bases: dict[Decimal, Decimal] = {}
    for rate, amount in amounts:
        bases[rate] = bases.get(rate, Decimal(0)) + amount
    return dict(sorted(bases.items()))


def _tax(basis: Decimal, rate: Decimal, currency: str) -> Decimal:
    return round_to_currency(basis * rate / 100, currency)


def _party(who: LegalEntity | Customer, electronic_address: str) -> InvoiceParty:
    endpoint = endpoint_of(electronic_address, who.vat_id, who.address.country)
    return InvoiceParty(name=who.name, vat_id=who.vat_id, electronic_address=endpoint, address=who.address)
