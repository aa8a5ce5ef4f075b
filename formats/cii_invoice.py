"""UN/CEFACT Cross Industry Invoice (D16B) as EN 16931, Factur-X 1.0 and XRechnung use it."""

from datetime import date

from lxml import etree

from formats.attachments import embedded_size
from formats.cii_dates import day_of
from formats.cii_line import is_billed, read_line
from formats.cii_party import read_other_party, read_party
from formats.cii_settlement import (
    read_allowances_charges,
    read_due_date,
    read_payment_means,
    read_taxes,
    read_totals,
)
from formats.currencies import NO_CURRENCY
from formats.fields import Fields, Term, refusal, refuse
from formats.invoice_codes import CREDIT_NOTE_CODES, WITHOUT_LINES, Profile, profile_of
from formats.xml import name_of, parse_xml
from models.errors import BusinessError, Finding
from models.invoice import Attachment, Invoice, InvoiceKind, InvoiceLine

_STANDARD = "urn:un:unece:uncefact:data:standard:"
_NAMESPACES: dict[str | None, str] = {
    "rsm": f"{_STANDARD}CrossIndustryInvoice:100",
    "ram": f"{_STANDARD}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_STANDARD}UnqualifiedDataType:100",
}
_ROOT = f"{{{_NAMESPACES['rsm']}}}CrossIndustryInvoice"
_ZUGFERD_1 = "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument"
_SPECIFICATION = "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
_HEAD = "rsm:ExchangedDocument"
_TRADE = "rsm:SupplyChainTradeTransaction"
_AGREEMENT = f"{_TRADE}/ram:ApplicableHeaderTradeAgreement"
_SETTLEMENT = f"{_TRADE}/ram:ApplicableHeaderTradeSettlement"
_TOTAL_TAX = f"{{{_NAMESPACES['ram']}}}TaxTotalAmount"


def read_cii_invoice(data: bytes) -> Invoice:
    """The invoice or credit note in `data`; of the profiles without lines (Factur-X MINIMUM, BASIC WL) one without.

    Raises BusinessError: those of `parse_xml`, `document.wrong_type` for XML of another kind,
    `document.unknown_version` for ZUGFeRD 1.0, `document.invalid` with every missing or malformed field as a finding.
    """
    root = parse_xml(data)
    _require_type(root)
    findings: list[Finding] = []
    document = Fields(root, "CrossIndustryInvoice", _NAMESPACES, findings)
    agreement, settlement = document.first(_AGREEMENT), document.first(_SETTLEMENT)
    if agreement is None or settlement is None:
        missing = _AGREEMENT if agreement is None else _SETTLEMENT
        document.note(missing, "is missing; ask the sender to send the whole invoice again")
        raise refusal("The invoice", findings)
    invoice = _invoice(document, agreement, settlement)
    refuse("The invoice", findings)
    return invoice


def _require_type(root: etree._Element) -> None:
    if root.tag == _ZUGFERD_1:
        raise BusinessError(
            "document.unknown_version",
            "The invoice is ZUGFeRD 1.0 of 2014, which was replaced and does not follow EN 16931; ask the sender for "
            "Factur-X, ZUGFeRD 2, XRechnung or a Peppol invoice.",
        )
    if root.tag != _ROOT:
        raise BusinessError("document.wrong_type", "The file is XML, but no Cross Industry Invoice (CII).")


def _invoice(document: Fields, agreement: Fields, settlement: Fields) -> Invoice:
    specification = document.text(_SPECIFICATION, Term("Specification identifier (BT-24)", "BR-01"))
    profile = profile_of(specification)
    currency = settlement.currency("ram:InvoiceCurrencyCode", Term("Invoice currency code (BT-5)", "BR-05"))
    if currency != NO_CURRENCY:
        _check_currencies(document, currency)
    type_code = document.text(f"{_HEAD}/ram:TypeCode", Term("Invoice type code (BT-3)", "BR-04"))
    return Invoice(
        kind=InvoiceKind.CREDIT_NOTE if type_code in CREDIT_NOTE_CODES else InvoiceKind.INVOICE,
        specification=specification,
        number=document.text(f"{_HEAD}/ram:ID", Term("Invoice number (BT-1)", "BR-02")),
        type_code=type_code,
        issue_date=_issue_date(document),
        due_date=read_due_date(settlement),
        currency=currency,
        seller=read_party(agreement, "ram:SellerTradeParty", Term("Seller name (BT-27)", "BR-06")),
        buyer=read_party(agreement, "ram:BuyerTradeParty", Term("Buyer name (BT-44)", "BR-07")),
        payee=read_other_party(settlement, "ram:PayeeTradeParty", Term("Payee name (BT-59)", "BR-17")),
        tax_representative=read_other_party(
            agreement,
            "ram:SellerTaxRepresentativeTradeParty",
            Term("Seller tax representative name (BT-62)", "BR-18"),
        ),
        delivery_date=_delivery_date(document),
        order_reference=_order_reference(agreement),
        preceding_invoice=", ".join(settlement.texts("ram:InvoiceReferencedDocument/ram:IssuerAssignedID")),
        lines=_lines(document, profile),
        allowances_charges=read_allowances_charges(settlement),
        taxes=read_taxes(settlement),
        totals=read_totals(settlement, currency, has_line_total=profile is not Profile.MINIMUM),
        payment_means=read_payment_means(settlement),
        payment_terms="\n".join(settlement.texts("ram:SpecifiedTradePaymentTerms/ram:Description")),
        note="\n".join(document.texts(f"{_HEAD}/ram:IncludedNote/ram:Content")),
        attachments=_attachments(agreement),
    )


def _check_currencies(document: Fields, currency: str) -> None:
    """Amounts carry no currency of their own in CII; one that says another must not pass as the invoice's.

    The total tax alone states its currency: a second one is the tax in the accounting currency (BT-111).
    """
    for element in document.element.iter(f"{{{_NAMESPACES['ram']}}}*"):
        stated = element.get("currencyID", currency)
        if stated != currency and element.tag != _TOTAL_TAX:
            document.note(
                f".//ram:{name_of(element)[1]}", f"is in {stated[:9]}, but the invoice is in {currency}", "BR-CL-03"
            )


def _issue_date(document: Fields) -> date:
    day = day_of(document, f"{_HEAD}/ram:IssueDateTime", Term("Invoice issue date (BT-2)", "BR-03"))
    return day or date.min


def _delivery_date(document: Fields) -> date | None:
    event = "ram:ApplicableHeaderTradeDelivery/ram:ActualDeliverySupplyChainEvent"
    return day_of(document, f"{_TRADE}/{event}/ram:OccurrenceDateTime")


def _order_reference(agreement: Fields) -> str:
    """BT-13. Peppol has sellers write "NA" where they know only their own sales order number."""
    reference = agreement.text("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID")
    return "" if reference == "NA" else reference


def _lines(document: Fields, profile: Profile) -> tuple[InvoiceLine, ...]:
    path = f"{_TRADE}/ram:IncludedSupplyChainTradeLineItem"
    lines = document.all(path)
    if not lines and profile not in WITHOUT_LINES:
        document.note(path, "Invoice line (BG-25) is missing; an invoice has at least one", "BR-16")
    return tuple(read_line(line) for line in lines if is_billed(line))


def _attachments(agreement: Fields) -> tuple[Attachment, ...]:
    """Supporting documents are of type 916; 50 is a tender and 130 the object invoiced."""
    documents = agreement.all("ram:AdditionalReferencedDocument")
    return tuple(_attachment(each) for each in documents if each.text("ram:TypeCode") == "916")


def _attachment(fields: Fields) -> Attachment:
    content = "ram:AttachmentBinaryObject"
    return Attachment(
        name=fields.attribute(content, "filename") or fields.text("ram:IssuerAssignedID"),
        media_type=fields.attribute(content, "mimeCode"),
        size=embedded_size(fields.text(content)) if fields.first(content) else None,
    )
