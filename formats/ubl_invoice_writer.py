"""Writes a sales invoice as UBL 2.1 Invoice that follows EN 16931, and Peppol BIS Billing 3 where it says so."""

from decimal import Decimal

from lxml import etree

from formats.ubl_elements import (
    address,
    amount,
    as_bytes,
    document,
    endpoint,
    group,
    optional,
    party,
    tax_category,
    value,
)
from models.invoice import Invoice, InvoiceLine, InvoiceParty, TaxSubtotal
from models.sales import InvoiceContact, SalesInvoice

_PEPPOL_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_EXEMPTIONS = {
    "K": ("VATEX-EU-IC", "Intra-Community supply"),
    "G": ("VATEX-EU-G", "Export outside the EU"),
}
"""Why a category is not taxed (BT-121, BT-120)."""


def write_ubl_invoice(invoice: SalesInvoice) -> bytes:
    """The invoice as UTF-8 XML. The sequence of elements is the schema's and part of its validity."""
    content = invoice.document
    root = document("Invoice")
    _header(root, invoice)
    _seller(root, content.seller, invoice.contact)
    _party(group(root, "AccountingCustomerParty", "Party"), content.buyer)
    _delivery(root, content)
    _payment(root, content)
    _tax_total(root, content)
    _monetary_total(root, content)
    for line in content.lines:
        _line(root, line, content.currency)
    return as_bytes(root)


def _header(root: etree._Element, invoice: SalesInvoice) -> None:
    content = invoice.document
    value(root, "CustomizationID", content.specification)
    optional(root, "ProfileID", _PEPPOL_PROFILE if "peppol" in content.specification else "")
    value(root, "ID", content.number)
    value(root, "IssueDate", content.issue_date.isoformat())
    optional(root, "DueDate", content.due_date.isoformat() if content.due_date else "")
    value(root, "InvoiceTypeCode", content.type_code)
    value(root, "DocumentCurrencyCode", content.currency)
    value(root, "BuyerReference", content.order_reference)
    reference = group(root, "OrderReference")
    value(reference, "ID", content.order_reference)
    value(reference, "SalesOrderID", invoice.order_number)


def _seller(root: etree._Element, seller: InvoiceParty, contact: InvoiceContact) -> None:
    element = group(root, "AccountingSupplierParty", "Party")
    _party(element, seller)
    reachable = group(element, "Contact")
    value(reachable, "Name", contact.name)
    optional(reachable, "Telephone", contact.telephone)
    optional(reachable, "ElectronicMail", contact.email)


def _party(element: etree._Element, who: InvoiceParty) -> None:
    endpoint(element, who.electronic_address)
    if who.address is not None:
        party(element, who.name, who.vat_id, who.address)


def _delivery(root: etree._Element, content: Invoice) -> None:
    """When and where to: without the country an untaxed delivery abroad is invalid."""
    delivery = group(root, "Delivery")
    optional(delivery, "ActualDeliveryDate", content.delivery_date.isoformat() if content.delivery_date else "")
    if content.buyer.address is not None:
        address(group(delivery, "DeliveryLocation", "Address"), content.buyer.address)


def _payment(root: etree._Element, content: Invoice) -> None:
    for means in content.payment_means:
        element = group(root, "PaymentMeans")
        value(element, "PaymentMeansCode", means.code)
        value(element, "PaymentID", means.remittance)
        account = group(element, "PayeeFinancialAccount")
        value(account, "ID", means.iban)
        value(account, "Name", means.holder)
    value(group(root, "PaymentTerms"), "Note", content.payment_terms)


def _tax_total(root: etree._Element, content: Invoice) -> None:
    total = group(root, "TaxTotal")
    amount(total, "TaxAmount", content.totals.tax, content.currency)
    for subtotal in content.taxes:
        _tax_subtotal(total, subtotal, content.currency)


def _tax_subtotal(total: etree._Element, subtotal: TaxSubtotal, currency: str) -> None:
    element = group(total, "TaxSubtotal")
    amount(element, "TaxableAmount", subtotal.taxable_amount, currency)
    amount(element, "TaxAmount", subtotal.tax_amount, currency)
    exemption = _EXEMPTIONS.get(subtotal.category, ("", ""))
    tax_category(group(element, "TaxCategory"), subtotal.category, subtotal.rate or Decimal(0), exemption)


def _monetary_total(root: etree._Element, content: Invoice) -> None:
    total = group(root, "LegalMonetaryTotal")
    totals = content.totals
    amount(total, "LineExtensionAmount", totals.line_net, content.currency)
    amount(total, "TaxExclusiveAmount", totals.net, content.currency)
    amount(total, "TaxInclusiveAmount", totals.gross, content.currency)
    amount(total, "PayableAmount", totals.payable, content.currency)


def _line(root: etree._Element, line: InvoiceLine, currency: str) -> None:
    element = group(root, "InvoiceLine")
    value(element, "ID", line.id)
    value(element, "InvoicedQuantity", f"{line.quantity:f}", unitCode=line.unit)
    amount(element, "LineExtensionAmount", line.net_amount, currency)
    item = group(element, "Item")
    value(item, "Name", line.description)
    tax_category(group(item, "ClassifiedTaxCategory"), line.tax_category, line.tax_rate or Decimal(0))
    amount(group(element, "Price"), "PriceAmount", line.unit_price, currency)
