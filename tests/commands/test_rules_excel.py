from pathlib import Path

import pytest

from rules.dmn import read_definitions
from rules.excel.writer import write_workbook
from rules.shipped import shipped_tables
from tests.commands.running import ROOT, Terminal
from tests.rules.excel.spreadsheet import Formula, Spreadsheet

pytestmark = pytest.mark.behaviour("A2")

TABLE = ROOT / "rules" / "tables" / "purchase_approval.dmn"
ME = "ines.lindqvist"


def _edited(file: Path, cell: str, value: object) -> None:
    sheet = Spreadsheet(file.read_bytes())
    sheet[cell] = value
    file.write_bytes(sheet.saved())


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    file = tmp_path / "purchases.xlsx"
    file.write_bytes(write_workbook(read_definitions(shipped_tables()["purchase_approval"])))
    return file


def test_a_file_goes_to_excel_and_comes_back_as_a_dmn_file_of_the_same_version(
    terminal: Terminal, tmp_path: Path
) -> None:
    excel, dmn = tmp_path / "x.xlsx", tmp_path / "y.dmn"
    assert terminal.run("rules", "export", str(TABLE), "-o", str(excel)).status == 0
    ended = terminal.run("rules", "import", str(excel), "-o", str(dmn), "--json")
    assert ended.document == {"file": str(dmn), "findings": []}
    assert read_definitions(dmn.read_bytes()) == read_definitions(TABLE.read_bytes())


def test_the_table_in_the_store_is_exported_by_its_name(terminal: Terminal, tmp_path: Path, workbook: Path) -> None:
    excel = tmp_path / "x.xlsx"
    assert terminal.run("rules", "export", "purchase_approval", "-o", str(excel)).status == 0
    assert excel.read_bytes() == workbook.read_bytes()


def test_a_changed_file_becomes_a_draft_and_can_be_changed_again(
    terminal: Terminal, tmp_path: Path, workbook: Path
) -> None:
    _edited(workbook, "B9", "<= 100")
    first = terminal.run("rules", "import", str(workbook), "--name", "More petty cash", "--json", login=ME).document
    assert (first["table"], first["findings"]) == ("purchase_approval", [])

    again = tmp_path / "again.xlsx"
    terminal.run("rules", "export", "purchase_approval", "--draft", first["draft"], "-o", str(again))
    assert Spreadsheet(again.read_bytes())["B9"] == "<= 100"
    _edited(again, "B9", "<= 150")
    second = terminal.run("rules", "import", str(again), "--draft", first["draft"], "--json", login=ME).document
    assert second["draft"] == first["draft"]
    assert second["revision"] == first["revision"] + 1


def test_a_file_that_does_not_know_what_others_did_since_is_refused(terminal: Terminal, workbook: Path) -> None:
    _edited(workbook, "B9", "<= 100")
    draft = terminal.run("rules", "import", str(workbook), "--json", login=ME).document["draft"]
    ended = terminal.run("rules", "import", str(workbook), "--draft", draft, login=ME)
    assert ended.status == 2
    assert "changed by others since this file was exported" in ended.err


def test_cells_that_cannot_be_read_are_named_and_nothing_is_written(
    terminal: Terminal, tmp_path: Path, workbook: Path
) -> None:
    _edited(workbook, "B9", "<= 5,000")
    _edited(workbook, "E10", Formula("=TRUE()"))
    ended = terminal.run("rules", "import", str(workbook), "-o", str(tmp_path / "y.dmn"), "--json")
    assert ended.status == 2
    assert [error["field"] for error in ended.document["errors"]] == ["Purchase approval!B9", "Purchase approval!E10"]
    assert not (tmp_path / "y.dmn").exists()


def test_what_is_unfinished_is_told_by_cell_and_taken_in(terminal: Terminal, tmp_path: Path, workbook: Path) -> None:
    _edited(workbook, "C9", "stationery")
    ended = terminal.run("rules", "import", str(workbook), "-o", str(tmp_path / "y.dmn"))
    assert ended.status == 0
    assert "Purchase approval!C9: tests 'stationery'" in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "no_such_table", "-o", "x.xlsx"), "no decision table 'no_such_table'"),
        (("export", str(TABLE), "-o", "x.csv"), ".xlsx or .dmn is expected"),
        (("import", str(TABLE)), "Say with --login who you are"),
        (("import", str(ROOT / "README.md"), "-o", "x.dmn"), "The file is not XML"),
    ],
)
def test_what_cannot_be_done_is_said(terminal: Terminal, words: tuple[str, ...], said: str) -> None:
    ended = terminal.run("rules", *words)
    assert ended.status == 2
    assert said in ended.err


def test_a_file_of_another_modeler_becomes_a_draft_of_the_table_it_names(terminal: Terminal) -> None:
    ended = terminal.run("rules", "import", str(TABLE), "--json", login=ME)
    assert ended.document["table"] == "purchase_approval"


def test_whoever_may_not_write_rules_may_not_import_them(terminal: Terminal, workbook: Path) -> None:
    ended = terminal.run("rules", "import", str(workbook), login="tom.behrens")
    assert ended.status == 2
    assert "draft" not in ended.out.lower()


def test_a_table_goes_to_excel_in_chinese_and_comes_back_the_same(terminal: Terminal, tmp_path: Path) -> None:
    excel, dmn = tmp_path / "x.xlsx", tmp_path / "y.dmn"
    assert terminal.run("rules", "export", str(TABLE), "-o", str(excel), "--language", "zh").status == 0
    assert Spreadsheet(excel.read_bytes())["A1"] == "采购审批"
    assert terminal.run("rules", "import", str(excel), "-o", str(dmn)).status == 0
    assert read_definitions(dmn.read_bytes()) == read_definitions(TABLE.read_bytes())
    assert terminal.run("rules", "export", str(TABLE), "-o", str(excel), "--language", "tlh").status == 2
