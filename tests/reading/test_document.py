import hashlib
import resource
import time
from decimal import Decimal
from pathlib import Path

import pytest

from models.document import DocumentType, ReadResult
from reading.document import read_document
from reading.limits import Limits
from reading.process import refusal_of_exit
from tests.formats.cii_documents import cii_invoice
from tests.formats.documents import UBL_INVOICE, camt, ubl_credit_note, ubl_invoice
from tests.formats.pdf_documents import pdf_with, pdf_with_many_names
from tests.formats.samples import sample, sample_names

_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b0 "lol">'
    + b"".join(b'<!ENTITY b%d "%s">' % (n, (b"&b%d;" % (n - 1)) * 10) for n in range(1, 10))
    + b"]><a>&b9;</a>"
)
_REFUSED = {
    "entity bomb": (_BOMB, "document.hostile_xml"),
    "external entity": (b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>', "document.hostile_xml"),
    "document type": (b"<!DOCTYPE a><a/>", "document.hostile_xml"),
    "document type before an invoice": (b"<!DOCTYPE Invoice>" + ubl_invoice()[39:], "document.hostile_xml"),
    "50 MB": (b"<a>" + b" " * 50_000_000, "document.too_large"),
    "deep nesting": (b"<a>" * 1_000_000, "document.hostile_xml"),
    "wrong schema": (ubl_invoice().replace(b"InvoiceLine", b"Line"), "document.invalid"),
    "truncated": (ubl_invoice()[:3000], "document.malformed"),
    "empty": (b"", "document.empty"),
    "blank": (b" \r\n\t", "document.empty"),
    "binary garbage": (bytes(range(256)) * 40, "document.unsupported_type"),
    "letter": (b"Dear Sir or Madam", "document.unsupported_type"),
    "right XML of another type": (b'<Order xmlns="urn:x"/>', "document.unsupported_type"),
    "plain PDF": (pdf_with(("notes.txt", b"x")), "document.unsupported_type"),
    "entity bomb in a PDF": (pdf_with(("factur-x.xml", _BOMB)), "document.hostile_xml"),
    "order in a PDF": (pdf_with(("factur-x.xml", b"<Order/>")), "document.wrong_type"),
    "encrypted PDF": (pdf_with(("factur-x.xml", cii_invoice()), password="x"), "document.encrypted"),
    "PDF with 10,000 attachments": (pdf_with_many_names(10_000), "document.hostile_pdf"),
    "ZUGFeRD 1.0 in a PDF": (
        pdf_with(
            ("ZUGFeRD-invoice.xml", b'<a:CrossIndustryDocument xmlns:a="urn:ferd:CrossIndustryDocument:invoice:1p0"/>')
        ),
        "document.unknown_version",
    ),
    "garbage like MT940": (b":61:" + b"9" * 1_000_000, "document.invalid"),
    "unknown version": (camt().replace(b"001.08", b"001.99"), "document.unknown_version"),
}


def _read(folder: Path, data: bytes, limits: Limits | None = None) -> ReadResult:
    path = folder / "from outside.bin"
    path.write_bytes(data)
    return read_document(path, limits) if limits else read_document(path)


@pytest.mark.behaviour("P3")
def test_an_invoice_is_read_with_every_cent(tmp_path: Path) -> None:
    result = _read(tmp_path, ubl_invoice())
    assert (result.type, result.refused, result.findings) == (DocumentType.UBL_INVOICE, False, ())
    assert result.invoice is not None
    assert result.invoice.totals.payable == Decimal("200.00")
    assert result.invoice.lines[0].unit_price == Decimal("0.25")


@pytest.mark.behaviour("P3")
def test_an_invoice_that_does_not_add_up_is_read_with_findings(tmp_path: Path) -> None:
    result = _read(tmp_path, ubl_invoice(('PayableAmount currencyID="EUR">200.00', 'PayableAmount currencyID="EUR">1')))
    assert not result.refused
    assert [finding.code for finding in result.findings] == ["BR-CO-16"]


@pytest.mark.behaviour("B1")
def test_a_statement_that_does_not_add_up_is_read_with_findings(tmp_path: Path) -> None:
    result = _read(tmp_path, camt("053", 8, ('Ccy="EUR">1050.00', 'Ccy="EUR">1050.01')))
    assert [(finding.field, finding.code) for finding in result.findings] == [
        ("statements[0].balances", "statement.unbalanced")
    ]
    assert result.statements[0].balances[1].amount == Decimal("1050.01")


@pytest.mark.behaviour("P3")
def test_a_credit_note_is_told_from_an_invoice(tmp_path: Path) -> None:
    assert _read(tmp_path, ubl_credit_note()).type is DocumentType.UBL_CREDIT_NOTE


@pytest.mark.behaviour("P3")
@pytest.mark.parametrize(("data", "code"), _REFUSED.values(), ids=_REFUSED.keys())
def test_a_bad_file_is_refused_with_a_sentence_for_a_clerk(tmp_path: Path, data: bytes, code: str) -> None:
    result = _read(tmp_path, data)
    assert (result.refused, result.code) == (True, code)
    assert result.reason.endswith(".")
    assert "Traceback" not in result.reason
    assert (result.invoice, result.statements) == (None, ())


def test_hash_and_size_are_those_of_the_whole_file_even_where_it_is_too_large(tmp_path: Path) -> None:
    for data in (ubl_invoice(), b"x" * 11_000_000, b""):
        result = _read(tmp_path, data)
        assert (result.sha256, result.size) == (hashlib.sha256(data).hexdigest(), len(data))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path, encoding: str) -> None:
    text = UBL_INVOICE.replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    result = _read(tmp_path, text.encode(encoding))
    assert result.invoice is not None
    assert result.invoice.number == "R-1001"


@pytest.mark.behaviour("P3", "B1")
def test_every_public_sample_passes_through_the_child_process() -> None:
    for folder, pattern in (("ubl", "*"), ("cii", "*"), ("facturx", "*"), ("camt", "*"), ("mt940", "*.sta")):
        for name in sample_names(folder, pattern):
            result = read_document(sample(folder, name))
            assert result.refused == name.endswith(".wrong.xml"), name
            assert bool(result.invoice or result.statements) != result.refused


def test_a_file_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    wide = b"<a>" + b"<b/>" * 2_400_000 + b"</a>"
    result = _read(tmp_path, wide, Limits(memory_bytes=300 * 1024**2))
    assert (result.refused, result.code) == (True, "document.too_demanding")


def test_a_file_that_takes_too_long_is_refused_in_time(tmp_path: Path) -> None:
    start = time.perf_counter()
    result = _read(tmp_path, ubl_invoice(), Limits(wall_seconds=0.001))
    assert (result.refused, result.code) == (True, "document.too_slow")
    assert time.perf_counter() - start < 20


def test_a_file_that_burns_the_processor_is_refused(tmp_path: Path) -> None:
    entries = camt("053", 8, ("</Stmt>", "<Ntry/>" * 1_300_000 + "</Stmt>"))
    result = _read(tmp_path, entries, Limits(cpu_seconds=1))
    assert (result.refused, result.code) == (True, "document.too_slow")


def test_an_answer_larger_than_allowed_is_no_answer(tmp_path: Path) -> None:
    result = _read(tmp_path, ubl_invoice(), Limits(output_bytes=100))
    assert (result.refused, result.code) == (True, "document.unreadable")


@pytest.mark.parametrize("signal", [-4, -6, -9, -11])
def test_a_crash_of_the_parser_is_a_refusal(signal: int) -> None:
    error = refusal_of_exit(signal)
    assert error is not None
    assert error.code == "document.unreadable"


def test_a_reading_process_that_cannot_start_is_no_fault_of_the_file(tmp_path: Path) -> None:
    assert refusal_of_exit(1) is None
    with pytest.raises(FileNotFoundError):
        read_document(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError):
        read_document(tmp_path)


def test_a_small_invoice_costs_well_below_half_a_second_of_the_processor(tmp_path: Path) -> None:
    durations = []
    for _ in range(5):
        start = _seconds_of_children()
        _read(tmp_path, ubl_invoice())
        durations.append(_seconds_of_children() - start)
    assert min(durations) < 0.5


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_result_survives_the_way_through_json() -> None:
    result = read_document(sample("ubl", "peppol-Allowance-example.xml"))
    assert ReadResult.model_validate_json(result.model_dump_json()) == result
    assert result.model_dump(mode="json")["invoice"]["totals"]["payable"] == "6125.00"
