"""The building blocks that our UBL documents share."""

import re
from decimal import Decimal
from typing import cast

from lxml import etree

from models.party import Address

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{_UBL}CommonAggregateComponents-2"
_CBC = f"{_UBL}CommonBasicComponents-2"
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def document(name: str) -> etree._Element:
    """The root of a UBL 2.1 document, e.g. `Order`."""
    # Cast because the type stubs of lxml do not know the default namespace.
    namespaces = cast(dict[str, str], {None: f"{_UBL}{name}-2", "cac": _CAC, "cbc": _CBC})
    return etree.Element(f"{{{_UBL}{name}-2}}{name}", nsmap=namespaces)


def as_bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def group(parent: etree._Element, *names: str) -> etree._Element:
    """The innermost of new aggregates nested in each other."""
    for name in names:
        parent = etree.SubElement(parent, f"{{{_CAC}}}{name}")
    return parent


def value(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{_CBC}}}{name}", attributes).text = _NOT_IN_XML.sub(" ", text)


def optional(parent: etree._Element, name: str, text: str) -> None:
    """Nothing where `text` is empty: an empty element is invalid."""
    if text:
        value(parent, name, text)


def amount(parent: etree._Element, name: str, number: Decimal, currency: str) -> None:
    value(parent, name, f"{number:f}", currencyID=currency)


def endpoint(party_element: etree._Element, address: str) -> None:
    """A Peppol participant such as 0088:7300010000001 has its scheme before the colon; e-mail has the scheme EM."""
    scheme, colon, identifier = address.partition(":")
    if colon:
        value(party_element, "EndpointID", identifier, schemeID=scheme)
    elif address:
        value(party_element, "EndpointID", address, schemeID="EM")


def party(element: etree._Element, name: str, vat_id: str, where: Address) -> None:
    """Name, address and tax registration, in the sequence of the schema."""
    value(group(element, "PartyName"), "Name", name)
    address(group(element, "PostalAddress"), where)
    if vat_id:
        scheme = group(element, "PartyTaxScheme")
        value(scheme, "CompanyID", vat_id)
        value(group(scheme, "TaxScheme"), "ID", "VAT")
    value(group(element, "PartyLegalEntity"), "RegistrationName", name)


def address(element: etree._Element, where: Address) -> None:
    optional(element, "StreetName", where.street)
    optional(element, "CityName", where.city)
    optional(element, "PostalZone", where.postal_code)
    value(group(element, "Country"), "IdentificationCode", where.country)


def tax_category(element: etree._Element, code: str, rate: Decimal, exemption: tuple[str, str] = ("", "")) -> None:
    """`rate` in percent; `exemption` is code and reason why the category is not taxed."""
    value(element, "ID", code)
    value(element, "Percent", f"{rate:f}")
    optional(element, "TaxExemptionReasonCode", exemption[0])
    optional(element, "TaxExemptionReason", exemption[1])
    value(group(element, "TaxScheme"), "ID", "VAT")
