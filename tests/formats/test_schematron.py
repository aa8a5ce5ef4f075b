import re

import pytest

from formats.rule_sentences import sentence_for
from formats.schematron import Violation, finding_of, place_of, violations_in
from formats.xml import parse_xml
from reading.rule_sets import rule_sets

_UBL = "/Q{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice[1]"
_CAC = "Q{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_RAM = "[namespace-uri()='urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100']"
_REPORT = """<svrl:schematron-output xmlns:svrl="http://purl.oclc.org/dsdl/svrl">
<svrl:failed-assert id="BR-CO-16" flag="fatal" location="/Invoice[1]/cac:LegalMonetaryTotal[1]">
<svrl:text>[BR-CO-16]-Amount due for payment (BT-115) = ...</svrl:text></svrl:failed-assert>
<svrl:failed-assert id="FX-SCH-A-000636" location="/A[1]/GuidelineSpecifiedDocumentContextParameter[1]/ID[1]">
<svrl:text>Value of 'ram:ID' is not allowed.</svrl:text></svrl:failed-assert>
<svrl:successful-report location="/A[1]/B[2]" flag="warning"><svrl:text>Not  used
here.</svrl:text></svrl:successful-report></svrl:schematron-output>"""


@pytest.mark.behaviour("P3")
def test_violations_carry_rule_words_place_and_degree() -> None:
    assert violations_in(_REPORT.encode()) == [
        Violation(
            "BR-CO-16",
            "Amount due for payment (BT-115) = ...",
            "/Invoice[1]/cac:LegalMonetaryTotal[1]",
            is_warning=False,
        ),
        Violation("", "Not used here.", "/A[1]/B[2]", is_warning=True),
    ]


@pytest.mark.behaviour("P3")
def test_a_finding_says_what_it_means_and_what_the_rule_says() -> None:
    total = finding_of(violations_in(_REPORT.encode())[0])
    assert (total.field, total.code) == ("totals", "BR-CO-16")
    assert total.problem.startswith("The amount due is not the total with VAT less")
    assert total.problem.endswith("Rule: Amount due for payment (BT-115) = ...")
    warning = finding_of(violations_in(_REPORT.encode())[1])
    assert (warning.field, warning.problem) == ("B", "Only a warning. Not used here.")


@pytest.mark.parametrize(
    ("location", "place"),
    [
        (f"{_UBL}/{_CAC}InvoiceLine[2]/{_CAC}Price[1]", "lines[1]"),
        (f"{_UBL}/{_CAC}TaxTotal[1]/{_CAC}TaxSubtotal[3]", "taxes[2]"),
        (f"{_UBL}/{_CAC}AccountingSupplierParty[1]/{_CAC}Party[1]", "seller"),
        (f"/*:CrossIndustryInvoice{_RAM}[1]/*:IncludedSupplyChainTradeLineItem{_RAM}[4]/*:A{_RAM}[1]", "lines[3]"),
        ("/cac:Invoice/cac:PaymentMeans[1]", "payment_means[0]"),
        (_UBL, ""),
        ("", ""),
    ],
)
def test_a_place_is_that_of_our_own_invoice(location: str, place: str) -> None:
    assert place_of(location) == place


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ("BR-01", "specification"),
        ("BR-16", "one line"),
        ("BR-CO-10", "sum of the lines"),
        ("BR-S-08", "standard rate"),
        ("BR-AE-05", "reverse charge"),
        ("BR-IC-02", "supply within the EU"),
        ("BR-DEC-23", "two decimals"),
        ("BR-CL-14", "code"),
        ("PEPPOL-EN16931-R003", "buyer's reference"),
        ("UBL-CR-001", "does not use"),
    ],
)
def test_frequent_rules_have_a_plain_sentence(rule: str, word: str) -> None:
    assert word in sentence_for(rule)
    assert sentence_for(rule).endswith(".")


def test_a_rule_without_a_sentence_speaks_for_itself() -> None:
    assert sentence_for("DE-R-001") == sentence_for("BR-S-99") == ""


@pytest.mark.behaviour("P3")
def test_most_rules_of_en_16931_and_peppol_have_a_plain_sentence() -> None:
    rules: set[str] = set()
    for path in rule_sets("urn:fdc:peppol.eu").ubl:
        root = parse_xml(path.read_bytes())
        ids = (str(each) for each in root.xpath("//*[@id]/@id") + root.xpath("//*[@name='id']/text()"))  # type: ignore[operator, union-attr]
        rules |= {each for each in ids if re.fullmatch(r"(BR|PEPPOL-EN16931-R)[A-Z0-9-]+", each)}
    assert len(rules) > 200
    silent = {rule for rule in rules if not sentence_for(rule)}
    assert len(silent) < len(rules) / 4, sorted(silent)
