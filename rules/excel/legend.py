"""The page of an Excel file that explains it to whoever opens it without having read anything else."""

from collections.abc import Iterable, Mapping
from typing import Any

from rules.definitions import Definitions
from rules.excel.styles import Styles
from rules.excel.wording import Wording
from rules.grid_columns import GridColumn, grid_columns


def write_legend(
    sheet: Any, styles: Styles, definitions: Definitions, names: Mapping[int, str], wording: Wording
) -> None:
    _Legend(sheet, styles, wording).write(definitions, names)


class _Legend:
    def __init__(self, sheet: Any, styles: Styles, wording: Wording) -> None:
        self._sheet, self._styles, self._wording = sheet, styles, wording
        self._row = 0

    def write(self, definitions: Definitions, names: Mapping[int, str]) -> None:
        wording = self._wording
        self._sheet.hide_gridlines(2)
        self._sheet.set_column(0, 0, 38)
        self._sheet.set_column(1, 1, 90)
        self._line(wording.legend, self._styles.title)
        for term, meaning in wording.introduction:
            self._pair(term, meaning)
        self._section(wording.conditions_title, wording.conditions)
        self._section(wording.results_title, wording.results)
        self._lines(wording.care_title, wording.care)
        self._lines(wording.afterwards_title, wording.afterwards)
        for number, name in names.items():
            decision = definitions.decisions[number]
            if decision.table is not None:
                self._columns(name, grid_columns(definitions, decision, decision.table))

    def _columns(self, name: str, columns: Iterable[GridColumn]) -> None:
        heading = self._wording.speech.heading
        rows = [
            (heading(column.label) or column.field, self._wording.explained(column.kind))
            for column in columns
            if column.kind
        ]
        self._section(self._wording.columns_title.format(table=name), rows)

    def _section(self, heading: str, rows: Iterable[tuple[str, str]]) -> None:
        self._row += 1
        self._line(heading, self._styles.heading)
        for term, meaning in rows:
            self._pair(term, meaning)

    def _lines(self, heading: str, lines: Iterable[str]) -> None:
        self._row += 1
        self._line(heading, self._styles.heading)
        for line in lines:
            self._line(line, self._styles.soft)

    def _line(self, text: str, style: Any) -> None:
        self._sheet.write_string(self._row, 0, text, style)
        self._row += 1

    def _pair(self, term: str, meaning: str) -> None:
        self._sheet.write_string(self._row, 0, term, self._styles.term)
        self._sheet.write_string(self._row, 1, meaning, self._styles.prose)
        self._row += 1
