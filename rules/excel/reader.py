"""An Excel file back to definitions. Everything wrong with it is told by cell: `Purchase approval!C7`."""

import base64
import binascii
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from models.errors import BusinessError, Finding
from rules.checks import check_table
from rules.definitions import Decision, Definitions
from rules.dmn import read_definitions
from rules.dmn_writer import write_definitions
from rules.excel import layout
from rules.excel.archive import Archive, SuspectCells, open_archive
from rules.excel.sheet_reader import Sheet, SheetReader, TableRead

_MOST_FINDINGS = 100
_UNREADABLE = "rules.malformed"


@dataclass(frozen=True, slots=True)
class Imported:
    """`exported` is what the file was made from, `findings` are what the check of the table says now, by cell."""

    definitions: Definitions
    exported: Definitions
    findings: tuple[Finding, ...]
    places: Mapping[str, str] = field(repr=False)
    """Cells by the place that findings of checks and analyses name."""

    def located(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings with cells for places."""
        return located(findings, self.places)


def read_workbook(content: bytes) -> Imported:
    """The definitions in a file that `write_workbook` made and a person changed.

    Raises BusinessError `rules.unreadable` for what is no safe Excel file, `rules.not_exported` for one that did not
    come from here, and `rules.bad_workbook` with a finding for every cell that cannot be read.
    """
    sheets = _sheets(open_archive(content))
    source = _exported(sheets)
    tables, findings = _tables(sheets, source)
    places = {place: cell for table in tables.values() for place, cell in table.places.items()}
    definitions = source.model_copy(
        update={
            "decisions": tuple(
                _changed(decision, tables.get(number)) for number, decision in enumerate(source.decisions)
            )
        }
    )
    definitions, checked = _checked(definitions)
    told = {finding.field for finding in findings}
    checked = tuple(finding for finding in located(checked, places) if finding.field not in told)
    _refuse([*findings, *(finding for finding in checked if finding.code == _UNREADABLE)])
    return Imported(definitions, source, checked, places)


def located(findings: Iterable[Finding], places: Mapping[str, str]) -> tuple[Finding, ...]:
    return tuple(finding.model_copy(update={"field": _cell_of(finding.field, places)}) for finding in findings)


def _cell_of(place: str, places: Mapping[str, str]) -> str:
    """The cell of the place, or of the nearest place that it lies in."""
    while place not in places:
        shorter = place.rpartition(".")[0]
        if not shorter:
            return place
        place = shorter
    return places[place]


def _sheets(archive: Archive) -> list[Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(archive.clean))
        names = [each.name for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
        return [_sheet(workbook.get_sheet_by_name(name), archive) for name in names]
    except (CalamineError, OSError, ValueError) as error:
        raise BusinessError("rules.unreadable", "The file is no Excel workbook (.xlsx), or damaged.") from error


def _sheet(sheet: CalamineSheet, archive: Archive) -> Sheet:
    suspects = archive.suspects.get(sheet.name, SuspectCells())
    return Sheet(sheet.name, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or [], suspects)


def _exported(sheets: Iterable[Sheet]) -> Definitions:
    """What was exported, out of the hidden sheet."""
    rows = next((sheet.rows for sheet in sheets if sheet.name == layout.HIDDEN_SHEET), [])
    lines = [str(row[0]) for row in rows if row and row[0]]
    if len(lines) < 3 or lines[0] != layout.MAGIC:
        raise _not_exported()
    try:
        content = base64.b64decode("".join(lines[2:]), validate=True)
        if hashlib.sha256(content).hexdigest() != lines[1]:
            raise binascii.Error("The content is not what was written.")
        # Written and read once more, because nobody has looked at what a hidden sheet holds.
        return read_definitions(write_definitions(Definitions.model_validate_json(content)))
    except (binascii.Error, ValidationError, BusinessError) as error:
        raise _not_exported() from error


def _not_exported() -> BusinessError:
    return BusinessError(
        "rules.not_exported",
        "The file was not exported from here, or its hidden sheet is damaged. Export the table again and put your rows "
        "into that file.",
    )


def _tables(sheets: Iterable[Sheet], source: Definitions) -> tuple[dict[int, TableRead], list[Finding]]:
    """The tables by their number in the file, and everything that is wrong in their sheets."""
    tables: dict[int, TableRead] = {}
    findings: list[Finding] = []
    for sheet in sheets:
        number = sheet.number
        if number is None or sheet.name == layout.HIDDEN_SHEET:
            continue
        if number in tables or number >= len(source.decisions) or source.decisions[number].table is None:
            findings.append(_finding(sheet.name, "is a copy of another sheet, or of another file; delete it"))
            continue
        tables[number] = SheetReader(sheet, source, number).read()
        findings += tables[number].findings
    for number, name in layout.sheet_names(source).items():
        if number not in tables:
            findings.append(_finding(name, "is missing, or its hidden row of keys is; export the table again"))
    return tables, findings


def _changed(decision: Decision, read: TableRead | None) -> Decision:
    if read is None:
        return decision
    return decision.model_copy(update={"description": read.description, "table": read.table})


def _checked(definitions: Definitions) -> tuple[Definitions, tuple[Finding, ...]]:
    """The definitions as a DMN file would hold them, and what is wrong with them."""
    try:
        definitions = read_definitions(write_definitions(definitions))
    except BusinessError as error:
        return definitions, error.findings or (_finding("", error.message),)
    return definitions, tuple(check_table(definitions))


def _finding(place: str, problem: str) -> Finding:
    return Finding(field=place, problem=problem, code=_UNREADABLE)


def _refuse(findings: list[Finding]) -> None:
    if not findings:
        return
    shown = findings[:_MOST_FINDINGS]
    if len(findings) > len(shown):
        shown.append(_finding("", f"and {len(findings) - len(shown):,} more"))
    raise BusinessError("rules.bad_workbook", "The Excel file cannot be taken in as it is.", tuple(shown))
