from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from peppol_py.validation import validate_peppol_document

from models.party import Vendor
from sandbox.company import ENTITY, VENDORS, buyer_party, seller_party
from sandbox.vendor import BilledLine, at_price, in_part, invoice_xml, number_variants

DOMESTIC = (
    BilledLine(1, "Drucksensor & Kabel, 0–10 bar", Decimal(10), Decimal("12.345")),
    BilledLine(2, "Fachbuch", Decimal(3), Decimal("49.90"), Decimal(7)),
)
WITHIN_EU = (BilledLine(1, "Optik", Decimal("2.5"), Decimal("800.00"), Decimal(0)),)


def written(vendor: Vendor, lines: Sequence[BilledLine], number: str = "RE-2026-00815") -> bytes:
    return invoice_xml(
        lines,
        number=number,
        issue_date=date(2026, 11, 20),
        due_date=date(2026, 12, 20),
        seller=seller_party(vendor),
        buyer=buyer_party(ENTITY),
        order_number="PO-2026-0001",
    )


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: str(vendor.id))
def test_every_vendors_invoice_passes_the_official_rules(vendor: Vendor) -> None:
    lines = DOMESTIC if vendor.address.country == "DE" else WITHIN_EU
    xml = written(vendor, lines)
    assert validate_peppol_document(xml, ["CEN-EN16931-UBL.xsl", "PEPPOL-EN16931-UBL.xsl"], warnings=True) == []


def test_variations_pass_the_official_rules_too() -> None:
    lines = in_part(at_price(DOMESTIC, 1, Decimal("13.10")), 2, Decimal(1))
    xml = written(VENDORS[0], lines, number="RE/2026/00815")
    assert validate_peppol_document(xml, ["CEN-EN16931-UBL.xsl", "PEPPOL-EN16931-UBL.xsl"], warnings=True) == []
    text = xml.decode()
    assert '<cbc:PriceAmount currencyID="EUR">13.10<' in text
    assert '<cbc:InvoicedQuantity unitCode="C62">1<' in text


def test_totals_follow_from_the_lines() -> None:
    text = written(VENDORS[0], DOMESTIC).decode()
    assert '<cbc:TaxExclusiveAmount currencyID="EUR">273.15<' in text
    assert '<cbc:PayableAmount currencyID="EUR">307.09<' in text


def test_lines_name_the_order_and_its_lines() -> None:
    text = written(VENDORS[0], in_part(DOMESTIC, 1, Decimal(0))).decode()
    assert "<cac:OrderReference><cbc:ID>PO-2026-0001<" in text
    assert "<cac:OrderLineReference><cbc:LineID>2<" in text
    assert "<cbc:LineID>1<" not in text


def test_number_variants_are_other_ways_to_write_the_same_number() -> None:
    assert number_variants("RE-2026-00815") == ["RE 2026 00815", "RE/2026/00815", "RE-2026-000815", "RE-2O26-OO815"]
    assert number_variants("ABC") == []
