"""Content that was never approved and is never sent: with it a bot walks through a portal as if it looked for it."""

from datetime import date
from decimal import Decimal

from models.money import Money
from models.party import PayeeAccount
from models.portal import (
    InvoiceRegistration,
    LedgerPosting,
    PaymentOrder,
    PaymentSignature,
    PortalContent,
    PortalUnavailable,
    PostingLine,
    ProbeResult,
    RegisteredTax,
)

_REFERENCE = "CANARY0000000000"
"""Of the form of ours, and never given to anything."""

_IBAN = "DE89370400440532013000"
_CENT = Decimal("0.01")
_DAY = date(2000, 1, 1)
_PAYEE = PayeeAccount(holder="Canary", iban=_IBAN)
_AMOUNT = Money(amount=_CENT, currency="EUR")
_EXAMPLES: tuple[PortalContent, ...] = (
    PaymentOrder(
        reference=_REFERENCE,
        payer_iban=_IBAN,
        payee=_PAYEE,
        amount=_AMOUNT,
        remittance=_REFERENCE,
        execution_date=_DAY,
    ),
    PaymentSignature(
        reference=_REFERENCE, payment_reference=_REFERENCE, payer_iban=_IBAN, payee=_PAYEE, amount=_AMOUNT
    ),
    LedgerPosting(
        reference=_REFERENCE,
        vendor=_REFERENCE,
        invoice_number=_REFERENCE,
        invoice_date=_DAY,
        due_date=_DAY,
        cost_centre="",
        currency="EUR",
        lines=(PostingLine(account="0", text="", net=_CENT, tax_rate=Decimal(0), tax=Decimal(0)),),
        gross=_CENT,
    ),
    InvoiceRegistration(
        reference=_REFERENCE,
        seller_vat_id="",
        buyer=_REFERENCE,
        buyer_vat_id="",
        invoice_number=_REFERENCE,
        invoice_date=_DAY,
        currency="EUR",
        taxes=(RegisteredTax(rate=Decimal(0), net=_CENT, tax=Decimal(0)),),
        gross=_CENT,
    ),
)
_BY_TYPE: dict[type[object], PortalContent] = {type(each): each for each in _EXAMPLES}


def never_sent(kind: type[object]) -> PortalContent:
    """Content of the given type that no portal has ever seen."""
    return _BY_TYPE[kind]


def require_whole(portal: str, content: PortalContent, seen: ProbeResult) -> None:
    """Raises PortalUnavailable unless the portal's list was read to its end and showed what it always shows.

    A login that only signs vouches for nothing without the payment it looks for; that its list has rows is all it says.
    """
    shown = seen.rows_read > 0 if isinstance(content, PaymentSignature) else seen.known_row_seen
    if not seen.read_to_last_page or not shown:
        raise PortalUnavailable(f"the list of {portal} could not be read as a whole: {seen.portal_text}")
