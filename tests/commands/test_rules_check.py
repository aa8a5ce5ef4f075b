from pathlib import Path

import pytest

from tests.commands.running import ROOT, Terminal
from tests.rules.tables import Column, table_xml

pytestmark = pytest.mark.behaviour("A3")
_AMOUNT: Column = ("amount", "number", ">= 0")


def _file(folder: Path, rows: list[list[str]]) -> Path:
    file = folder / "table.dmn"
    file.write_bytes(table_xml([_AMOUNT], [("approval", "string")], rows))
    return file


def test_a_table_without_findings_is_in_order(terminal: Terminal) -> None:
    ended = terminal.run("rules", "check", str(ROOT / "rules" / "tables" / "purchase_approval.dmn"))
    assert ended.status == 0
    assert "No findings" in ended.out


def test_a_gap_blocks_and_is_told_in_words(terminal: Terminal, tmp_path: Path) -> None:
    ended = terminal.run("rules", "check", str(_file(tmp_path, [["> 100", '"a"']])))
    assert ended.status == 1
    assert ended.out == "error    decided: Amount is from 0 to 100: no row matches.\n"


def test_findings_are_one_document_with_their_parts(terminal: Terminal, tmp_path: Path) -> None:
    file = _file(tmp_path, [["<= 100", '"a"'], [">= 100", '"b"']])
    ended = terminal.run("rules", "check", str(file), "--json")
    assert ended.status == 1
    assert ended.document["ok"] is False
    (finding,) = ended.document["findings"]
    assert (finding["severity"], finding["code"]) == ("error", "rules.overlap")
    assert finding["rows"] == ["row-1", "row-2"]
    assert finding["example"] == {"amount": "100"}
    assert finding["conditions"][0]["intervals"] == [
        {"low": "100", "high": "100", "low_included": True, "high_included": True}
    ]


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_file_that_is_no_table_is_refused(terminal: Terminal, tmp_path: Path, options: tuple[str, ...]) -> None:
    file = tmp_path / "table.dmn"
    file.write_text("approve everything")
    ended = terminal.run("rules", "check", str(file), *options)
    assert ended.status == 2
    assert "The file is not XML" in (ended.document["errors"][0]["problem"] if options else ended.err)
