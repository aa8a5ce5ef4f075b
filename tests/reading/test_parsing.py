import random

import pytest

from models.document import ReadResult
from reading.parsing import parse_document
from tests.formats.documents import camt, ubl_credit_note, ubl_invoice

_DOCUMENTS = [ubl_invoice(), ubl_credit_note(), camt("052", 2), camt("053", 8), camt("054", 1)]
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
@pytest.mark.parametrize("document", _DOCUMENTS)
def test_whatever_is_damaged_the_answer_is_a_result_or_a_refusal(document: bytes) -> None:
    chance = random.Random(2026)  # noqa: S311 - repeatable damage, no secret
    for _ in range(400):
        start = chance.randrange(len(document))
        end = start + chance.choice([0, 1, 2, 20, 200])
        result = parse_document(document[:start] + chance.choice(_PIECES) + document[end:])
        assert bool(result.invoice or result.statements) != result.refused
        assert bool(result.reason and result.code) == result.refused
        assert ReadResult.model_validate_json(result.model_dump_json()) == result


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_a_document_cut_off_anywhere_is_never_read_as_a_whole(document: bytes) -> None:
    for end in range(0, len(document.rstrip()), 97):
        assert parse_document(document[:end]).refused
