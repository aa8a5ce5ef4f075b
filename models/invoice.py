"""The supplier invoice as one shape, whatever file it came from. Terms follow EN 16931."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.base import Model
from models.money import Amount, Currency
from models.party import Address


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class InvoiceParty(Model):
    """Seller (BG-4) or buyer (BG-7) as the document names it; nothing here is checked against master data."""

    name: str
    vat_id: str = ""
    registration_id: str = ""
    electronic_address: str = ""
    address: Address | None = None


class InvoiceLine(Model):
    """BG-25. `net_amount` is the line's total without tax, its own allowances and charges included;

    `unit_price` is for one unit of `unit`: net price (BT-146) divided by its base quantity (BT-149).
    """

    id: str
    description: str
    quantity: Amount
    unit: str = ""
    """UN/ECE Recommendation 20 code, e.g. C62 for pieces."""
    unit_price: Amount
    net_amount: Amount
    allowances: Amount = Decimal(0)
    """Sum of the line's allowances (BG-27), positive."""
    charges: Amount = Decimal(0)
    """Sum of the line's charges (BG-28), positive."""
    tax_category: str = ""
    tax_rate: Amount | None = None
    order_reference: str = ""
    order_line_reference: str = ""
    """The buyer's order line (BT-132)."""
    seller_item_id: str = ""


class AllowanceCharge(Model):
    """Document-level allowance (BG-20) or charge (BG-21); `amount` is positive in both."""

    is_charge: bool
    amount: Amount
    reason: str = ""
    tax_category: str = ""
    tax_rate: Amount | None = None


class TaxSubtotal(Model):
    """BG-23: one VAT category and rate."""

    category: str
    rate: Amount | None = None
    taxable_amount: Amount
    tax_amount: Amount


class InvoiceTotals(Model):
    """BG-22."""

    line_net: Amount
    allowances: Amount = Decimal(0)
    charges: Amount = Decimal(0)
    net: Amount
    tax: Amount
    gross: Amount
    prepaid: Amount = Decimal(0)
    rounding: Amount = Decimal(0)
    payable: Amount


class PaymentMeans(Model):
    """BG-16: where the seller asks to be paid. Never used to pay; compared with the vendor's approved account."""

    code: str = ""
    """UNTDID 4461, e.g. 30 credit transfer, 58 SEPA credit transfer."""
    iban: str = ""
    bic: str = ""
    holder: str = ""
    remittance: str = ""


class Attachment(Model):
    """A supporting document (BG-24): its name only, its content stays in the file it came in."""

    name: str
    media_type: str = ""
    size: int | None = None
    """Bytes; None where the document is only linked."""


class Invoice(Model):
    kind: InvoiceKind
    number: str
    specification: str = ""
    """BT-24: the rules that the seller says the invoice follows, e.g. `urn:cen.eu:en16931:2017`."""
    type_code: str = ""
    """BT-3, UNTDID 1001: 380 commercial invoice, 381 credit note, 386 prepayment, 389 self-billed and others."""
    issue_date: date
    due_date: date | None = None
    currency: Currency
    seller: InvoiceParty
    buyer: InvoiceParty
    payee: InvoiceParty | None = None
    """Who is to be paid where it is not the seller (BG-10)."""
    tax_representative: InvoiceParty | None = None
    """Who owes the seller's tax in its place (BG-11)."""
    delivery_date: date | None = None
    """BT-72."""
    order_reference: str = ""
    preceding_invoice: str = ""
    """The invoice that a credit note corrects (BT-25); several are separated by ", "."""
    lines: tuple[InvoiceLine, ...]
    """Empty only where the invoice's specification has no lines (Factur-X MINIMUM and BASIC WL)."""
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    taxes: tuple[TaxSubtotal, ...] = ()
    totals: InvoiceTotals
    payment_means: tuple[PaymentMeans, ...] = ()
    payment_terms: str = ""
    note: str = ""
    attachments: tuple[Attachment, ...] = ()
