from base64 import b64decode
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from formats.ubl_invoice import read_ubl_invoice
from models.errors import BusinessError, Finding
from models.invoice import Invoice, InvoiceKind
from models.party import Address
from tests.formats.documents import ubl_credit_note, ubl_invoice
from tests.formats.samples import UBL, number, parsed, sample, sample_names, words

_SAMPLES = sample_names("ubl")


@pytest.fixture(params=_SAMPLES)
def pair(request: pytest.FixtureRequest) -> tuple[ElementTree.Element, Invoice]:
    """A public sample as the standard library sees it, and as we read it."""
    path = sample("ubl", request.param)
    return parsed(path), read_ubl_invoice(path.read_bytes())


def _findings(data: bytes) -> tuple[Finding, ...]:
    with pytest.raises(BusinessError) as refusal:
        read_ubl_invoice(data)
    assert refusal.value.code == "document.invalid"
    return refusal.value.findings


@pytest.mark.behaviour("P3")
def test_head_and_parties_of_every_sample_agree_with_the_file(pair: tuple[ElementTree.Element, Invoice]) -> None:
    root, invoice = pair
    assert invoice.number == words(root, "cbc:ID")
    assert str(invoice.issue_date) == words(root, "cbc:IssueDate")
    assert str(invoice.due_date or "") == words(root, "cbc:DueDate")
    assert invoice.currency == words(root, "cbc:DocumentCurrencyCode")
    assert invoice.order_reference == words(root, "cac:OrderReference/cbc:ID")
    assert invoice.preceding_invoice == words(root, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID")
    for role, party in (("Supplier", invoice.seller), ("Customer", invoice.buyer)):
        base = f"cac:Accounting{role}Party/cac:Party"
        vat_ids = [
            words(scheme, "cbc:CompanyID")
            for scheme in root.findall(f"{base}/cac:PartyTaxScheme", UBL)
            if words(scheme, "cac:TaxScheme/cbc:ID") == "VAT"
        ]
        assert party.name == words(root, f"{base}/cac:PartyLegalEntity/cbc:RegistrationName")
        assert party.vat_id == "".join(vat_ids)
        assert party.registration_id == words(root, f"{base}/cac:PartyLegalEntity/cbc:CompanyID")
        assert party.electronic_address == words(root, f"{base}/cbc:EndpointID")
        assert party.address is not None
        assert party.address.city == words(root, f"{base}/cac:PostalAddress/cbc:CityName")
        assert party.address.street.startswith(words(root, f"{base}/cac:PostalAddress/cbc:StreetName"))
        assert party.address.country == words(root, f"{base}/cac:PostalAddress/cac:Country/cbc:IdentificationCode")


@pytest.mark.behaviour("P3")
def test_lines_of_every_sample_agree_with_the_file(pair: tuple[ElementTree.Element, Invoice]) -> None:
    root, invoice = pair
    elements = [*root.findall("cac:InvoiceLine", UBL), *root.findall("cac:CreditNoteLine", UBL)]
    assert len(invoice.lines) == len(elements) > 0
    for line, element in zip(invoice.lines, elements, strict=True):
        base = number(element, "cac:Price/cbc:BaseQuantity") or Decimal(1)
        quantity = number(element, "cbc:InvoicedQuantity") + number(element, "cbc:CreditedQuantity")
        assert line.id == words(element, "cbc:ID")
        assert line.description == words(element, "cac:Item/cbc:Name")
        assert line.quantity == quantity
        assert line.unit_price == number(element, "cac:Price/cbc:PriceAmount") / base
        assert line.net_amount == number(element, "cbc:LineExtensionAmount")
        assert line.tax_category == words(element, "cac:Item/cac:ClassifiedTaxCategory/cbc:ID")
        assert (line.tax_rate or 0) == number(element, "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent")
        assert line.order_line_reference == words(element, "cac:OrderLineReference/cbc:LineID")
        assert line.seller_item_id == words(element, "cac:Item/cac:SellersItemIdentification/cbc:ID")
        assert line.charges - line.allowances == sum(
            number(each, "cbc:Amount") * (1 if words(each, "cbc:ChargeIndicator") in ("true", "1") else -1)
            for each in element.findall("cac:AllowanceCharge", UBL)
        )


@pytest.mark.behaviour("P3")
def test_totals_taxes_and_payment_of_every_sample_agree_with_the_file(
    pair: tuple[ElementTree.Element, Invoice],
) -> None:
    root, invoice = pair
    totals = "cac:LegalMonetaryTotal/cbc:"
    assert invoice.totals.line_net == number(root, f"{totals}LineExtensionAmount")
    assert invoice.totals.allowances == number(root, f"{totals}AllowanceTotalAmount")
    assert invoice.totals.charges == number(root, f"{totals}ChargeTotalAmount")
    assert invoice.totals.net == number(root, f"{totals}TaxExclusiveAmount")
    assert invoice.totals.gross == number(root, f"{totals}TaxInclusiveAmount")
    assert invoice.totals.prepaid == number(root, f"{totals}PrepaidAmount")
    assert invoice.totals.payable == number(root, f"{totals}PayableAmount")
    assert invoice.totals.tax == invoice.totals.gross - invoice.totals.net
    assert sum(line.net_amount for line in invoice.lines) == invoice.totals.line_net
    stated = [
        (number(each, "cbc:TaxableAmount"), number(each, "cbc:TaxAmount"), words(each, "cac:TaxCategory/cbc:ID"))
        for each in root.findall("cac:TaxTotal/cac:TaxSubtotal", UBL)
    ]
    assert [(tax.taxable_amount, tax.tax_amount, tax.category) for tax in invoice.taxes] == stated
    accounts = [
        (
            words(each, "cbc:PaymentMeansCode"),
            words(each, "cac:PayeeFinancialAccount/cbc:ID").replace(" ", ""),
            words(each, "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"),
            words(each, "cbc:PaymentID"),
        )
        for each in root.findall("cac:PaymentMeans", UBL)
    ]
    assert [(means.code, means.iban, means.bic, means.remittance) for means in invoice.payment_means] == accounts


def test_a_price_per_hundred_becomes_a_price_per_unit() -> None:
    line = read_ubl_invoice(ubl_invoice()).lines[0]
    assert (line.unit_price, line.allowances, line.net_amount) == (Decimal("0.25"), Decimal(5), Decimal(120))


def test_a_credit_note_is_read_with_its_own_elements_and_due_date() -> None:
    due = ("<cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>",) * 2
    data = ubl_credit_note((due[0], f"{due[1]}<cbc:PaymentDueDate>2026-12-24</cbc:PaymentDueDate>"))
    invoice = read_ubl_invoice(data)
    assert (invoice.kind, invoice.type_code) == (InvoiceKind.CREDIT_NOTE, "381")
    assert invoice.due_date == date(2026, 12, 24)
    assert [line.quantity for line in invoice.lines] == [500, 4]


def test_allowances_and_charges_of_the_document_are_told_apart() -> None:
    first, second = read_ubl_invoice(ubl_invoice()).allowances_charges
    assert (first.is_charge, first.amount, first.reason, first.tax_rate) == (False, Decimal(10), "Loyalty", Decimal(19))
    assert (second.is_charge, second.amount, second.reason) == (True, Decimal(30), "Freight")


def test_address_and_account_are_read_whole() -> None:
    spaced = ("DE89370400440532013000", "DE89 3704 0044 0532 0130 00")
    invoice = read_ubl_invoice(ubl_invoice(spaced))
    assert invoice.seller.address == Address(street="Ring 4", city="Berlin", postal_code="10115", country="DE")
    assert invoice.payment_means[0].iban == "DE89370400440532013000"


def test_the_order_reference_na_of_peppol_is_no_reference() -> None:
    assert read_ubl_invoice(ubl_invoice((">PO-7<", ">NA<"))).order_reference == ""


def test_tax_in_the_accounting_currency_is_not_taken_for_the_invoices_tax() -> None:
    other = '<cac:TaxTotal><cbc:TaxAmount currencyID="SEK">480.70</cbc:TaxAmount></cac:TaxTotal>'
    invoice = read_ubl_invoice(ubl_invoice(("  <cac:LegalMonetaryTotal>", f"{other}<cac:LegalMonetaryTotal>")))
    assert invoice.totals.tax == Decimal("41.80")


@pytest.mark.behaviour("P3")
def test_payee_representative_delivery_and_documents_of_every_sample_agree_with_the_file(
    pair: tuple[ElementTree.Element, Invoice],
) -> None:
    root, invoice = pair
    assert (invoice.payee.name if invoice.payee else "") == words(root, "cac:PayeeParty/cac:PartyName/cbc:Name")
    representative = "cac:TaxRepresentativeParty/cac:PartyName/cbc:Name"
    assert (invoice.tax_representative.name if invoice.tax_representative else "") == words(root, representative)
    assert str(invoice.delivery_date or "") == words(root, "cac:Delivery/cbc:ActualDeliveryDate")
    assert invoice.specification == words(root, "cbc:CustomizationID")
    documents = [
        each
        for each in root.findall("cac:AdditionalDocumentReference", UBL)
        if each.find("cac:Attachment", UBL) is not None
    ]
    contents = [each.find("cac:Attachment/cbc:EmbeddedDocumentBinaryObject", UBL) for each in documents]
    assert [each.size for each in invoice.attachments] == [
        None if content is None else len(b64decode(content.text or "")) for content in contents
    ]
    assert [each.name for each in invoice.attachments] == [
        words(each, "cbc:ID") if content is None else content.get("filename")
        for each, content in zip(documents, contents, strict=True)
    ]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "utf-8-sig"])
def test_names_are_read_in_every_encoding_that_the_file_declares(encoding: str) -> None:
    declared = ('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    text = ubl_invoice(("Kaiser Papier", "Käßer Papier"), declared).decode()
    assert read_ubl_invoice(text.encode(encoding)).seller.name == "Käßer Papier GmbH"


def test_prefixes_are_the_senders_own_choice() -> None:
    text = ubl_invoice().decode()
    for old, new in (("cbc:", ""), ("xmlns:cbc=", "xmlns="), ("cac:", "a:"), ("xmlns:cac=", "xmlns:a=")):
        text = text.replace(old, new)
    text = text.replace('xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"', "", 1)
    text = text.replace("<Invoice ", '<i:Invoice xmlns:i="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" ')
    assert read_ubl_invoice(text.replace("</Invoice>", "</i:Invoice>").encode()) == read_ubl_invoice(ubl_invoice())


@pytest.mark.behaviour("P3")
def test_every_missing_field_is_named_at_once_by_path_and_business_term() -> None:
    findings = _findings(
        ubl_invoice(
            ("<cbc:ID>R-1001</cbc:ID>", ""),
            ("<cbc:IssueDate>2026-11-02</cbc:IssueDate>", ""),
            ("<cbc:RegistrationName>Kaiser Papier GmbH</cbc:RegistrationName>", ""),
            ('<cbc:PayableAmount currencyID="EUR">200.00</cbc:PayableAmount>', ""),
            ("<cbc:Name>Paper</cbc:Name>", ""),
            ('<cbc:PriceAmount currencyID="EUR">20.00</cbc:PriceAmount>', ""),
        )
    )
    assert {finding.code for finding in findings} == {"BR-02", "BR-03", "BR-06", "BR-15", "BR-25", "BR-26"}
    price = next(finding for finding in findings if finding.code == "BR-26")
    assert price.field == "Invoice/cac:InvoiceLine[2]/cac:Price/cbc:PriceAmount"
    assert "Item net price (BT-146)" in price.problem


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("InvoiceTypeCode>380<", "InvoiceTypeCode>381<"), "BR-CL-01"),
        (('PayableAmount currencyID="EUR"', 'PayableAmount currencyID="USD"'), "PEPPOL-EN16931-R051"),
        (('PayableAmount currencyID="EUR"', "PayableAmount"), "PEPPOL-EN16931-R051"),
        (('<cbc:TaxAmount currencyID="EUR">41.80', '<cbc:TaxAmount currencyID="SEK">41.80'), "BR-53"),
        ((">EUR</cbc:DocumentCurrencyCode>", ">EURO</cbc:DocumentCurrencyCode>"), "BR-05"),
        (('unitCode="C62">100<', 'unitCode="C62">0<'), "PEPPOL-EN16931-R121"),
        ((">DE</cbc:IdentificationCode>", ">Germany</cbc:IdentificationCode>"), "BR-CL-14"),
        ((">200.00</cbc:PayableAmount>", ">2E2</cbc:PayableAmount>"), ""),
        ((">200.00</cbc:PayableAmount>", ">NaN</cbc:PayableAmount>"), ""),
        ((">200.00</cbc:PayableAmount>", ">200,00</cbc:PayableAmount>"), ""),
        ((">200.00</cbc:PayableAmount>", ">1_000</cbc:PayableAmount>"), ""),
        ((">200.00</cbc:PayableAmount>", f">{'9' * 40}</cbc:PayableAmount>"), ""),
        ((">200.00</cbc:PayableAmount>", "><b>1</b>200.00</cbc:PayableAmount>"), ""),
        ((">2026-12-02<", ">02.12.2026<"), ""),
        ((">2026-12-02<", ">2026-02-30<"), ""),
        (("<cbc:ID>R-1001</cbc:ID>", "<cbc:ID>R-1001</cbc:ID><cbc:ID>R-2002</cbc:ID>"), ""),
    ],
)
def test_a_value_that_can_be_misread_is_refused(change: tuple[str, str], code: str) -> None:
    assert code in {finding.code for finding in _findings(ubl_invoice(change))}


def test_an_invoice_without_lines_is_refused() -> None:
    text = ubl_invoice().decode()
    start = text.index("  <cac:InvoiceLine>")
    assert "BR-16" in {finding.code for finding in _findings(f"{text[:start]}</Invoice>".encode())}


def test_right_xml_of_another_type_is_no_invoice() -> None:
    with pytest.raises(BusinessError) as refusal:
        read_ubl_invoice(b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>')
    assert refusal.value.code == "document.wrong_type"


def test_of_very_many_findings_the_first_hundred_are_listed() -> None:
    data = ubl_invoice(("</Invoice>", "<cac:InvoiceLine/>" * 300 + "</Invoice>"))
    assert len(_findings(data)) == 100
