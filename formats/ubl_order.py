"""Writes a purchase order as UBL 2.1 Order in the customisation of Peppol BIS Order only 3 (transaction T01)."""

import re
from decimal import Decimal
from typing import cast

from lxml import etree

from formats.order_totals import OrderTotals, order_totals
from models.party import Address, LegalEntity, Vendor
from models.purchasing import PurchaseOrder, RequisitionLine

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{_UBL}CommonAggregateComponents-2"
_CBC = f"{_UBL}CommonBasicComponents-2"
_NAMESPACES = cast(dict[str, str], {None: f"{_UBL}Order-2", "cac": _CAC, "cbc": _CBC})
"""Cast because the type stubs of lxml do not know the default namespace."""
_CUSTOMIZATION = "urn:fdc:peppol.eu:poacc:trns:order:3"
_PROFILE = "urn:fdc:peppol.eu:poacc:bis:order_only:3"
_PURCHASE_ORDER = "220"
"""UNTDID 1001."""
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_ubl_order(order: PurchaseOrder, buyer: LegalEntity, vendor: Vendor) -> bytes:
    """The order as UTF-8 XML. The sequence of elements is the schema's and part of its validity."""
    totals = order_totals(order)
    root = etree.Element(f"{{{_UBL}Order-2}}Order", nsmap=_NAMESPACES)
    _value(root, "CustomizationID", _CUSTOMIZATION)
    _value(root, "ProfileID", _PROFILE)
    _value(root, "ID", order.number)
    _value(root, "IssueDate", order.issued.isoformat())
    _value(root, "OrderTypeCode", _PURCHASE_ORDER)
    _value(root, "DocumentCurrencyCode", totals.currency)
    _buyer(root, buyer)
    _seller(root, vendor)
    _delivery(root, order)
    _value(_group(root, "PaymentTerms"), "Note", f"{vendor.payment_days} days net")
    _amount(_group(root, "TaxTotal"), "TaxAmount", totals.tax, totals.currency)
    _monetary_total(root, totals)
    for line, net_amount in zip(order.content.lines, totals.lines, strict=True):
        _order_line(root, line, net_amount, totals.currency)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _buyer(root: etree._Element, buyer: LegalEntity) -> None:
    party = _group(root, "BuyerCustomerParty", "Party")
    _endpoint(party, buyer.electronic_address)
    _party(party, buyer.name, buyer.vat_id, buyer.address)


def _seller(root: etree._Element, vendor: Vendor) -> None:
    party = _group(root, "SellerSupplierParty", "Party")
    _endpoint(party, vendor.email)
    _party(party, vendor.name, vendor.vat_id, vendor.address)


def _endpoint(party: etree._Element, address: str) -> None:
    """A Peppol participant such as 0088:7300010000001 has its scheme before the colon; e-mail has the scheme EM."""
    scheme, colon, identifier = address.partition(":")
    if colon:
        _value(party, "EndpointID", identifier, schemeID=scheme)
    elif address:
        _value(party, "EndpointID", address, schemeID="EM")


def _party(party: etree._Element, name: str, vat_id: str, address: Address) -> None:
    _value(_group(party, "PartyName"), "Name", name)
    postal = _group(party, "PostalAddress")
    _optional(postal, "StreetName", address.street)
    _optional(postal, "CityName", address.city)
    _optional(postal, "PostalZone", address.postal_code)
    _value(_group(postal, "Country"), "IdentificationCode", address.country)
    if vat_id:
        scheme = _group(party, "PartyTaxScheme")
        _value(scheme, "CompanyID", vat_id)
        _value(_group(scheme, "TaxScheme"), "ID", "VAT")
    _value(_group(party, "PartyLegalEntity"), "RegistrationName", name)


def _delivery(root: etree._Element, order: PurchaseOrder) -> None:
    if order.content.needed_by:
        period = _group(root, "Delivery", "RequestedDeliveryPeriod")
        _value(period, "EndDate", order.content.needed_by.isoformat())


def _monetary_total(root: etree._Element, totals: OrderTotals) -> None:
    total = _group(root, "AnticipatedMonetaryTotal")
    _amount(total, "LineExtensionAmount", totals.net, totals.currency)
    _amount(total, "TaxExclusiveAmount", totals.net, totals.currency)
    _amount(total, "TaxInclusiveAmount", totals.gross, totals.currency)
    _amount(total, "PayableAmount", totals.gross, totals.currency)


def _order_line(root: etree._Element, line: RequisitionLine, net_amount: Decimal, currency: str) -> None:
    item_line = _group(root, "OrderLine", "LineItem")
    _value(item_line, "ID", str(line.number))
    _value(item_line, "Quantity", f"{line.quantity:f}", unitCode=line.unit)
    _amount(item_line, "LineExtensionAmount", net_amount, currency)
    price = _group(item_line, "Price")
    _amount(price, "PriceAmount", line.unit_price, currency)
    _value(price, "BaseQuantity", "1", unitCode=line.unit)
    item = _group(item_line, "Item")
    _value(item, "Name", line.description)
    category = _group(item, "ClassifiedTaxCategory")
    _value(category, "ID", "S" if line.tax_rate else "Z")
    _value(category, "Percent", f"{line.tax_rate:f}")
    _value(_group(category, "TaxScheme"), "ID", "VAT")


def _group(parent: etree._Element, *names: str) -> etree._Element:
    """The innermost of new aggregates nested in each other."""
    for name in names:
        parent = etree.SubElement(parent, f"{{{_CAC}}}{name}")
    return parent


def _value(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{_CBC}}}{name}", attributes).text = _NOT_IN_XML.sub(" ", text)


def _optional(parent: etree._Element, name: str, text: str) -> None:
    if text:
        _value(parent, name, text)


def _amount(parent: etree._Element, name: str, amount: Decimal, currency: str) -> None:
    _value(parent, name, f"{amount:f}", currencyID=currency)
