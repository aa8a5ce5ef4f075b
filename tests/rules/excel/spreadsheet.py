"""An Excel file as a person changes it: opened, edited by cell and row, and saved anew by another program."""

import io
import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

_CELL = re.compile(r"([A-Z]+)(\d+)")


def place(cell: str) -> tuple[int, int]:
    match = _CELL.fullmatch(cell)
    assert match
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


class Formula(str):
    """Written into the file to be computed."""


class Percent(float):
    """Shown as a percentage."""


class Spreadsheet:
    """Rows are counted as Excel shows them, from one."""

    def __init__(self, content: bytes) -> None:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        self.sheets: dict[str, list[list[Any]]] = {
            name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names
        }
        self.merged: list[tuple[str, str]] = []
        self._name = next(iter(self.sheets))

    def on(self, sheet: str) -> "Spreadsheet":
        self._name = sheet
        return self

    @property
    def rows(self) -> list[list[Any]]:
        return self.sheets[self._name]

    def __getitem__(self, cell: str) -> Any:
        row, column = place(cell)
        return self.rows[row][column]

    def __setitem__(self, cell: str, value: Any) -> None:
        row, column = place(cell)
        while len(self.rows) <= row:
            self.rows.append([])
        line = self.rows[row]
        line.extend([""] * (column + 1 - len(line)))
        line[column] = value

    def insert_row(self, row: int, values: list[Any]) -> None:
        self.rows.insert(row - 1, values)

    def copy_row(self, row: int, to: int) -> None:
        self.rows.insert(to - 1, list(self.rows[row - 1]))

    def move_row(self, row: int, to: int) -> None:
        self.rows.insert(to - 1, self.rows.pop(row - 1))

    def delete_row(self, row: int) -> None:
        del self.rows[row - 1]

    def edit_columns(self, edit: Callable[[list[Any]], None]) -> None:
        for line in self.rows:
            edit(line)

    def saved(self) -> bytes:
        buffer = io.BytesIO()
        workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
        formats: dict[type, Any] = {
            kind: workbook.add_format({"num_format": form})
            for kind, form in ((date, "yyyy-mm-dd"), (datetime, "yyyy-mm-dd hh:mm"), (time, "hh:mm"), (Percent, "0%"))
        }
        for name, rows in self.sheets.items():
            sheet = workbook.add_worksheet(name)
            for row, values in enumerate(rows):
                for column, value in enumerate(values):
                    _write(sheet, row, column, value, formats)
            for owner, cells in self.merged:
                if owner == name:
                    start, end = cells.split(":")
                    sheet.merge_range(*place(start), *place(end), self.on(name)[start])
        workbook.close()
        return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, formats: dict[type, Any]) -> None:
    match value:
        case Formula():
            sheet.write_formula(row, column, value, None, 5)
        case "":
            return
        case str():
            sheet.write_string(row, column, value)
        case bool():
            sheet.write_boolean(row, column, value)
        case date() | time():
            sheet.write_datetime(row, column, value, formats[type(value)])
        case _:
            sheet.write_number(row, column, value, formats.get(type(value)))
