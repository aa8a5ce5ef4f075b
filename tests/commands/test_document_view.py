from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from commands.document_view import draw_document
from models.document import DocumentType, ReadResult
from reading.document import read_document
from tests.formats.cii_documents import cii_invoice
from tests.formats.samples import sample

pytestmark = pytest.mark.behaviour("P3")


def _drawn(result: ReadResult) -> str:
    console = Console(file=StringIO(), width=200, force_terminal=True, color_system=None)
    draw_document(console, result)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_an_invoice_shows_parties_lines_taxes_totals_and_account() -> None:
    drawn = _drawn(read_document(sample("facturx", "EN16931_Rabatte.pdf"), official_rules=True))
    for words in (
        "Lieferant GmbH",
        "Kunden AG Mitte",
        "Schweinesteak",
        "129.37",
        "12.24",
        "215.07",
        "165.07",
        "2013-471331",
    ):
        assert words in drawn
    assert "Checked against: FACTUR-X_EN16931" in drawn
    assert "PEPPOL-EN16931-R008" in drawn


def test_a_statement_shows_balances_and_bookings() -> None:
    drawn = _drawn(read_document(sample("mt940", "jejik-rabobank-iban.sta")))
    for words in ("NL71RABO0123456789", "opening", "1000.00", "965.00", "-25.00", "CONTRA ACCOUNT HOLDER"):
        assert words in drawn
    assert "Nothing was found wrong." in drawn


def test_what_a_sender_writes_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "invoice.xml"
    path.write_bytes(cii_invoice(("Kaiser Papier GmbH", "[red]Kaiser[/red]&#x9b;31m&#x202e;GmbH")))
    drawn = _drawn(read_document(path))
    assert "[red]Kaiser[/red]" in drawn
    assert not {"\x1b", "\x9b", "\u202e"} & set(drawn)


def test_a_refusal_shows_its_reason() -> None:
    refused = ReadResult(
        type=DocumentType.PDF, refused=True, code="x", reason="It is a [b]letter[/b].", sha256="", size=0
    )
    assert "Refused: It is a [b]letter[/b]." in _drawn(refused)
    assert "Nothing was found wrong" not in _drawn(refused)
