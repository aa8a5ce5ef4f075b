"""A decision table as a grid of words, edited row by row, and what is wrong with it at each of its cells."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from models.base import Model
from models.errors import BusinessError
from rules.analysis.analyse import analyse
from rules.analysis.findings import AnalysisFinding, Cell, Severity
from rules.analysis.terms import Terms
from rules.cell_reading import ANYTHING
from rules.definitions import Decision, DecisionTable, Definitions, InputClause, OutputClause
from rules.dmn import read_definitions
from rules.dmn_writer import write_definitions
from rules.engine import decision_named
from rules.feel.errors import FeelError
from rules.grid_columns import GridColumn, grid_columns, shown
from rules.grid_edited_columns import EditedColumn, ReadColumns, read_columns, unchanged
from rules.grid_rows import UNREAD, EditedRow, edited_row, is_row_name, named, read_text
from rules.speech import ENGLISH, Speech

MAX_ROWS, MAX_COLUMNS = 2_000, 200
UNREADABLE = "rules.malformed"


class GridRow(Model):
    """`name` is empty in a new row. The cells stand in the order of the grid's columns."""

    name: str = Field(max_length=100)
    cells: tuple[str, ...] = Field(max_length=MAX_COLUMNS)


class EditedGrid(Model):
    """`columns` is None where they are as they were."""

    rows: tuple[GridRow, ...] = Field(max_length=MAX_ROWS)
    columns: tuple[EditedColumn, ...] | None = Field(default=None, max_length=MAX_COLUMNS)


@dataclass(frozen=True, slots=True)
class Grid:
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]


class Spot(Model):
    """`row` and `column` count from nought; a finding that speaks of a whole row has no column, and the reverse."""

    row: int | None
    column: int | None


class GridFinding(Model):
    severity: Severity
    code: str
    message: str
    """A plain English sentence."""
    spots: tuple[Spot, ...] = ()
    source: AnalysisFinding | None = None
    """Its parts, for whoever words it in another language."""


@dataclass(frozen=True, slots=True)
class ReadGrid:
    """`definitions` can be kept as a draft only where `is_readable`; else cells that cannot be read are left out."""

    definitions: Definitions
    columns: tuple[GridColumn, ...]
    findings: tuple[GridFinding, ...]

    @property
    def is_readable(self) -> bool:
        return not any(finding.code == UNREADABLE and finding.source is None for finding in self.findings)


def grid_of(definitions: Definitions, name: str, speech: Speech = ENGLISH) -> Grid:
    """The decision `name` in words. Raises BusinessError `rules.unknown_decision` or `rules.unsupported`."""
    decision, table = _table(definitions, name)
    columns = grid_columns(definitions, decision, table)
    rows = [
        GridRow(name=rule.id, cells=tuple(shown(rule, column, speech) for column in columns)) for rule in table.rules
    ]
    return Grid(tuple(columns), tuple(rows))


def read_grid(
    definitions: Definitions, name: str, edited: EditedGrid, terms: Sequence[Terms], *, is_analysed: bool = True
) -> ReadGrid:
    """The definitions as edited, and every finding by its cell: what cannot be read, and where all can be read what
    the analysis finds.

    Raises BusinessError `rules.unknown_decision`, `rules.unsupported`, or `rules.bad_grid` for rows or columns that are
    not those of the table.
    """
    decision, table = _table(definitions, name)
    read = (
        unchanged(definitions, decision, table)
        if edited.columns is None
        else read_columns(definitions, decision, table, edited.columns)
    )
    columns = tuple(read.columns)
    if any(len(row.cells) != len(columns) for row in edited.rows):
        raise BusinessError("rules.bad_grid", f"Every row of the table has {len(columns)} cells; open it again.")
    reader = _RowReader(read)
    rules = named(read.table, [reader.read(place, row) for place, row in enumerate(edited.rows)])
    changed = _with_table(read.definitions, read.decision, read.table.model_copy(update={"rules": rules}))
    findings = (*(_of_column(place, problem, columns[place]) for place, problem in read.findings), *reader.findings)
    if findings or not is_analysed:
        return ReadGrid(changed, columns, findings)
    return ReadGrid(changed, columns, _analysed(changed, name, columns, terms))


def _of_column(place: int, problem: str, column: GridColumn) -> GridFinding:
    message = f"{column.label or column.field}: {problem}."
    spot = Spot(row=None, column=place)
    return GridFinding(severity=Severity.ERROR, code=UNREADABLE, message=message, spots=(spot,))


def _table(definitions: Definitions, name: str) -> tuple[Decision, DecisionTable]:
    decision = decision_named(definitions, name)
    if decision.table is None:
        raise BusinessError("rules.unsupported", f"{name!r} is no decision table and cannot be shown as a grid.")
    return decision, decision.table


def _with_table(definitions: Definitions, decision: Decision, table: DecisionTable) -> Definitions:
    replaced = decision.model_copy(update={"table": table})
    decisions = tuple(replaced if each.name == decision.name else each for each in definitions.decisions)
    return definitions.model_copy(update={"decisions": decisions})


class _RowReader:
    def __init__(self, read: ReadColumns) -> None:
        self._table, self._columns = read.table, read.columns
        self._blanks = [
            ANYTHING if new and column.band == "if" else ""
            for new, column in zip(read.is_new, read.columns, strict=True)
        ]
        self._rules = {rule.id: rule for rule in read.table.rules}
        self.findings: list[GridFinding] = []

    def read(self, place: int, row: GridRow) -> EditedRow:
        base = self._rules.get(row.name)
        if row.name and base is None and not is_row_name(row.name):
            self._add(place, None, f"{row.name!r} is no name of a row; use letters, digits, - and _.")
        cells: dict[str, str] = {}
        for number, (column, text) in enumerate(zip(self._columns, row.cells, strict=True)):
            try:
                cells[column.key] = read_text(text.strip() or self._blanks[number], column, base)
            except FeelError as error:
                cells[column.key] = UNREAD[column.band]
                self._add(place, number, f"{column.label or column.field}: {error}.")
        return edited_row(self._table, self._columns, row.name, base, cells)

    def _add(self, row: int, column: int | None, message: str) -> None:
        spot = Spot(row=row, column=column)
        self.findings.append(GridFinding(severity=Severity.ERROR, code=UNREADABLE, message=message, spots=(spot,)))


def _analysed(
    definitions: Definitions, name: str, columns: Sequence[GridColumn], terms: Sequence[Terms]
) -> tuple[GridFinding, ...]:
    try:
        definitions = read_definitions(write_definitions(definitions))
    except BusinessError as error:
        messages = [str(finding) for finding in error.findings] or [error.message]
        return tuple(GridFinding(severity=Severity.ERROR, code=UNREADABLE, message=message) for message in messages)
    decision, table = _table(definitions, name)
    rows = {rule.id: place for place, rule in enumerate(table.rules)}
    titles = _titles(table, columns)
    return tuple(
        GridFinding(
            severity=found.severity,
            code=found.code,
            message=_without_place(found),
            spots=tuple(_spots(found, rows, titles)),
            source=found,
        )
        for found in analyse(definitions, terms)
        if found.decision == decision.name
    )


def _without_place(found: AnalysisFinding) -> str:
    """The message of a single cell or column without the path to it, because it is shown there."""
    place = f"{found.decision}.rules[{found.rows[0]}]." if found.rows else f"{found.decision}."
    return found.message.removeprefix(place)


def _titles(table: DecisionTable, columns: Iterable[GridColumn]) -> dict[str, int]:
    clauses: dict[str, Sequence[InputClause | OutputClause]] = {"if": table.inputs, "then": table.outputs}
    return {
        clauses[column.band][column.number].title: number
        for number, column in enumerate(columns)
        if column.band in clauses
    }


def _spots(found: AnalysisFinding, rows: Mapping[str, int], titles: Mapping[str, int]) -> Iterator[Spot]:
    cells = found.cells or tuple(Cell(row=row) for row in found.rows)
    for cell in cells:
        row, column = rows.get(cell.row), titles.get(cell.column)
        if row is not None or column is not None:
            yield Spot(row=row, column=column)
