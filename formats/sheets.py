"""Tables as files for spreadsheets. No cell becomes a formula, whatever somebody wrote into a name or a reason."""

import csv
import io
from collections.abc import Sequence

import xlsxwriter

from models.base import Model

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the start of a formula, blanks before it or not; the wide signs as well."""
_LONGEST_CELL, _LONGEST_NAME = 32_767, 31
_WIDEST = 60


class Sheet(Model):
    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a mark, so that Excel reads it right. A cell that would be a formula gets an apostrophe before it."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in row] for row in (sheet.headings, *sheet.rows))
    return written.getvalue().encode("utf-8-sig")


def as_excel(sheets: Sequence[Sheet]) -> bytes:
    """An .xlsx file with one sheet each; every cell is text."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    bold, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
    for sheet in sheets:
        page = workbook.add_worksheet(sheet.name[:_LONGEST_NAME])
        page.freeze_panes(1, 0)
        for row, cells in enumerate((sheet.headings, *sheet.rows)):
            for column, cell in enumerate(cells):
                page.write_string(row, column, cell[:_LONGEST_CELL], wrapped if row else bold)
        for column, heading in enumerate(sheet.headings):
            longest = max(len(cells[column]) for cells in (sheet.headings, *sheet.rows))
            page.set_column(column, column, min(max(longest, len(heading)) + 2, _WIDEST))
    workbook.close()
    return buffer.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell
