"""One sheet back to its decision table, whatever rows were inserted, moved, copied or deleted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from models.errors import Finding
from rules.definitions import DecisionTable, Definitions, Rule
from rules.excel import layout
from rules.excel.archive import SuspectCells
from rules.excel.cells import Cell, Value, plain, typed
from rules.excel.wordings import POLICY_TITLES, WORDINGS, policy_said
from rules.feel.errors import FeelError
from rules.grid_columns import GridColumn, grid_columns, shown, written
from rules.grid_rows import UNREAD, EditedRow, edited_row, is_row_name, named, read_text
from rules.speech import is_heading

_KEY = re.compile(rf"{layout.MARK}(\d{{1,4}})", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`merged` are ranges of cells, each from its first to its last."""

    name: str
    rows: list[list[Value]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]]
    suspects: SuspectCells

    @property
    def number(self) -> int | None:
        """The number of the decision whose table this is; None for a sheet of another kind."""
        found = self.key_cell
        key = _KEY.fullmatch(str(self.rows[found[0]][found[1]])) if found else None
        return int(key[1]) if key else None

    @property
    def key_cell(self) -> tuple[int, int] | None:
        """Where the row of keys begins."""
        return next(
            (
                (row, column)
                for row, values in enumerate(self.rows)
                for column, value in enumerate(values)
                if isinstance(value, str) and _KEY.fullmatch(value)
            ),
            None,
        )

    def cell(self, row: int, column: int) -> Cell:
        values = self.rows[row] if 0 <= row < len(self.rows) else []
        place, suspects = (row, column), self.suspects
        return Cell(
            row,
            column,
            values[column] if column < len(values) else "",
            has_formula=place in suspects.formulas,
            is_error=place in suspects.errors,
            is_percent=place in suspects.percents,
        )


@dataclass(slots=True)
class TableRead:
    table: DecisionTable
    description: str
    findings: list[Finding]
    places: dict[str, str] = field(default_factory=dict)


class SheetReader:
    def __init__(self, sheet: Sheet, source: Definitions, number: int) -> None:
        self._sheet = sheet
        self._decision = source.decisions[number]
        table = self._decision.table
        if table is None:
            raise ValueError(f"{self._decision.name} is no decision table")
        self._base = table
        self._rules = {rule.id: rule for rule in table.rules}
        self._columns = {column.key: column for column in grid_columns(source, self._decision, table)}
        self._key_row, self._name_column = sheet.key_cell or (layout.KEY_ROW, 0)
        self._findings: list[Finding] = []
        self._placed = self._place_columns()

    def _place_columns(self) -> list[tuple[int, GridColumn]]:
        """The columns where they stand now, left to right."""
        placed: dict[str, int] = {}
        for column, value in enumerate(self._sheet.rows[self._key_row]):
            key = plain(value)
            if column == self._name_column or not key:
                continue
            if key in placed or key not in self._columns:
                self._add(self._label_row, column, "is a copy of another column; delete it")
            else:
                placed[key] = column
        for key, missing in self._columns.items():
            if key not in placed:
                name = missing.label or missing.field or WORDINGS["en"].bands[missing.band]
                self._add(self._label_row, self._name_column, f"The column {name!r} is missing; export the table again")
        return sorted(((column, self._columns[key]) for key, column in placed.items()), key=lambda each: each[0])

    @property
    def _label_row(self) -> int:
        return self._key_row + layout.LABEL_ROW - layout.KEY_ROW

    def _at(self, row: int, column: int) -> str:
        return layout.address(self._sheet.name, max(row, 0), column)

    def _add(self, row: int, column: int, problem: str) -> None:
        self._findings.append(Finding(field=self._at(row, column), problem=problem, code="rules.malformed"))

    def read(self) -> TableRead:
        self._refuse_merged()
        self._refuse_strangers()
        description, policy = self._read_description(), self._read_policy()
        rows = list(self._rule_rows())
        rules = named(self._base, [self._read_row(row) for row in rows])
        table = self._headed(policy).model_copy(update={"rules": rules})
        return TableRead(table, description, self._findings, self._places(table, rows))

    def _refuse_merged(self) -> None:
        for (top, left), (bottom, right) in self._sheet.merged:
            if bottom >= self._label_row:
                cells = f"{layout.column_letters(left)}{top + 1}:{layout.column_letters(right)}{bottom + 1}"
                self._add(top, left, f"{cells} are merged, so that only the first counts; unmerge them and fill each")

    def _refuse_strangers(self) -> None:
        """A column beside the table may be meant as a condition; to leave it out in silence would be wrong."""
        known = {self._name_column, *(column for column, _ in self._placed)}
        width = max(map(len, self._sheet.rows), default=0)
        for column in range(width):
            if column in known or (self._key_row < len(self._sheet.rows) and self._text(self._key_row, column)):
                continue
            filled = [row for row in self._body_rows() if not self._sheet.cell(row, column).is_blank]
            if filled:
                self._add(filled[0], column, "stands outside of the table; delete the column, or say it in the rows")

    def _body_rows(self) -> Iterator[int]:
        yield self._label_row
        yield from range(self._key_row + 1, len(self._sheet.rows))

    def _text(self, row: int, column: int) -> str:
        return plain(self._sheet.cell(row, column).value)

    def _read_description(self) -> str:
        row = self._key_row + layout.DESCRIPTION_ROW - layout.KEY_ROW
        return self._noted(self._sheet.cell(row, self._name_column))

    def _read_policy(self) -> DecisionTable:
        row = self._key_row + layout.POLICY_ROW - layout.KEY_ROW
        width = len(self._sheet.rows[row]) if row >= 0 else 0
        texts = [self._noted(self._sheet.cell(row, column)) for column in range(width)]
        said = [text for text in texts if text and text not in POLICY_TITLES]
        policy = next(filter(None, (policy_said(text, self._base) for text in said)), None)
        if policy is None:
            problem = f"{' '.join(said)[:80]!r} does not say how rows are used; choose from the list"
            self._add(row, self._name_column + 1, problem)
            return self._base
        return self._base.model_copy(update={"hit_policy": policy[0], "aggregation": policy[1]})

    def _headed(self, table: DecisionTable) -> DecisionTable:
        """The table with its headings as they are worded now."""
        inputs, outputs, notes = list(table.inputs), list(table.outputs), list(table.annotations)
        for column, known in self._placed:
            label = self._heading(column, known)
            match known.band:
                case "if":
                    inputs[known.number] = inputs[known.number].model_copy(update={"label": label})
                case "then":
                    outputs[known.number] = outputs[known.number].model_copy(update={"label": label})
                case "note" if known.number < len(notes):
                    notes[known.number] = label
        return table.model_copy(
            update={"inputs": tuple(inputs), "outputs": tuple(outputs), "annotations": tuple(notes)}
        )

    def _heading(self, column: int, known: GridColumn) -> str:
        row = self._label_row + layout.FIELD_ROW - layout.LABEL_ROW
        if " ".join(self._text(row, column).split()) != " ".join(known.field.split()):
            self._add(row, column, f"says what the column asks and cannot be changed here; it was {known.field[:80]!r}")
        heading = " ".join(self._noted(self._sheet.cell(self._label_row, column)).split())
        return known.label if is_heading(heading, known.label) else heading

    def _rule_rows(self) -> Iterator[int]:
        columns = [self._name_column, *(column for column, _ in self._placed)]
        for row in range(self._key_row + 1, len(self._sheet.rows)):
            if any(not self._sheet.cell(row, column).is_blank for column in columns):
                yield row

    def _read_row(self, row: int) -> EditedRow:
        name = self._noted(self._sheet.cell(row, self._name_column))
        base = self._rules.get(name)
        cells = [(column, self._sheet.cell(row, place)) for place, column in self._placed]
        if name and all(cell.is_blank for _, cell in cells):
            self._add(row, self._name_column, "The row has a name and nothing else; delete the row")
        if name and base is None and not is_row_name(name):
            self._add(
                row, self._name_column, f"{name[:40]!r} is no name of a row; use letters, digits, - and _, or nothing"
            )
        read = {column.key: self._read_cell(cell, column, base) for column, cell in cells}
        return edited_row(self._base, list(self._columns.values()), name, base, read)

    def _read_cell(self, cell: Cell, column: GridColumn, base: Rule | None) -> str:
        if column.kind is None:
            return self._noted(cell)
        try:
            text = typed(cell, column.kind)
            if base is not None and _is_number_as_shown(cell, text, shown(base, column)):
                return written(base, column)
            return read_text(text, column, base)
        except FeelError as error:
            self._add(cell.row, cell.column, str(error))
            return UNREAD[column.band]

    def _noted(self, cell: Cell) -> str:
        try:
            text = typed(cell, None)
        except FeelError as error:
            self._add(cell.row, cell.column, str(error))
            return ""
        if _CONTROL.search(text):
            self._add(cell.row, cell.column, "has a control character; type the text again")
        return _CONTROL.sub("", text)

    def _places(self, table: DecisionTable, rows: list[int]) -> dict[str, str]:
        decision = self._decision.name
        places = {decision: self._at(self._key_row - layout.KEY_ROW, self._name_column)}
        titles = [(column, self._title(table, known)) for column, known in self._placed if known.kind is not None]
        for column, title in reversed(titles):
            places[f"{decision}.{title}"] = self._at(self._label_row, column)
            for row, rule in zip(rows, table.rules, strict=True):
                places[f"{decision}.rules[{rule.id}].{title}"] = self._at(row, column)
        return places | {
            f"{decision}.rules[{rule.id}]": self._at(row, self._name_column)
            for row, rule in zip(rows, table.rules, strict=True)
        }

    def _title(self, table: DecisionTable, known: GridColumn) -> str:
        return (table.inputs if known.band == "if" else table.outputs)[known.number].title


def _is_number_as_shown(cell: Cell, text: str, shown_text: str) -> bool:
    """Excel drops the noughts of 50.00; a number that was not touched keeps them."""
    if not isinstance(cell.value, int | float) or isinstance(cell.value, bool):
        return False
    try:
        return plain(float(shown_text)) == text
    except ValueError:
        return False
