"""Definitions to an Excel file: a sheet for each decision table, a page that explains, and what brings it back."""

import base64
import hashlib
import io
from datetime import UTC, datetime
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter

from models.errors import BusinessError
from rules.cell_words import choices_in_words
from rules.column_kinds import ColumnKind
from rules.definitions import Decision, DecisionTable, Definitions, Rule
from rules.dmn_writer import write_definitions
from rules.excel import layout
from rules.excel.exact_number import is_exact_number
from rules.excel.legend import write_legend
from rules.excel.styles import Styles
from rules.excel.wording import Wording
from rules.excel.wordings import WORDINGS
from rules.grid_columns import GridColumn, grid_columns, shown

_CHUNK = 30_000
_MAX_LENGTH = 32_767
_SAME_FOR_THE_SAME = datetime(2026, 1, 1, tzinfo=UTC)
"""Written into the file as its day of making, so that the same tables give the same bytes."""
_NARROWEST, _WIDEST, _NOTE_WIDTH = 14, 34, 60


def write_workbook(definitions: Definitions, language: str = "en") -> bytes:
    """An .xlsx file in a language of `WORDINGS` that `rules.excel.reader` reads back as the same definitions.

    Raises BusinessError `rules.unsupported` for decisions that cannot be written again, and `rules.too_large` for a
    cell longer than Excel holds.
    """
    # What no DMN file can hold must not leave in a file that looks as if it could come back.
    write_definitions(definitions)
    wording = WORDINGS[language]
    names = layout.sheet_names(definitions, wording.speech)
    if not names:
        raise BusinessError("rules.unsupported", "The file has no decision table that a sheet could show.")
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    )
    workbook.set_properties({"title": definitions.name, "created": _SAME_FOR_THE_SAME})
    styles, lists = Styles(workbook), _Lists()
    for number, name in names.items():
        _TableSheet(workbook.add_worksheet(name), styles, lists, wording, definitions, number).write()
    write_legend(workbook.add_worksheet(wording.legend_sheet), styles, definitions, names, wording)
    _write_hidden(workbook.add_worksheet(layout.HIDDEN_SHEET), definitions, lists)
    workbook.close()
    return buffer.getvalue()


class _Lists:
    """The values to choose from. They stand in columns of the hidden sheet: Excel takes no long list in place."""

    FIRST_COLUMN = 2

    def __init__(self) -> None:
        self.values: list[tuple[str, ...]] = []

    def reference(self, values: tuple[str, ...]) -> str:
        if values not in self.values:
            self.values.append(values)
        letters = layout.column_letters(self.FIRST_COLUMN + self.values.index(values))
        return f"='{layout.HIDDEN_SHEET}'!${letters}$1:${letters}${len(values)}"


def _write_hidden(sheet: Any, definitions: Definitions, lists: _Lists) -> None:
    content = definitions.model_dump_json().encode()
    text = base64.b64encode(content).decode()
    chunks = [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]
    for row, line in enumerate([layout.MAGIC, hashlib.sha256(content).hexdigest(), *chunks]):
        sheet.write_string(row, 0, line)
    for column, values in enumerate(lists.values, lists.FIRST_COLUMN):
        for row, value in enumerate(values):
            sheet.write_string(row, column, value)
    sheet.very_hidden()


class _TableSheet:
    def __init__(
        self, sheet: Any, styles: Styles, lists: _Lists, wording: Wording, definitions: Definitions, number: int
    ) -> None:
        self._sheet, self._styles, self._lists, self._wording = sheet, styles, lists, wording
        self._number, self._decision = number, definitions.decisions[number]
        self._table: DecisionTable = _table_of(self._decision)
        self._columns = grid_columns(definitions, self._decision, self._table)
        self._rows = [self._row(rule) for rule in self._table.rules]

    def _row(self, rule: Rule) -> list[str]:
        return [shown(rule, column, self._wording.speech) for column in self._columns]

    def _heading(self, column: GridColumn) -> str:
        return self._wording.speech.heading(column.label)

    def write(self) -> None:
        self._write_title()
        self._write_headings()
        for row, (rule, texts) in enumerate(zip(self._table.rules, self._rows, strict=True), layout.FIRST_RULE):
            self._sheet.write_string(row, 0, rule.id, self._styles.name())
            for place, (column, text) in enumerate(zip(self._columns, texts, strict=True), 1):
                self._write_cell(row, place, column.kind, text)
        self._prepare_spare_rows()
        self._offer_choices()
        self._set_page()

    def _write_title(self) -> None:
        sheet, styles = self._sheet, self._styles
        sheet.write_string(0, 0, self._wording.speech.table(self._decision.name), styles.title)
        description = self._decision.description
        sheet.merge_range(layout.DESCRIPTION_ROW, 0, layout.DESCRIPTION_ROW, max(len(self._columns), 3), "")
        _write_text(sheet, layout.DESCRIPTION_ROW, 0, description, styles.prose)
        width = sum(self._widths()) + _NARROWEST
        lines = sum(1 + len(line) // width for line in description.split("\n"))
        sheet.set_row(layout.DESCRIPTION_ROW, 6 + 15 * lines)
        sheet.write_string(layout.POLICY_ROW, 0, self._wording.policy_title, styles.soft)
        sheet.write_string(layout.POLICY_ROW, 1, self._wording.policy_words(self._table), styles.choice)
        sheet.data_validation(
            layout.POLICY_ROW,
            1,
            layout.POLICY_ROW,
            1,
            {"validate": "list", "source": self._lists.reference(tuple(self._wording.policies))},
        )

    def _write_headings(self) -> None:
        sheet, styles = self._sheet, self._styles
        sheet.write_string(layout.LABEL_ROW, 0, self._wording.row_title, styles.label(""))
        for row in (layout.BAND_ROW, layout.FIELD_ROW, layout.KIND_ROW):
            sheet.write_blank(row, 0, None, styles.hint(""))
        sheet.write_string(layout.KEY_ROW, 0, f"{layout.MARK}{self._number}")
        for place, column in enumerate(self._columns, 1):
            is_first = place == 1 or self._columns[place - 2].band != column.band
            band = self._wording.bands[column.band] if is_first else ""
            sheet.write_string(layout.BAND_ROW, place, band, styles.band(column.band))
            _write_text(sheet, layout.LABEL_ROW, place, self._heading(column), styles.label(column.band))
            _write_text(sheet, layout.FIELD_ROW, place, column.field, styles.hint(column.band))
            sheet.write_string(layout.KIND_ROW, place, self._wording.kind_words(column.kind), styles.hint(column.band))
            sheet.write_string(layout.KEY_ROW, place, column.key)
        sheet.set_row(layout.KEY_ROW, None, None, {"hidden": True})
        sheet.freeze_panes(layout.FIRST_RULE, 1)

    def _write_cell(self, row: int, column: int, kind: ColumnKind | None, text: str) -> None:
        if kind is not None and not kind.is_condition and is_exact_number(text):
            decimals = len(text.partition(".")[2])
            self._sheet.write_number(row, column, float(text), self._styles.number(decimals))
        else:
            _write_text(self._sheet, row, column, text, self._styles.cell(text))

    def _prepare_spare_rows(self) -> None:
        first = layout.FIRST_RULE + len(self._rows)
        for row in range(first, first + 20):
            for column in range(len(self._columns) + 1):
                self._sheet.write_blank(row, column, None, self._styles.cell("") if column else self._styles.name())

    def _offer_choices(self) -> None:
        last = layout.FIRST_RULE + len(self._rows) + layout.SPARE_ROWS
        for place, column in enumerate(self._columns, 1):
            values = self._choices(column, [texts[place - 1] for texts in self._rows])
            if values:
                is_strict = column.kind is not None and column.kind.is_closed and not column.kind.takes_several
                options = {"validate": "list", "source": self._lists.reference(values), "show_error": is_strict}
                self._sheet.data_validation(layout.FIRST_RULE, place, last, place, options)

    def _choices(self, column: GridColumn, used: list[str]) -> tuple[str, ...]:
        """What the column allows and, where a cell may say several, what its cells say already."""
        kind = column.kind
        if kind is None or not (kind.choices or kind.kind == "boolean"):
            return ()
        offered = list(choices_in_words(kind, self._wording.speech))
        if kind.takes_several and kind.kind != "boolean":
            offered += sorted(text for text in set(used) if text and not is_exact_number(text))
        return tuple(dict.fromkeys(offered))

    def _widths(self) -> list[int]:
        widths = []
        for place, column in enumerate(self._columns):
            if column.kind is None:
                widths.append(_NOTE_WIDTH)
                continue
            texts = [texts[place] for texts in self._rows] + [
                self._heading(column),
                self._wording.kind_words(column.kind),
            ]
            longest = max(_width(line) for text in texts for line in text.split("\n"))
            widths.append(min(max(longest + 2, _NARROWEST), _WIDEST))
        return widths

    def _set_page(self) -> None:
        sheet = self._sheet
        longest_name = max((len(rule.id) for rule in self._table.rules), default=0)
        sheet.set_column(0, 0, min(max(longest_name + 1, 20), _WIDEST))
        for place, width in enumerate(self._widths(), 1):
            sheet.set_column(place, place, width)
        last = (layout.FIRST_RULE + len(self._rows) + layout.SPARE_ROWS, len(self._columns))
        sheet.ignore_errors({"number_stored_as_text": f"A1:{layout.column_letters(last[1])}{last[0]}"})
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(layout.BAND_ROW, layout.KIND_ROW)
        sheet.set_footer(f"&L&A&R{self._wording.page}")


def _width(text: str) -> int:
    """In the columns that a text takes, Chinese characters being twice as wide."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _table_of(decision: Decision) -> DecisionTable:
    if decision.table is None:
        raise ValueError(f"{decision.name} is no decision table")
    return decision.table


def _write_text(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    if len(text) > _MAX_LENGTH:
        raise BusinessError("rules.too_large", f"A text of {len(text):,} characters does not fit a cell of Excel.")
    sheet.write_string(row, column, text, style) if text else sheet.write_blank(row, column, None, style)
