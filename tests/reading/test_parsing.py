import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.cii_invoice import read_cii_invoice
from models.document import ReadResult
from reading.parsing import parse_document
from tests.formats.cii_documents import cii_invoice, cii_minimum
from tests.formats.documents import camt, ubl_credit_note, ubl_invoice
from tests.formats.pdf_documents import pdf_with
from tests.formats.swift_documents import MT942, mt940
from tests.formats.test_csv_invoice import INVOICE as CSV_INVOICE
from tests.formats.test_csv_statement import OWN as CSV_STATEMENT

_XML = [ubl_invoice(), ubl_credit_note(), camt("052", 2), camt("053", 8), camt("054", 1), cii_invoice(), cii_minimum()]
_TEXTS = [mt940(), MT942.encode(), CSV_STATEMENT.encode(), CSV_INVOICE.encode()]
_PDF = pdf_with(("factur-x.xml", cii_invoice()))
_PIECES = [
    b"",
    b"<",
    b">",
    b"/",
    b"&",
    b"&amp;",
    b"9" * 50,
    b"-",
    b"\x00",
    b"\xff",
    b"<a/>",
    b"<!--",
    b"]]>",
    b"NaN",
    b"1e9",
]


@pytest.mark.behaviour("P3", "B1")
@pytest.mark.parametrize("document", [*_XML, *_TEXTS, _PDF])
def test_whatever_is_damaged_the_answer_is_a_result_or_a_refusal(document: bytes) -> None:
    chance = random.Random(2026)  # noqa: S311 - repeatable damage, no secret
    for _ in range(400):
        start = chance.randrange(len(document))
        end = start + chance.choice([0, 1, 2, 20, 200])
        result = parse_document(document[:start] + chance.choice(_PIECES) + document[end:])
        assert bool(result.invoice or result.statements) != result.refused
        assert bool(result.reason and result.code) == result.refused
        assert ReadResult.model_validate_json(result.model_dump_json()) == result


@pytest.mark.parametrize("document", _XML)
def test_a_document_cut_off_anywhere_is_never_read_as_a_whole(document: bytes) -> None:
    for end in range(0, len(document.rstrip()), 97):
        assert parse_document(document[:end]).refused


def test_a_pdf_cut_off_anywhere_is_refused_or_still_has_the_whole_invoice() -> None:
    for end in range(0, len(_PDF), 97):
        result = parse_document(_PDF[:end])
        assert result.refused or result.invoice == read_cii_invoice(cii_invoice())


@pytest.mark.behaviour("B1")
def test_a_text_statement_cut_off_anywhere_is_refused_or_found_incomplete() -> None:
    whole = mt940()
    for end in range(0, len(whole) - len("0,00\n"), 3):
        result = parse_document(whole[:end])
        assert result.refused or result.findings


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_whatever_follows_the_head_of_a_format_the_answer_is_a_result_or_a_refusal(rest: bytes) -> None:
    for head in (b":20:A\n:60F:C261118EUR1,\n:61:", b"%PDF-1.7\n", CSV_STATEMENT.partition("\n")[0].encode() + b"\n"):
        result = parse_document(head + rest)
        assert bool(result.invoice or result.statements) != result.refused
