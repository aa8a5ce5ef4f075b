from decimal import Decimal

import pytest
from lxml import etree

from formats.order_totals import order_totals
from formats.ubl_order import write_ubl_order
from formats.xml import parse_xml
from tests.formats.orders import BUYER, VENDOR, purchase_order
from tests.formats.samples import UBL

_SEQUENCES = {
    "Order": "CustomizationID ProfileID ID IssueDate OrderTypeCode Note DocumentCurrencyCode BuyerCustomerParty "
    "SellerSupplierParty Delivery PaymentTerms TaxTotal AnticipatedMonetaryTotal OrderLine",
    "Party": "EndpointID PartyIdentification PartyName PostalAddress PartyTaxScheme PartyLegalEntity Contact",
    "PostalAddress": "StreetName AdditionalStreetName CityName PostalZone CountrySubentity AddressLine Country",
    "PartyTaxScheme": "CompanyID TaxScheme",
    "AnticipatedMonetaryTotal": "LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount PayableAmount",
    "LineItem": "ID Quantity LineExtensionAmount Price Item",
    "Price": "PriceAmount BaseQuantity",
    "Item": "Description Name ClassifiedTaxCategory",
    "ClassifiedTaxCategory": "ID Percent TaxScheme",
}
"""The part of the UBL 2.1 schema's sequences that an order of ours uses."""


@pytest.fixture
def order() -> etree._Element:
    return parse_xml(write_ubl_order(purchase_order(), BUYER, VENDOR))


def _text(order: etree._Element, path: str) -> str:
    return str(order.findtext(path, "", UBL))


@pytest.mark.behaviour("P1")
def test_the_order_names_customisation_parties_and_dates(order: etree._Element) -> None:
    assert order.tag == "{urn:oasis:names:specification:ubl:schema:xsd:Order-2}Order"
    assert _text(order, "cbc:CustomizationID") == "urn:fdc:peppol.eu:poacc:trns:order:3"
    assert _text(order, "cbc:ProfileID") == "urn:fdc:peppol.eu:poacc:bis:order_only:3"
    assert _text(order, "cbc:ID") == "PO-2026-00042"
    assert _text(order, "cbc:IssueDate") == "2026-11-20"
    assert _text(order, "cac:Delivery/cac:RequestedDeliveryPeriod/cbc:EndDate") == "2026-12-04"
    buyer, seller = "cac:BuyerCustomerParty/cac:Party", "cac:SellerSupplierParty/cac:Party"
    assert _text(order, f"{buyer}/cac:PartyLegalEntity/cbc:RegistrationName") == BUYER.name
    assert _text(order, f"{buyer}/cbc:EndpointID") == "invoices@nordlicht.example"
    assert _text(order, f"{seller}/cac:PartyLegalEntity/cbc:RegistrationName") == "Kaiser & Söhne <Papier> GmbH"
    assert _text(order, f"{seller}/cac:PartyTaxScheme/cbc:CompanyID") == VENDOR.vat_id


def test_elements_stand_in_the_sequence_of_the_schema(order: etree._Element) -> None:
    for element in order.iter():
        sequence = _SEQUENCES.get(etree.QName(element).localname)
        if sequence:
            positions = [sequence.split().index(etree.QName(child).localname) for child in element]
            assert positions == sorted(positions)


def test_no_element_is_empty(order: etree._Element) -> None:
    assert [element.tag for element in order.iter() if not len(element) and not (element.text or "").strip()] == []


@pytest.mark.behaviour("P1")
def test_totals_follow_the_rules_of_peppol_order(order: etree._Element) -> None:
    """PEPPOL-T01-R003, R008, R011, R016, R017, R024 and R028."""
    lines = order.findall("cac:OrderLine/cac:LineItem", UBL)
    nets = [Decimal(str(line.findtext("cbc:LineExtensionAmount", "", UBL))) for line in lines]
    total = "cac:AnticipatedMonetaryTotal/cbc:"
    net, gross = (
        Decimal(_text(order, f"{total}TaxExclusiveAmount")),
        Decimal(_text(order, f"{total}TaxInclusiveAmount")),
    )
    assert Decimal(_text(order, f"{total}LineExtensionAmount")) == sum(nets) == net
    assert gross == net + Decimal(_text(order, "cac:TaxTotal/cbc:TaxAmount"))
    assert Decimal(_text(order, f"{total}PayableAmount")) == gross
    for line, stated in zip(lines, nets, strict=True):
        quantity = Decimal(str(line.findtext("cbc:Quantity", "", UBL)))
        price = Decimal(str(line.findtext("cac:Price/cbc:PriceAmount", "", UBL)))
        assert abs(quantity * price - stated) <= Decimal("0.02")
    for amount in order.iter("{*}*"):
        if amount.get("currencyID"):
            assert amount.get("currencyID") == "EUR"
            decimals = -int(Decimal(amount.text or "").as_tuple().exponent)
            assert decimals <= 2 or etree.QName(amount).localname == "PriceAmount"


def test_each_rate_has_its_category(order: etree._Element) -> None:
    path = "cac:OrderLine/cac:LineItem/cac:Item/cac:ClassifiedTaxCategory"
    categories = [
        (each.findtext("cbc:ID", "", UBL), each.findtext("cbc:Percent", "", UBL)) for each in order.findall(path, UBL)
    ]
    assert categories == [("S", "19"), ("S", "7"), ("Z", "0")]


def test_tax_is_computed_once_per_rate_on_the_rounded_lines() -> None:
    totals = order_totals(purchase_order())
    assert totals.lines == (Decimal("24.91"), Decimal("49.81"), Decimal("74.72"))
    assert [(each.rate, each.basis, each.tax) for each in totals.taxes] == [
        (Decimal(0), Decimal("74.72"), Decimal("0.00")),
        (Decimal(7), Decimal("49.81"), Decimal("3.49")),
        (Decimal(19), Decimal("24.91"), Decimal("4.73")),
    ]
    assert (totals.net, totals.tax, totals.gross) == (Decimal("149.44"), Decimal("8.22"), Decimal("157.66"))


def test_a_participant_id_keeps_its_scheme_and_a_missing_one_is_left_out() -> None:
    buyer = BUYER.model_copy(update={"electronic_address": "0088:7300010000001"})
    vendor = VENDOR.model_copy(update={"email": ""})
    (endpoint,) = parse_xml(write_ubl_order(purchase_order(), buyer, vendor)).iter("{*}EndpointID")
    assert (endpoint.get("schemeID"), endpoint.text) == ("0088", "7300010000001")


def test_a_control_character_in_a_description_does_not_stop_the_order() -> None:
    order = parse_xml(write_ubl_order(purchase_order(description="Paper\x0bA4"), BUYER, VENDOR))
    assert _text(order, "cac:OrderLine/cac:LineItem/cac:Item/cbc:Name") == "Paper A4"
