"""CSV files as rows of named cells, with a finding for each cell that is missing or malformed."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from formats.currencies import NO_CURRENCY, known_currency
from models.errors import BusinessError, Finding

_DELIMITERS = (";", ",", "\t")
_DECIMALS = {mark: re.compile(rf"[+-]?\d{{1,15}}(?:{re.escape(mark)}\d{{1,10}})?", re.ASCII) for mark in (".", ",")}


def decode(data: bytes) -> str:
    """UTF-8 with or without mark, else the Windows-1252 that spreadsheets and banks write."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def header_of(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Delimiter and column names of the first line; names are trimmed and lower-case."""
    line = decode(data[:10_000]).partition("\n")[0]
    delimiter = max(_DELIMITERS, key=line.count)
    return delimiter, tuple(cell.strip().strip('"').strip().lower() for cell in line.split(delimiter))


def records(data: bytes) -> list[dict[str, str]]:
    """The lines of any CSV file by its column names, which are trimmed and lower-case; a missing cell is empty."""
    delimiter, names = header_of(data)
    lines = csv.reader(StringIO(decode(data)), delimiter=delimiter)
    next(lines, None)
    return [dict.fromkeys(names, "") | dict(zip(names, map(str.strip, line), strict=False)) for line in lines if line]


class Row:
    """One line of the file. A bad cell is a finding, and a placeholder is returned."""

    def __init__(self, cells: dict[str, str], number: int, findings: list[Finding]) -> None:
        self._cells = cells
        self._number = number
        self._findings = findings

    def text(self, column: str, *, required: bool = False) -> str:
        value = self._cells.get(column, "")
        if required and not value:
            self.note(column, "is empty, but a value is needed")
        return value

    def amount(self, column: str, mark: str, *, required: bool = False) -> Decimal | None:
        """A decimal with `mark` before its decimals and nothing between the thousands."""
        value = self.text(column, required=required)
        if not value:
            return None
        if not _DECIMALS[mark].fullmatch(value):
            self.note(column, f"{value[:40]!r} is not an amount such as 1250{mark}00 (no other marks in it)")
            return None
        return Decimal(value.replace(mark, "."))

    def required_amount(self, column: str, mark: str) -> Decimal:
        value = self.amount(column, mark, required=True)
        return Decimal(0) if value is None else value

    def day(self, column: str, form: str, *, required: bool = False) -> date | None:
        """A date in the `strptime` form."""
        value = self.text(column, required=required)
        if not value:
            return None
        try:
            return datetime.strptime(value, form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            self.note(column, f"{value[:40]!r} is not a date such as {date(2026, 11, 20).strftime(form)}")
            return None

    def currency(self, column: str) -> str:
        value = self.text(column, required=True)
        currency = known_currency([value])
        if value and currency == NO_CURRENCY:
            self.note(column, f"{value[:9]!r} is no currency code of ISO 4217 such as EUR or CNY")
        return currency

    def note(self, column: str, problem: str) -> None:
        self._findings.append(Finding(field=f"line {self._number}, {column}", problem=problem))


def read_rows(data: bytes, findings: list[Finding]) -> Iterator[Row]:
    """The rows below the header; `number` counts lines as an editor does.

    Raises BusinessError `document.malformed` where quotes are broken. A row with more or fewer cells than the header
    is a finding: its cells may have slipped.
    """
    delimiter, header = header_of(data)
    reader = csv.reader(StringIO(decode(data), newline=""), delimiter=delimiter, strict=True)
    try:
        next(reader, None)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _row(header, cells, reader.line_num, findings)
    except csv.Error as error:
        raise BusinessError(
            "document.malformed",
            f"Line {reader.line_num} of the file is no valid CSV ({error}); save it again from the spreadsheet.",
        ) from None


def _row(header: Sequence[str], cells: list[str], number: int, findings: list[Finding]) -> Row:
    row = Row(dict(zip(header, (cell.strip() for cell in cells), strict=False)), number, findings)
    if len(cells) != len(header):
        row.note("cells", f"{len(cells)} are there, but the header has {len(header)} columns")
    return row
