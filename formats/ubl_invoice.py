"""UBL 2.1 Invoice and CreditNote as EN 16931 and Peppol BIS Billing 3 use them."""

from decimal import Decimal

from lxml import etree

from formats.attachments import embedded_size
from formats.currencies import NO_CURRENCY
from formats.fields import Fields, Term, refuse
from formats.invoice_codes import CREDIT_NOTE_CODES
from formats.ubl_invoice_line import read_line
from formats.ubl_party import read_other_party, read_party
from formats.xml import name_of, parse_xml
from models.errors import BusinessError, Finding
from models.invoice import (
    AllowanceCharge,
    Attachment,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceTotals,
    PaymentMeans,
    TaxSubtotal,
)

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_NAMESPACES: dict[str | None, str] = {
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "cbc": f"{_UBL}CommonBasicComponents-2",
}
_KINDS = {
    f"{{{_UBL}Invoice-2}}Invoice": InvoiceKind.INVOICE,
    f"{{{_UBL}CreditNote-2}}CreditNote": InvoiceKind.CREDIT_NOTE,
}


def read_ubl_invoice(data: bytes) -> Invoice:
    """The invoice or credit note in `data`.

    Raises BusinessError: those of `parse_xml`, `document.wrong_type` for XML of another kind, `document.invalid` with
    every missing or malformed field as a finding.
    """
    root = parse_xml(data)
    kind = _KINDS.get(str(root.tag))
    if kind is None:
        raise BusinessError("document.wrong_type", "The file is XML, but no UBL invoice and no UBL credit note.")
    findings: list[Finding] = []
    document = Fields(root, name_of(root)[1], _NAMESPACES, findings)
    invoice = _invoice(document, kind)
    refuse("The invoice", findings)
    return invoice


def _invoice(document: Fields, kind: InvoiceKind) -> Invoice:
    currency = document.currency("cbc:DocumentCurrencyCode", Term("Invoice currency code (BT-5)", "BR-05"))
    if currency != NO_CURRENCY:
        _check_currencies(document, currency)
    own_tax, _ = _tax_totals(document, currency)
    return Invoice(
        kind=kind,
        specification=document.text("cbc:CustomizationID"),
        number=document.text("cbc:ID", Term("Invoice number (BT-1)", "BR-02")),
        type_code=_type_code(document, kind),
        issue_date=document.required_day("cbc:IssueDate", Term("Invoice issue date (BT-2)", "BR-03")),
        due_date=document.day("cbc:DueDate") or document.day("cac:PaymentMeans[1]/cbc:PaymentDueDate"),
        currency=currency,
        seller=read_party(document, "cac:AccountingSupplierParty", Term("Seller name (BT-27)", "BR-06")),
        buyer=read_party(document, "cac:AccountingCustomerParty", Term("Buyer name (BT-44)", "BR-07")),
        payee=read_other_party(document, "cac:PayeeParty", Term("Payee name (BT-59)", "BR-17")),
        tax_representative=read_other_party(
            document, "cac:TaxRepresentativeParty", Term("Seller tax representative name (BT-62)", "BR-18")
        ),
        delivery_date=document.day("cac:Delivery/cbc:ActualDeliveryDate"),
        order_reference=_order_reference(document),
        preceding_invoice=", ".join(document.texts("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID")),
        lines=_lines(document, kind),
        allowances_charges=tuple(_allowance_charge(each) for each in document.all("cac:AllowanceCharge")),
        taxes=tuple(_tax_subtotal(each) for total in own_tax for each in total.all("cac:TaxSubtotal")),
        totals=_totals(document, own_tax),
        payment_means=tuple(_payment_means(each) for each in document.all("cac:PaymentMeans")),
        payment_terms="\n".join(document.texts("cac:PaymentTerms/cbc:Note")),
        note="\n".join(document.texts("cbc:Note")),
        attachments=_attachments(document),
    )


def _type_code(document: Fields, kind: InvoiceKind) -> str:
    path = "cbc:InvoiceTypeCode" if kind is InvoiceKind.INVOICE else "cbc:CreditNoteTypeCode"
    code = document.text(path, Term("Invoice type code (BT-3)", "BR-04"))
    if code and (code in CREDIT_NOTE_CODES) != (kind is InvoiceKind.CREDIT_NOTE):
        # Taken as an invoice, a credit note would be paid instead of deducted.
        is_said = "a credit note" if code in CREDIT_NOTE_CODES else "an invoice"
        document.note(path, f"type code {code} says {is_said}, but the document is the other kind", "BR-CL-01")
    return code


def _check_currencies(document: Fields, currency: str) -> None:
    """Amounts in another currency must not pass as amounts in the invoice's.

    The tax in the accounting currency (BT-111) stands in a tax total of its own and is not read.
    """
    own, other = _tax_totals(document, currency)
    if (own or other) and len(own) != 1:
        problem = f"states the invoice's total tax in {currency} {len(own)} times, but once is needed"
        document.note("cac:TaxTotal", problem, "BR-53")
    not_read = {element for total in other for element in total.element.iter()}
    for element in document.element.iter(f"{{{_NAMESPACES['cbc']}}}*"):
        stated = element.get("currencyID", "" if name_of(element)[1].endswith("Amount") else None)
        if stated not in (currency, None) and element not in not_read:
            problem = f"is in {stated or 'no currency'}, but the invoice is in {currency}"
            document.note(_path_below(document, element), problem, "PEPPOL-EN16931-R051")


def _tax_totals(document: Fields, currency: str) -> tuple[list[Fields], list[Fields]]:
    """The tax totals in the invoice's currency and those in others."""
    totals = document.all("cac:TaxTotal")
    own = [total for total in totals if total.attribute("cbc:TaxAmount", "currencyID") == currency]
    return own, [total for total in totals if total not in own]


def _path_below(document: Fields, element: etree._Element) -> str:
    names = [name_of(element)[1]]
    parent = element.getparent()
    while parent is not None and parent is not document.element:
        names.append(name_of(parent)[1])
        parent = parent.getparent()
    return "/".join(reversed(names))


def _order_reference(document: Fields) -> str:
    """BT-13. Peppol has sellers write "NA" where they know only their own sales order number."""
    reference = document.text("cac:OrderReference/cbc:ID")
    return "" if reference == "NA" else reference


def _lines(document: Fields, kind: InvoiceKind) -> tuple[InvoiceLine, ...]:
    path = "cac:InvoiceLine" if kind is InvoiceKind.INVOICE else "cac:CreditNoteLine"
    quantity = "cbc:InvoicedQuantity" if kind is InvoiceKind.INVOICE else "cbc:CreditedQuantity"
    lines = document.all(path)
    if not lines:
        document.note(path, "Invoice line (BG-25) is missing; an invoice has at least one", "BR-16")
    return tuple(read_line(line, quantity) for line in lines)


def _allowance_charge(fields: Fields) -> AllowanceCharge:
    is_charge = fields.boolean("cbc:ChargeIndicator", Term("Charge indicator", "UBL-2.1"))
    amount = Term("Document level charge amount (BT-99)", "BR-36")
    if not is_charge:
        amount = Term("Document level allowance amount (BT-92)", "BR-31")
    return AllowanceCharge(
        is_charge=is_charge,
        amount=fields.required_decimal("cbc:Amount", amount),
        reason=fields.text("cbc:AllowanceChargeReason"),
        tax_category=fields.text("cac:TaxCategory/cbc:ID"),
        tax_rate=fields.decimal("cac:TaxCategory/cbc:Percent"),
    )


def _tax_subtotal(fields: Fields) -> TaxSubtotal:
    return TaxSubtotal(
        category=fields.text("cac:TaxCategory/cbc:ID", Term("VAT category code (BT-118)", "BR-47")),
        rate=fields.decimal("cac:TaxCategory/cbc:Percent"),
        taxable_amount=fields.required_decimal("cbc:TaxableAmount", Term("VAT taxable amount (BT-116)", "BR-45")),
        tax_amount=fields.required_decimal("cbc:TaxAmount", Term("VAT category tax amount (BT-117)", "BR-46")),
    )


def _totals(document: Fields, own_tax: list[Fields]) -> InvoiceTotals:
    path = "cac:LegalMonetaryTotal"
    total_tax = Term("Invoice total VAT amount (BT-110)", "BR-CO-14")

    def optional(name: str) -> Decimal:
        return document.decimal(f"{path}/cbc:{name}") or Decimal(0)

    def required(name: str, term: str, rule: str) -> Decimal:
        return document.required_decimal(f"{path}/cbc:{name}", Term(term, rule))

    return InvoiceTotals(
        line_net=required("LineExtensionAmount", "Sum of invoice line net amounts (BT-106)", "BR-12"),
        allowances=optional("AllowanceTotalAmount"),
        charges=optional("ChargeTotalAmount"),
        net=required("TaxExclusiveAmount", "Invoice total amount without VAT (BT-109)", "BR-13"),
        tax=sum((each.required_decimal("cbc:TaxAmount", total_tax) for each in own_tax), start=Decimal(0)),
        gross=required("TaxInclusiveAmount", "Invoice total amount with VAT (BT-112)", "BR-14"),
        prepaid=optional("PrepaidAmount"),
        rounding=optional("PayableRoundingAmount"),
        payable=required("PayableAmount", "Amount due for payment (BT-115)", "BR-15"),
    )


def _payment_means(fields: Fields) -> PaymentMeans:
    account = "cac:PayeeFinancialAccount"
    return PaymentMeans(
        code=fields.text("cbc:PaymentMeansCode", Term("Payment means type code (BT-81)", "BR-49")),
        iban="".join(fields.text(f"{account}/cbc:ID").split()),
        bic=fields.text(f"{account}/cac:FinancialInstitutionBranch/cbc:ID"),
        holder=fields.text(f"{account}/cbc:Name"),
        remittance=" ".join(fields.texts("cbc:PaymentID")),
    )


def _attachments(document: Fields) -> tuple[Attachment, ...]:
    """A reference without attachment names the object invoiced (BT-18), no document."""
    return tuple(
        _attachment(each) for each in document.all("cac:AdditionalDocumentReference") if each.first("cac:Attachment")
    )


def _attachment(fields: Fields) -> Attachment:
    content = "cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
    return Attachment(
        name=fields.attribute(content, "filename") or fields.text("cbc:ID"),
        media_type=fields.attribute(content, "mimeCode"),
        size=embedded_size(fields.text(content)) if fields.first(content) else None,
    )
