"""Batches of transfers, and payment files read back without our own reader."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from lxml import etree

from models.money import Money
from models.party import Address, PayeeAccount
from models.payment_file import CreditTransfer, TransferBatch
from sandbox.house_account import HOUSE_ACCOUNT

CREATED = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))
PAYEE_IBAN = "DE26219998000010000101"


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def transfer(reference: str = "TW00000000000001", amount: Money | None = None, **changes: object) -> CreditTransfer:
    known = CreditTransfer(
        reference=reference,
        payee=PayeeAccount(holder="Rheinische Präzisionsteile Verwaltungs GmbH", iban=PAYEE_IBAN),
        payee_address=Address(street="Hafenweg 3", city="Duisburg", postal_code="47119", country="DE"),
        amount=amount or euros("1234.56"),
        remittance="Invoice RE-2026-00815 PO-2026-0001",
    )
    return known.model_copy(update=changes)


def batch(*transfers: CreditTransfer, day: date = date(2026, 11, 20)) -> TransferBatch:
    return TransferBatch(
        payer="Lindqvist Messtechnik GmbH",
        payer_address=Address(street="Werftstraße 14", city="Nordhafen", postal_code="24999", country="DE"),
        payer_iban=HOUSE_ACCOUNT.iban,
        payer_bic="NHBKDE22XXX",
        execution_date=day,
        transfers=transfers or (transfer(),),
    )


def texts(content: bytes, tag: str) -> list[str]:
    """The texts of all elements `tag` whatever the version, in document order."""
    return [element.text or "" for element in etree.fromstring(content).iter(f"{{*}}{tag}") if not len(element)]
