"""What may not come in from Excel, each told by cell and with a remedy."""

import base64
import hashlib
import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import BusinessError
from rules.dmn import read_definitions
from rules.excel import archive
from rules.excel.reader import read_workbook
from rules.excel.writer import write_workbook
from rules.shipped import shipped_tables
from tests.rules.excel.spreadsheet import Formula, Percent, Spreadsheet
from tests.rules.tables import decision_xml, table_xml

pytestmark = pytest.mark.behaviour("A2")

PURCHASES = write_workbook(read_definitions(shipped_tables()["purchase_approval"]))
ROUTING = write_workbook(read_definitions(shipped_tables()["exception_routing"]))
NAME = "Purchase approval"


def _refused(content: bytes) -> BusinessError:
    with pytest.raises(BusinessError) as caught:
        read_workbook(content)
    return caught.value


def _findings(sheet: Spreadsheet) -> list[tuple[str, str]]:
    return [(finding.field, finding.problem) for finding in _refused(sheet.saved()).findings]


@pytest.mark.parametrize(
    ("cell", "value", "problem"),
    [
        ("B9", Formula("=2+3"), "holds a formula"),
        ("H9", Formula("=2+3"), "holds a formula"),
        ("A9", Formula("=2+3"), "holds a formula"),
        ("C9", Formula("=1/0"), "holds a formula"),
        ("B9", "<= 5,000", "could be read in two ways"),
        ("B9", "5.000", "could be read in two ways"),
        ("B9", "> 5000 EUR", "has a unit"),
        ("B9", Percent(0.02), "shown as a percentage but holds 0.02"),
        ("B9", date(2026, 2, 1), "holds 2026-02-01, a day or time that Excel made"),
        ("D9", date(2026, 2, 1), "holds 2026-02-01, a day or time that Excel made"),
        ("B9", time(10, 30), "holds 10:30:00, a day or time"),
        ("B9", "", "is blank; write -"),
        ("B9", "> ", "ends too early"),
        ("B9", "many", "speaks of 'many'"),
        ("B9", "yes", "speaks of 'yes'"),
        ("B9", True, "the column tests a number"),
        ("E9", 5.0, "the column tests a boolean"),
        ("B6", "total", "cannot be changed here"),
        ("B3", "As I like", "does not say how rows are used"),
        ("A9", "petty office!", "is no name of a row"),
        ("H9", "bell\x07", "has a control character"),
        ("J9", "> 5", "stands outside of the table"),
        ("J9", Formula("=2+3"), "stands outside of the table"),
        ("J5", "Vendor", "stands outside of the table"),
        ("G9", "[cost centre owner", "cannot be read"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named(cell: str, value: object, problem: str) -> None:
    sheet = Spreadsheet(PURCHASES)
    sheet[cell] = value
    findings = _findings(sheet)
    assert len(findings) == 1
    assert findings[0][0] == f"{NAME}!{cell}"
    assert problem in findings[0][1]


def test_a_formula_above_the_rules_is_refused_too() -> None:
    sheet = Spreadsheet(PURCHASES)
    sheet["A2"], sheet["B3"] = Formula("=1"), Formula("=2")
    assert {field for field, _ in _findings(sheet)} == {f"{NAME}!A2", f"{NAME}!B3"}


def test_everything_wrong_is_told_at_once_by_sheet_and_cell() -> None:
    sheet = Spreadsheet(PURCHASES)
    for cell, value in {"B9": "1,000", "C11": Formula("=A1"), "E12": "perhaps", "F13": "-", "G14": 'x"'}.items():
        sheet[cell] = value
    assert [field for field, _ in _findings(sheet)] == [f"{NAME}!{cell}" for cell in ("B9", "C11", "E12", "G14")]


def test_a_hundred_findings_are_told_and_the_others_counted() -> None:
    sheet = Spreadsheet(PURCHASES)
    for row in range(9, 159):
        sheet[f"B{row}"] = "1,000"
    findings = _findings(sheet)
    assert len(findings) == 101
    assert findings[-1] == ("", "and 1,000 more") or findings[-1][1].startswith("and ")


def test_what_a_draft_may_still_lack_is_reported_by_cell_and_taken_in() -> None:
    sheet = Spreadsheet(PURCHASES)
    sheet["C9"], sheet["F10"], sheet["G11"] = "stationery", "", "cost center owner"
    imported = read_workbook(sheet.saved())
    assert {(finding.field, finding.code) for finding in imported.findings} == {
        (f"{NAME}!C9", "rules.unreachable_cell"),
        (f"{NAME}!F10", "rules.blank_output"),
        (f"{NAME}!G11", "rules.output_value"),
    }


def test_findings_of_others_are_told_by_cell_after_rows_have_moved() -> None:
    sheet = Spreadsheet(PURCHASES)
    sheet.move_row(9, 20)
    imported = read_workbook(sheet.saved())
    places = imported.places
    assert places["purchase_approval.rules[petty_office].Category"] == f"{NAME}!C20"
    assert places["purchase_approval.rules[petty_office]"] == f"{NAME}!A20"
    assert places["purchase_approval.Category"] == f"{NAME}!C5"
    assert places["purchase_approval"] == f"{NAME}!A1"


def test_a_row_with_nothing_but_its_name_is_asked_about_once_for_each_blank() -> None:
    sheet = Spreadsheet(PURCHASES)
    sheet.rows[8] = ["petty_office"]
    findings = _findings(sheet)
    assert findings[0] == (f"{NAME}!A9", "The row has a name and nothing else; delete the row")


def test_merged_cells_are_refused_because_only_the_first_would_count() -> None:
    sheet = Spreadsheet(PURCHASES)
    sheet.merged.append((NAME, "C9:C11"))
    assert (
        f"{NAME}!C9",
        "C9:C11 are merged, so that only the first counts; unmerge them and fill each",
    ) in _findings(sheet)


@pytest.mark.parametrize(
    ("edit", "cell", "problem"),
    [
        (lambda line: line.__delitem__(slice(1, 2)), "A5", "The column 'Net total in EUR' is missing"),
        (lambda line: line.insert(2, line[1] if len(line) > 1 else ""), "C5", "is a copy of another column"),
    ],
)
def test_a_lost_or_copied_column_is_refused(edit: Callable[[list[object]], None], cell: str, problem: str) -> None:
    sheet = Spreadsheet(PURCHASES)
    sheet.edit_columns(edit)
    findings = _findings(sheet)
    assert any(field == f"{NAME}!{cell}" and problem in said for field, said in findings)


def test_a_lost_sheet_and_a_copied_one_are_refused() -> None:
    sheet = Spreadsheet(PURCHASES)
    sheet.sheets["Mine"] = [list(row) for row in sheet.rows]
    assert _findings(sheet) == [("Mine", "is a copy of another sheet, or of another file; delete it")]
    del sheet.sheets["Mine"], sheet.sheets[NAME]
    assert _findings(sheet) == [
        (NAME, "is missing, or its hidden row of keys is; export the table again"),
    ]


def test_texts_that_look_like_formulas_go_out_as_texts_and_come_back() -> None:
    texts = ["=1+1", "+cmd|' /C calc'!A0", "-1", "@SUM(1)", '=HYPERLINK("x")']
    xml = decision_xml(
        '<decision id="d" name="=cmd"><description>=2+2</description><decisionTable><input label="=3">'
        '<inputExpression typeRef="string"><text>n</text></inputExpression></input><output label="@x"/>'
        + "".join(
            f"<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>null</text></outputEntry>"
            f"<annotationEntry><text>{text}</text></annotationEntry></rule>"
            for text in texts
        )
        + "</decisionTable></decision>"
    )
    source = read_definitions(xml)
    content = write_workbook(source)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "sheet" in name)
        assert b'quotePrefix="1"' in parts.read("xl/styles.xml")
    assert read_workbook(content).definitions == source


def test_a_cell_that_computes_is_refused_even_where_it_shows_what_was_exported() -> None:
    sheet = Spreadsheet(ROUTING)
    sheet["C9"] = Formula("=24")
    assert _findings(sheet) == [("Exception routing!C9", "holds a formula; write the value itself")]


def _zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def _parts(content: bytes = PURCHASES) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def _with(name: str, content: bytes) -> bytes:
    return _zipped({**_parts(), name: content})


def _understated_bomb() -> bytes:
    """The size that the zip claims for its part is smaller than what unpacks from it."""
    content = bytearray(_with("xl/media/bomb.bin", b"\0" * 70_000_000))
    claimed = struct.pack("<L", 70_000_000)
    while (position := content.find(claimed)) >= 0:
        content[position : position + 4] = struct.pack("<L", 100)
    return bytes(content)


def _far_cell() -> bytes:
    sheet = _parts()["xl/worksheets/sheet1.xml"]
    far = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    return _with("xl/worksheets/sheet1.xml", sheet.replace(b"</sheetData>", far))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no Excel workbook"),
        (b"amount;category\n", "no Excel workbook"),
        (PURCHASES[:-400], "no Excel workbook"),
        (PURCHASES[:2000] + b"\0" * 100 + PURCHASES[2100:], "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "password"),
        (_zipped({"a.txt": b"a"}), "no Excel workbook"),
        (_with("xl/bomb.xml", b"<a>" + b" " * 70_000_000 + b"</a>"), "unpacks to more"),
        (_understated_bomb(), "no Excel workbook|unpacks to more"),
        (_zipped({f"{place}.xml": b"<a/>" for place in range(400)}), "too many parts"),
        (_with("xl/vbaProject.bin", b"\0"), "macros"),
        (_with("xl/workbook.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "document type"),
        (_with("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>"), "no Excel workbook"),
        (_far_cell(), "1,048,576 rows"),
        (PURCHASES + b"\0" * archive.MAX_BYTES, "at most"),
    ],
    ids=range(14),
)
def test_what_is_no_safe_excel_file_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(BusinessError, match=said) as caught:
        read_workbook(content)
    assert caught.value.code == "rules.unreadable"


def test_a_part_of_a_name_that_is_there_twice_is_refused() -> None:
    buffer = io.BytesIO(PURCHASES)
    with zipfile.ZipFile(buffer, "a") as packed, pytest.warns(UserWarning, match="Duplicate name"):
        packed.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    assert _refused(buffer.getvalue()).code == "rules.unreadable"


def _hidden(lines: list[str]) -> bytes:
    sheet = Spreadsheet(PURCHASES)
    sheet.sheets["_tallywright"] = [[line] for line in lines]
    return sheet.saved()


def _signed(content: bytes) -> bytes:
    text = base64.b64encode(content).decode()
    return _hidden(["tallywright decision tables 1", hashlib.sha256(content).hexdigest(), text])


def _hollow() -> bytes:
    """A hidden sheet whose rows do not have the columns of their table."""
    source = read_definitions(table_xml([("n", "number")], [("r", "string")], [["1", '"a"']]))
    table = source.decisions[0].table
    assert table is not None
    rule = table.rules[0].model_copy(update={"inputs": ()})
    table = table.model_copy(update={"rules": (rule,)})
    decision = source.decisions[0].model_copy(update={"table": table})
    return source.model_copy(update={"decisions": (decision,)}).model_dump_json().encode()


@pytest.mark.parametrize(
    "content",
    [
        _hidden([]),
        _hidden(["another", "file", "altogether"]),
        _hidden(["tallywright decision tables 1", "0" * 64, "e30="]),
        _hidden(["tallywright decision tables 1", "0" * 64, "no base64"]),
        _signed(b"{}"),
        _signed(b"[" * 5000),
        _signed(_hollow()),
    ],
    ids=range(7),
)
def test_a_file_whose_hidden_sheet_is_not_what_was_exported_is_refused(content: bytes) -> None:
    assert _refused(content).code == "rules.not_exported"


def test_a_workbook_of_somebody_elses_is_refused_with_what_to_do() -> None:
    sheet = Spreadsheet(PURCHASES)
    del sheet.sheets["_tallywright"]
    error = _refused(sheet.saved())
    assert error.code == "rules.not_exported"
    assert "Export the table again" in error.message


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(PURCHASES) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_file_is_refused_and_never_crashes(damage: list[tuple[int, int]]) -> None:
    content = bytearray(PURCHASES)
    for position, byte in damage:
        content[position] = byte
    try:
        read_workbook(bytes(content))
    except BusinessError as error:
        assert error.code.startswith("rules.")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_parts_are_refused_and_never_crash(data: st.DataObject) -> None:
    parts = _parts()
    name = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content) - 1))
        content[start : start + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
        if not content:
            break
    try:
        read_workbook(_zipped({**parts, name: bytes(content)}))
    except BusinessError as error:
        assert error.code.startswith("rules.")
