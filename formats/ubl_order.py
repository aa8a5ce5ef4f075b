"""Writes a purchase order as UBL 2.1 Order in the customisation of Peppol BIS Order only 3 (transaction T01)."""

from decimal import Decimal

from lxml import etree

from formats.order_totals import OrderTotals, order_totals
from formats.ubl_elements import amount, as_bytes, document, endpoint, group, party, tax_category, value
from models.party import LegalEntity, Vendor
from models.purchasing import PurchaseOrder, RequisitionLine

_CUSTOMIZATION = "urn:fdc:peppol.eu:poacc:trns:order:3"
_PROFILE = "urn:fdc:peppol.eu:poacc:bis:order_only:3"
_PURCHASE_ORDER = "220"
"""UNTDID 1001."""


def write_ubl_order(order: PurchaseOrder, buyer: LegalEntity, vendor: Vendor) -> bytes:
    """The order as UTF-8 XML. The sequence of elements is the schema's and part of its validity."""
    totals = order_totals(order)
    root = document("Order")
    value(root, "CustomizationID", _CUSTOMIZATION)
    value(root, "ProfileID", _PROFILE)
    value(root, "ID", order.number)
    value(root, "IssueDate", order.issued.isoformat())
    value(root, "OrderTypeCode", _PURCHASE_ORDER)
    value(root, "DocumentCurrencyCode", totals.currency)
    _buyer(root, buyer)
    _seller(root, vendor)
    _delivery(root, order)
    value(group(root, "PaymentTerms"), "Note", f"{vendor.payment_days} days net")
    amount(group(root, "TaxTotal"), "TaxAmount", totals.tax, totals.currency)
    _monetary_total(root, totals)
    for line, net_amount in zip(order.content.lines, totals.lines, strict=True):
        _order_line(root, line, net_amount, totals.currency)
    return as_bytes(root)


def _buyer(root: etree._Element, buyer: LegalEntity) -> None:
    element = group(root, "BuyerCustomerParty", "Party")
    endpoint(element, buyer.electronic_address)
    party(element, buyer.name, buyer.vat_id, buyer.address)


def _seller(root: etree._Element, vendor: Vendor) -> None:
    element = group(root, "SellerSupplierParty", "Party")
    endpoint(element, vendor.email)
    party(element, vendor.name, vendor.vat_id, vendor.address)


def _delivery(root: etree._Element, order: PurchaseOrder) -> None:
    if order.content.needed_by:
        period = group(root, "Delivery", "RequestedDeliveryPeriod")
        value(period, "EndDate", order.content.needed_by.isoformat())


def _monetary_total(root: etree._Element, totals: OrderTotals) -> None:
    total = group(root, "AnticipatedMonetaryTotal")
    amount(total, "LineExtensionAmount", totals.net, totals.currency)
    amount(total, "TaxExclusiveAmount", totals.net, totals.currency)
    amount(total, "TaxInclusiveAmount", totals.gross, totals.currency)
    amount(total, "PayableAmount", totals.gross, totals.currency)


def _order_line(root: etree._Element, line: RequisitionLine, net_amount: Decimal, currency: str) -> None:
    item_line = group(root, "OrderLine", "LineItem")
    value(item_line, "ID", str(line.number))
    value(item_line, "Quantity", f"{line.quantity:f}", unitCode=line.unit)
    amount(item_line, "LineExtensionAmount", net_amount, currency)
    price = group(item_line, "Price")
    amount(price, "PriceAmount", line.unit_price, currency)
    value(price, "BaseQuantity", "1", unitCode=line.unit)
    item = group(item_line, "Item")
    value(item, "Name", line.description)
    tax_category(group(item, "ClassifiedTaxCategory"), "S" if line.tax_rate else "Z", line.tax_rate)
