from base64 import b64decode
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from formats.cii_invoice import read_cii_invoice
from formats.invoice_checks import invoice_findings
from formats.ubl_invoice import read_ubl_invoice
from models.errors import BusinessError, Finding
from models.invoice import Invoice, InvoiceKind
from tests.formats.cii_documents import (
    BASIC_WL,
    EN16931,
    EXTENDED,
    cii_invoice,
    cii_minimum,
    cii_without_lines,
)
from tests.formats.documents import ubl_invoice
from tests.formats.pdf_documents import attached_xml
from tests.formats.samples import parsed, sample, sample_names

_TRADE = "{*}SupplyChainTradeTransaction"
_SETTLEMENT = f"{_TRADE}/{{*}}ApplicableHeaderTradeSettlement"
_SUMMATION = f"{_SETTLEMENT}/{{*}}SpecifiedTradeSettlementHeaderMonetarySummation"
_SAMPLES = [
    *(("cii", name) for name in sample_names("cii")),
    *(("facturx", name) for name in sample_names("facturx", "*.pdf")),
]


@pytest.fixture(params=_SAMPLES, ids=lambda sample: sample[1])
def pair(request: pytest.FixtureRequest) -> tuple[ElementTree.Element, Invoice]:
    """A public sample as the standard library sees it, and as we read it."""
    folder, name = request.param
    data = sample(folder, name).read_bytes()
    xml = data if folder == "cii" else attached_xml(data)
    return ElementTree.fromstring(xml), read_cii_invoice(xml)  # noqa: S314 - a file of the known sample set


def _text(element: ElementTree.Element, path: str) -> str:
    return (element.findtext(path, "") or "").strip()


def _number(element: ElementTree.Element, path: str) -> Decimal:
    return Decimal(_text(element, path) or "0")


def _day(element: ElementTree.Element, path: str) -> str:
    digits = _text(element, f"{path}/{{*}}DateTimeString")
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits else ""


def _findings(data: bytes) -> tuple[Finding, ...]:
    with pytest.raises(BusinessError) as refusal:
        read_cii_invoice(data)
    assert refusal.value.code == "document.invalid"
    return refusal.value.findings


@pytest.mark.behaviour("P3")
def test_head_and_parties_of_every_sample_agree_with_the_file(pair: tuple[ElementTree.Element, Invoice]) -> None:
    root, invoice = pair
    assert invoice.number == _text(root, "{*}ExchangedDocument/{*}ID")
    assert invoice.type_code == _text(root, "{*}ExchangedDocument/{*}TypeCode")
    assert str(invoice.issue_date) == _day(root, "{*}ExchangedDocument/{*}IssueDateTime")
    assert str(invoice.due_date or "") == _day(
        root, f"{_SETTLEMENT}/{{*}}SpecifiedTradePaymentTerms/{{*}}DueDateDateTime"
    )
    assert invoice.payment_terms == _text(root, f"{_SETTLEMENT}/{{*}}SpecifiedTradePaymentTerms/{{*}}Description")
    assert invoice.currency == _text(root, f"{_SETTLEMENT}/{{*}}InvoiceCurrencyCode")
    agreement = f"{_TRADE}/{{*}}ApplicableHeaderTradeAgreement"
    order = _text(root, f"{agreement}/{{*}}BuyerOrderReferencedDocument/{{*}}IssuerAssignedID")
    assert invoice.order_reference == order
    for role, party in (("Seller", invoice.seller), ("Buyer", invoice.buyer)):
        base = f"{agreement}/{{*}}{role}TradeParty"
        assert party.name == _text(root, f"{base}/{{*}}Name")
        assert party.vat_id == _text(root, f"{base}/{{*}}SpecifiedTaxRegistration/{{*}}ID[@schemeID='VA']")
        assert party.registration_id == _text(root, f"{base}/{{*}}SpecifiedLegalOrganization/{{*}}ID")
        assert party.address is not None
        assert party.address.country == _text(root, f"{base}/{{*}}PostalTradeAddress/{{*}}CountryID")
        assert party.address.city == _text(root, f"{base}/{{*}}PostalTradeAddress/{{*}}CityName")


@pytest.mark.behaviour("P3")
def test_every_line_of_every_sample_agrees_with_the_file(pair: tuple[ElementTree.Element, Invoice]) -> None:
    root, invoice = pair
    lines = root.findall(f"{_TRADE}/{{*}}IncludedSupplyChainTradeLineItem")
    assert len(lines) == len(invoice.lines) > 0
    for element, line in zip(lines, invoice.lines, strict=True):
        settlement = "{*}SpecifiedLineTradeSettlement"
        price = "{*}SpecifiedLineTradeAgreement/{*}NetPriceProductTradePrice"
        assert line.id == _text(element, "{*}AssociatedDocumentLineDocument/{*}LineID")
        assert line.description == _text(element, "{*}SpecifiedTradeProduct/{*}Name")
        assert line.quantity == _number(element, "{*}SpecifiedLineTradeDelivery/{*}BilledQuantity")
        base = _number(element, f"{price}/{{*}}BasisQuantity") or Decimal(1)
        assert line.unit_price == _number(element, f"{price}/{{*}}ChargeAmount") / base
        net = f"{settlement}/{{*}}SpecifiedTradeSettlementLineMonetarySummation/{{*}}LineTotalAmount"
        assert line.net_amount == _number(element, net)
        assert line.tax_category == _text(element, f"{settlement}/{{*}}ApplicableTradeTax/{{*}}CategoryCode")
        assert line.tax_rate == _number(element, f"{settlement}/{{*}}ApplicableTradeTax/{{*}}RateApplicablePercent")
        signed = [
            (_text(each, "{*}ChargeIndicator/{*}Indicator"), _number(each, "{*}ActualAmount"))
            for each in element.findall(f"{settlement}/{{*}}SpecifiedTradeAllowanceCharge")
        ]
        assert line.charges == sum(amount for is_charge, amount in signed if is_charge == "true")
        assert line.allowances == sum(amount for is_charge, amount in signed if is_charge == "false")


@pytest.mark.behaviour("P3")
def test_taxes_totals_and_accounts_of_every_sample_agree_with_the_file(
    pair: tuple[ElementTree.Element, Invoice],
) -> None:
    root, invoice = pair
    assert [(each.category, each.rate, each.taxable_amount, each.tax_amount) for each in invoice.taxes] == [
        (
            _text(each, "{*}CategoryCode"),
            _number(each, "{*}RateApplicablePercent"),
            _number(each, "{*}BasisAmount"),
            _number(each, "{*}CalculatedAmount"),
        )
        for each in root.findall(f"{_SETTLEMENT}/{{*}}ApplicableTradeTax")
    ]
    assert [(each.is_charge, each.amount, each.reason) for each in invoice.allowances_charges] == [
        (
            _text(each, "{*}ChargeIndicator/{*}Indicator") == "true",
            _number(each, "{*}ActualAmount"),
            _text(each, "{*}Reason"),
        )
        for each in root.findall(f"{_SETTLEMENT}/{{*}}SpecifiedTradeAllowanceCharge")
    ]
    for value, name in (
        (invoice.totals.line_net, "LineTotalAmount"),
        (invoice.totals.allowances, "AllowanceTotalAmount"),
        (invoice.totals.charges, "ChargeTotalAmount"),
        (invoice.totals.net, "TaxBasisTotalAmount"),
        (invoice.totals.tax, "TaxTotalAmount"),
        (invoice.totals.gross, "GrandTotalAmount"),
        (invoice.totals.prepaid, "TotalPrepaidAmount"),
        (invoice.totals.rounding, "RoundingAmount"),
        (invoice.totals.payable, "DuePayableAmount"),
    ):
        assert value == _number(root, f"{_SUMMATION}/{{*}}{name}"), name
    means = root.findall(f"{_SETTLEMENT}/{{*}}SpecifiedTradeSettlementPaymentMeans")
    account = "{*}PayeePartyCreditorFinancialAccount/{*}IBANID"
    assert [(each.code, each.iban) for each in invoice.payment_means] == [
        (_text(each, "{*}TypeCode"), _text(each, account).replace(" ", "")) for each in means
    ]


@pytest.mark.behaviour("P3")
def test_the_same_invoice_reads_alike_as_cii_and_as_ubl() -> None:
    ubl, cii = read_ubl_invoice(ubl_invoice()), read_cii_invoice(cii_invoice())
    means = ubl.payment_means[0].model_copy(update={"remittance": "R-1001"})
    differing = {"specification": EN16931, "delivery_date": date(2026, 10, 30), "payment_means": (means,)}
    assert cii == ubl.model_copy(update=differing)
    assert invoice_findings(cii) == ()


def test_the_sample_with_a_payee_and_a_tax_representative_names_both() -> None:
    invoice = read_cii_invoice(sample("cii", "en16931-example2.xml").read_bytes())
    assert invoice.payee is not None and invoice.tax_representative is not None
    assert (invoice.payee.name, invoice.payee.registration_id) == ("Ebeneser Scrooge AS", "989823401")
    assert (invoice.tax_representative.name, invoice.tax_representative.vat_id) == (
        "Tax handling company AS",
        "NO967611265MVA",
    )
    (attachment,) = invoice.attachments
    content = parsed(sample("cii", "en16931-example2.xml")).findtext(".//{*}AttachmentBinaryObject", "")
    assert (attachment.name, attachment.media_type) == ("EHF.pdf", "application/pdf")
    assert attachment.size == len(b64decode(content))


@pytest.mark.behaviour("P3")
def test_a_credit_note_is_told_by_its_type_code() -> None:
    credit = read_cii_invoice(cii_invoice(("<ram:TypeCode>380", "<ram:TypeCode>381")))
    assert (credit.kind, credit.type_code) == (InvoiceKind.CREDIT_NOTE, "381")
    assert read_cii_invoice(cii_invoice(("<ram:TypeCode>380", "<ram:TypeCode>389"))).kind is InvoiceKind.INVOICE


@pytest.mark.behaviour("P3")
def test_profiles_without_lines_are_read_and_the_findings_say_that_lines_are_missing() -> None:
    for data in (cii_minimum(), cii_without_lines(BASIC_WL)):
        invoice = read_cii_invoice(data)
        assert invoice.lines == ()
        assert [finding.code for finding in invoice_findings(invoice)] == ["invoice.no_lines"]
    assert read_cii_invoice(cii_minimum()).totals.payable == Decimal("261.80")


def test_the_arithmetic_of_a_profile_without_lines_is_still_checked() -> None:
    minimum = read_cii_invoice(cii_minimum(("GrandTotalAmount>261.80", "GrandTotalAmount>261.81")))
    assert "BR-CO-15" in [finding.code for finding in invoice_findings(minimum)]
    basic = cii_without_lines(BASIC_WL).replace(b"<ram:CalculatedAmount>41.80", b"<ram:CalculatedAmount>48.80")
    assert "BR-CO-17" in [finding.code for finding in invoice_findings(read_cii_invoice(basic))]


def test_an_invoice_of_a_profile_with_lines_is_refused_without_them() -> None:
    assert "BR-16" in {finding.code for finding in _findings(cii_without_lines())}


@pytest.mark.behaviour("P3")
def test_headings_and_freight_of_the_extended_profile_are_not_counted_as_lines() -> None:
    heading = (
        "<ram:AssociatedDocumentLineDocument><ram:LineID>2",
        "<ram:AssociatedDocumentLineDocument><ram:LineStatusReasonCode>GROUP</ram:LineStatusReasonCode><ram:LineID>2",
    )
    freight = (
        "      <ram:SpecifiedTradePaymentTerms>",
        "<ram:SpecifiedLogisticsServiceCharge><ram:Description>Parcel</ram:Description>"
        "<ram:AppliedAmount>8.00</ram:AppliedAmount><ram:AppliedTradeTax><ram:CategoryCode>S</ram:CategoryCode>"
        "<ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:AppliedTradeTax>"
        "</ram:SpecifiedLogisticsServiceCharge><ram:SpecifiedTradePaymentTerms>",
    )
    invoice = read_cii_invoice(cii_invoice((EN16931, EXTENDED), heading, freight))
    assert [line.id for line in invoice.lines] == ["1"]
    parcel = invoice.allowances_charges[-1]
    assert (parcel.is_charge, parcel.amount, parcel.reason, parcel.tax_rate) == (
        True,
        Decimal(8),
        "Parcel",
        Decimal(19),
    )


def test_of_several_instalments_the_first_date_counts() -> None:
    terms = "<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>"
    terms += '<udt:DateTimeString format="102">20261116</udt:DateTimeString></ram:DueDateDateTime>'
    two = (
        "      <ram:SpecifiedTradePaymentTerms>",
        f"{terms}</ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradePaymentTerms>",
    )
    assert read_cii_invoice(cii_invoice(two)).due_date == date(2026, 11, 16)


def test_tax_in_the_accounting_currency_is_not_taken_for_the_invoices_tax() -> None:
    other = '<ram:TaxTotalAmount currencyID="SEK">480.70</ram:TaxTotalAmount><ram:GrandTotalAmount>'
    assert read_cii_invoice(cii_invoice(("<ram:GrandTotalAmount>", other))).totals.tax == Decimal("41.80")


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "utf-8-sig"])
def test_names_are_read_in_every_encoding_that_the_file_declares(encoding: str) -> None:
    text = cii_invoice(
        ("Kaiser Papier", "Käßer Papier"), ('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    )
    assert read_cii_invoice(text.decode().encode(encoding)).seller.name == "Käßer Papier GmbH"


def test_prefixes_are_the_senders_own_choice() -> None:
    data = (
        cii_invoice()
        .replace(b"ram:", b"a:")
        .replace(b"xmlns:ram", b"xmlns:a")
        .replace(b"rsm", b"")
        .replace(b"<:", b"<")
    )
    data = data.replace(b"</:", b"</").replace(b"xmlns:=", b"xmlns=")
    assert read_cii_invoice(data) == read_cii_invoice(cii_invoice())


@pytest.mark.behaviour("P3")
def test_every_missing_field_is_named_at_once_by_path_and_business_term() -> None:
    findings = _findings(
        cii_invoice(
            ("<ram:ID>R-1001</ram:ID>", ""),
            ('<udt:DateTimeString format="102">20261102</udt:DateTimeString>', ""),
            ("<ram:Name>Kaiser Papier GmbH</ram:Name>", ""),
            ("<ram:DuePayableAmount>200.00</ram:DuePayableAmount>", ""),
            ("<ram:Name>Paper</ram:Name>", ""),
            ("<ram:ChargeAmount>20.00</ram:ChargeAmount>", ""),
        )
    )
    assert {finding.code for finding in findings} == {"BR-02", "BR-03", "BR-06", "BR-15", "BR-25", "BR-26"}
    price = next(finding for finding in findings if finding.code == "BR-26")
    assert price.field.endswith(
        "IncludedSupplyChainTradeLineItem[2]/ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("<ram:DuePayableAmount>200.00", "<ram:DuePayableAmount>200,00"), "not a decimal number"),
        (("<ram:DuePayableAmount>200.00", '<ram:DuePayableAmount currencyID="USD">200.00'), "is in USD"),
        (("<ram:InvoiceCurrencyCode>EUR", "<ram:InvoiceCurrencyCode>EURO"), "no currency code"),
        (('format="102">20261202', 'format="102">20260230'), "not a day"),
        (('format="102">20261202', 'format="610">202612'), "not a day"),
        (('"C62">100<', '"C62">0<'), "above zero"),
        (('currencyID="EUR">41.80', 'currencyID="SEK">41.80'), "0 times"),
        (("<ram:CountryID>DE", "<ram:CountryID>Germany"), "no country code"),
        (("<udt:Indicator>false", "<udt:Indicator>no"), "neither true nor false"),
        (("ApplicableHeaderTradeAgreement>", "Nothing>"), ""),
    ],
)
def test_a_value_that_can_be_misread_is_refused(change: tuple[str, str], words: str) -> None:
    data = cii_invoice(change)
    if "Nothing" in change[1]:
        data = data.replace(b"ApplicableHeaderTradeAgreement", b"Nothing")
        words = "is missing"
    assert any(words in finding.problem for finding in _findings(data))


def test_zugferd_1_is_refused_by_name() -> None:
    with pytest.raises(BusinessError) as refusal:
        read_cii_invoice(b'<r:CrossIndustryDocument xmlns:r="urn:ferd:CrossIndustryDocument:invoice:1p0"/>')
    assert refusal.value.code == "document.unknown_version"
    assert "ZUGFeRD 1.0" in refusal.value.message


def test_right_xml_of_another_type_is_no_invoice() -> None:
    with pytest.raises(BusinessError) as refusal:
        read_cii_invoice(b'<Order xmlns="urn:x"/>')
    assert refusal.value.code == "document.wrong_type"
