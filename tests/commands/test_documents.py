from pathlib import Path

import pytest

from tests.commands.running import Terminal
from tests.formats.documents import UBL_INVOICE
from tests.formats.samples import sample

pytestmark = pytest.mark.behaviour("P3")
_BOMB = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]><a>&c;&c;</a>'


def test_an_invoice_is_read_and_shown(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "invoice.xml").write_text(UBL_INVOICE)
    ended = terminal.run("documents", "read", str(tmp_path / "invoice.xml"), "--json")
    assert ended.status == 0
    assert (ended.document["refused"], ended.document["invoice"]["number"]) == (False, "R-1001")
    shown = terminal.run("documents", "read", str(tmp_path / "invoice.xml"))
    assert shown.status == 0 and "R-1001" in shown.out and "Kaiser Papier GmbH" in shown.out


def test_a_statement_is_read_and_shown(terminal: Terminal) -> None:
    ended = terminal.run("documents", "read", str(sample("camt", "camt053.v8.xml")))
    assert ended.status == 0 and "NL56AGDH9619008421" in ended.out.replace(" ", "")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\0" * 1000, "empty"),
        (b"<Invoice", ""),
        (_BOMB.encode(), "DOCTYPE"),
        (b"<a>" * 100_000, ""),
        (b"<greeting>hello</greeting>", "neither an invoice nor a statement"),
        (b"hello", "cannot tell what this file is"),
        (UBL_INVOICE.encode()[:700], ""),
        (b"x" * (50 * 1024 * 1024), "50.0 MB"),
    ],
    ids=["empty", "zeros", "cut off", "entity bomb", "deep", "other XML", "text", "half an invoice", "50 MB"],
)
def test_a_refused_file_says_why_and_ends_with_status_1(
    terminal: Terminal, tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "file.xml").write_bytes(content)
    ended = terminal.run("documents", "read", str(tmp_path / "file.xml"), "--json")
    assert (ended.status, ended.document["refused"], ended.err) == (1, True, "")
    assert reason in ended.document["reason"], ended.document["reason"]
    assert "Traceback" not in ended.document["reason"] and "lxml" not in ended.document["reason"]


def test_a_refusal_is_shown_to_people(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "file.xml").write_bytes(b"<a>[bold]</b>")
    ended = terminal.run("documents", "read", str(tmp_path / "file.xml"))
    assert ended.status == 1 and "Refused:" in ended.out


@pytest.mark.parametrize("place", ["/dev/null", "/nowhere.xml", "."])
def test_what_is_no_file_is_bad_input(terminal: Terminal, place: str) -> None:
    ended = terminal.run("documents", "read", place, "--json")
    assert (ended.status, ended.out) == (2, "")
    assert place.rpartition("/")[2] in ended.err and "Traceback" not in ended.err
