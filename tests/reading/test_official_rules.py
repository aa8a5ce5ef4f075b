from pathlib import Path

import pytest

from models.document import ReadResult
from reading import rule_sets as installed
from reading.document import read_document
from reading.limits import Limits
from reading.official_rules import check_official_rules
from reading.rule_sets import rule_sets
from tests.formats.cii_documents import BASIC_WL, EN16931, EXTENDED, MINIMUM, cii_invoice, cii_minimum
from tests.formats.documents import ubl_credit_note, ubl_invoice
from tests.formats.pdf_documents import pdf_with
from tests.formats.samples import sample

_BREAKS = {
    "BR-CO-10": ("<ram:LineTotalAmount>200.00", "<ram:LineTotalAmount>200.01"),
    "BR-CO-11": ("AllowanceTotalAmount>10.00", "AllowanceTotalAmount>10.01"),
    "BR-CO-12": ("ChargeTotalAmount>30.00", "ChargeTotalAmount>29.99"),
    "BR-CO-13": ("TaxBasisTotalAmount>220.00", "TaxBasisTotalAmount>220.01"),
    "BR-CO-14": ('currencyID="EUR">41.80', 'currencyID="EUR">41.81'),
    "BR-CO-15": ("GrandTotalAmount>261.80", "GrandTotalAmount>261.79"),
    "BR-CO-16": ("DuePayableAmount>200.00", "DuePayableAmount>200.01"),
    "BR-CO-17": ("CalculatedAmount>41.80", "CalculatedAmount>44.00"),
    "BR-S-08": ("<ram:BasisAmount>220.00", "<ram:BasisAmount>222.00"),
}


def _read(folder: Path, data: bytes) -> ReadResult:
    path = folder / "invoice"
    path.write_bytes(data)
    return read_document(path, official_rules=True)


@pytest.mark.behaviour("P3")
def test_a_sound_peppol_invoice_passes_both_sets(tmp_path: Path) -> None:
    for data in (ubl_invoice(), ubl_credit_note()):
        result = _read(tmp_path, data)
        assert result.rules == ("CEN-EN16931-UBL", "PEPPOL-EN16931-UBL")
        assert [finding for finding in result.findings if not finding.code.startswith("DE-")] == []


@pytest.mark.behaviour("P3")
def test_a_broken_rule_that_we_do_not_check_ourselves_is_found_with_its_place(tmp_path: Path) -> None:
    unit = ubl_invoice(('InvoicedQuantity unitCode="C62">4', 'InvoicedQuantity unitCode="PIECES">4'))
    (finding,) = (each for each in _read(tmp_path, unit).findings if each.code == "BR-CL-23")
    assert finding.field == "lines[1]"
    assert finding.problem.startswith("A code is not on the list")
    assert "Rule: " in finding.problem


@pytest.mark.behaviour("P3")
def test_a_rule_that_both_find_is_told_once_in_our_words(tmp_path: Path) -> None:
    broken = ubl_invoice(('PayableAmount currencyID="EUR">200.00', 'PayableAmount currencyID="EUR">200.01'))
    (finding,) = (each for each in _read(tmp_path, broken).findings if each.code == "BR-CO-16")
    assert "200.01" in finding.problem


@pytest.mark.behaviour("P3")
def test_an_invoice_that_does_not_claim_peppol_is_not_held_to_it(tmp_path: Path) -> None:
    claim = "#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
    result = _read(tmp_path, ubl_invoice((claim, "")))
    assert result.rules == ("CEN-EN16931-UBL",)
    assert [finding for finding in result.findings if finding.code.startswith("PEPPOL")] == []


@pytest.mark.behaviour("P3")
@pytest.mark.parametrize("wrap", [lambda xml: xml, lambda xml: pdf_with(("factur-x.xml", xml))], ids=["cii", "facturx"])
def test_cii_is_checked_alike_as_a_file_and_within_a_pdf(tmp_path: Path, wrap: object) -> None:
    assert callable(wrap)
    sound = _read(tmp_path, wrap(cii_invoice()))
    assert (sound.rules, sound.findings) == (("FACTUR-X_EN16931",), ())
    without_vat_id = cii_invoice(('<ram:ID schemeID="VA">', '<ram:ID schemeID="FC">'))
    assert "BR-CO-26" in [finding.code for finding in _read(tmp_path, wrap(without_vat_id)).findings]


@pytest.mark.behaviour("P3")
def test_the_arithmetic_that_we_find_wrong_in_cii_the_official_rules_find_too(tmp_path: Path) -> None:
    data = cii_invoice(*_BREAKS.values())
    (tmp_path / "invoice").write_bytes(data)
    ours = read_document(tmp_path / "invoice")
    assert ours.invoice is not None
    official = check_official_rules(ours.model_copy(update={"findings": ()}), ours.invoice, data)
    assert {finding.code for finding in ours.findings} == set(_BREAKS)
    assert {finding.code for finding in official.findings} == {*_BREAKS, "BR-S-09"}  # the tax once more


@pytest.mark.behaviour("P3")
def test_a_profile_is_held_to_its_own_rules(tmp_path: Path) -> None:
    result = _read(tmp_path, cii_minimum())
    assert result.rules == ("Factur-X_1.09_MINIMUM",)
    assert [finding.code for finding in result.findings if finding.code.startswith("BR")] == []


def test_a_ubl_invoice_within_a_pdf_is_held_to_the_rules_of_ubl(tmp_path: Path) -> None:
    result = _read(tmp_path, pdf_with(("xrechnung.xml", ubl_invoice())))
    assert result.rules == ("CEN-EN16931-UBL", "PEPPOL-EN16931-UBL")


@pytest.mark.parametrize(
    "specification", [MINIMUM, BASIC_WL, EN16931, EXTENDED, f"{EN16931}#compliant#urn:factur-x.eu:1p0:basic"]
)
def test_every_profile_has_one_set(specification: str) -> None:
    assert len(rule_sets(specification).cii) == 1


@pytest.mark.behaviour("P3")
def test_a_name_that_xrechnung_adds_to_the_standard_is_no_violation(tmp_path: Path) -> None:
    name = f"{EN16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
    result = _read(tmp_path, cii_invoice((EN16931, name)))
    assert (result.rules, result.findings) == (("FACTUR-X_EN16931",), ())


def test_without_the_rule_engine_nothing_is_claimed_to_be_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda name: None)
    result = _read(tmp_path, ubl_invoice())
    assert (result.rules, result.findings) == ((), ())


def test_rules_that_could_not_be_run_are_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    path = sample("ubl", "peppol-base-example.xml")
    result = read_document(path)
    assert result.invoice is not None
    monkeypatch.setattr("reading.official_rules._LIMITS", Limits(wall_seconds=0.01))
    checked = check_official_rules(result, result.invoice, path.read_bytes())
    assert [finding.code for finding in checked.findings] == ["rules.not_checked"]
    assert (checked.rules, checked.invoice) == ((), result.invoice)


def test_the_engine_gets_no_more_memory_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    path = sample("ubl", "peppol-base-example.xml")
    result = read_document(path)
    assert result.invoice is not None
    monkeypatch.setattr("reading.official_rules._LIMITS", Limits(memory_bytes=30 * 1024**2))
    checked = check_official_rules(result, result.invoice, path.read_bytes())
    assert [finding.code for finding in checked.findings] == ["rules.not_checked"]


def test_rules_are_run_only_when_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "invoice").write_bytes(ubl_invoice())
    assert read_document(tmp_path / "invoice").rules == ()
