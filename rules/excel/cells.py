"""What stands in a cell of an Excel file, as the text that a person would have typed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from rules.cell_reading import FEEL_MARK
from rules.column_kinds import ColumnKind
from rules.excel.exact_number import EXCEL_DIGITS
from rules.feel.errors import FeelError
from rules.item_types import ANY

Value = int | float | str | bool | time | date | datetime | timedelta
_TIMES = (time, date, datetime, timedelta)


@dataclass(frozen=True, slots=True)
class Cell:
    """`row` and `column` count from nought."""

    row: int
    column: int
    value: Value
    has_formula: bool = False
    is_error: bool = False
    is_percent: bool = False

    @property
    def is_blank(self) -> bool:
        return not (self.has_formula or self.is_error or plain(self.value))


def typed(cell: Cell, kind: ColumnKind | None) -> str:
    """The text of a cell, whatever Excel made of it. Raises FeelError for what nobody can have meant."""
    if cell.has_formula:
        raise FeelError("holds a formula; write the value itself")
    if cell.is_error:
        raise FeelError("holds an error of Excel; write the value itself")
    if kind is None:
        return plain(cell.value)
    if cell.is_percent and isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        raise FeelError(
            f"is shown as a percentage but holds {plain(cell.value)}; format the cell as text and write the number"
        )
    if isinstance(cell.value, _TIMES):
        return _moment(cell.value, kind)
    if isinstance(cell.value, bool) and kind.kind not in ("boolean", ANY):
        return "true" if cell.value else "false"
    return plain(cell.value)


def plain(value: Value) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case float():
            return _number(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
    return value.replace("\r\n", "\n").strip()


def _number(value: float) -> str:
    """The digits that Excel shows: the rest is what floats leave behind."""
    number = Decimal(f"{value:.{EXCEL_DIGITS}g}")
    return f"{number.normalize():f}" if number else "0"


def _moment(value: Value, kind: ColumnKind) -> str:
    if isinstance(value, datetime) and kind.kind in ("date and time", ANY):
        return f'{FEEL_MARK} date and time("{value.isoformat(timespec="seconds")}")'
    if isinstance(value, time) and kind.kind in ("time", ANY):
        return f'{FEEL_MARK} time("{value.isoformat(timespec="seconds")}")'
    if isinstance(value, date) and not isinstance(value, datetime) and kind.kind in ("date", ANY):
        return value.isoformat()
    raise FeelError(
        f"holds {plain(value)}, a day or time that Excel made of what was typed; format the cell as text and write "
        f"a {'number' if kind.kind == ANY else kind.kind}"
    )
