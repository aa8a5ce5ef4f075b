"""A purchase order of the sample company."""

from datetime import date
from decimal import Decimal

from models.party import Address, LegalEntity, PayeeAccount, Vendor
from models.purchasing import PurchaseOrder, RequisitionContent, RequisitionLine

BUYER = LegalEntity(
    id="nordlicht",
    name="Nordlicht Instruments GmbH",
    vat_id="DE811907980",
    address=Address(street="Speicherstraße 12", city="Hamburg", postal_code="20457", country="DE"),
    currency="EUR",
    timezone="Europe/Berlin",
    iban="DE89370400440532013000",
    electronic_address="invoices@nordlicht.example",
    bank_portal="sandbox-bank",
    erp_portal="sandbox-erp",
)
VENDOR = Vendor(
    id="kaiser",
    name="Kaiser & Söhne <Papier> GmbH",
    vat_id="DE129273398",
    email="orders@kaiser.example",
    address=Address(street="Ring 4", city="Köln", postal_code="50667", country="DE"),
    account=PayeeAccount(holder="Kaiser & Söhne", iban="DE89370400440532013000"),
    payment_days=14,
)


def purchase_order(description: str = "Copy paper A4", lines: int = 3) -> PurchaseOrder:
    """Lines of 1, 2, 3 … pieces at a price of half a cent too much, at 19, 7 and 0 % in turn."""
    rates = (Decimal(19), Decimal(7), Decimal(0))
    content = RequisitionContent(
        entity=BUYER.id,
        vendor=VENDOR.id,
        cost_centre="office",
        category="supplies",
        currency="EUR",
        needed_by=date(2026, 12, 4),
        reason="Confidential: stock is low",
        lines=tuple(
            RequisitionLine(
                number=number,
                description=description,
                quantity=Decimal(number),
                unit_price=Decimal("24.905"),
                tax_rate=rates[(number - 1) % 3],
            )
            for number in range(1, lines + 1)
        ),
    )
    return PurchaseOrder(number="PO-2026-00042", issued=date(2026, 11, 20), content=content)
