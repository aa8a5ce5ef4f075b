"""Compares what a portal's confirmation page shows with what was approved; lenient in spelling, never in value."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, TypeVar

from models.money import Money
from models.portal import Difference

ConfirmationReading = Mapping[str, str]
"""Field name to the text shown for it on the confirmation page as last rendered, never to an input we filled."""

NOT_SHOWN = "(not shown)"

CellT = TypeVar("CellT")


class Expectation(Protocol):
    """One approved value and how it may be spelt on the page."""

    def __str__(self) -> str: ...

    def is_shown_as(self, text: str) -> bool: ...


Expectations = Mapping[str, Expectation]


def compare(expected: Expectations, shown: ConfirmationReading) -> tuple[Difference, ...]:
    """Every field of `expected` that the page does not show, or shows with another value; empty when all agree."""
    return tuple(
        Difference(field=field, approved=str(expectation), shown=shown.get(field, NOT_SHOWN))
        for field, expectation in expected.items()
        if field not in shown or not expectation.is_shown_as(shown[field])
    )


def contradiction(expected: Expectations, shown: ConfirmationReading) -> str:
    """What `compare` finds, in one line; empty when all agree."""
    return "; ".join(f"{found.field} is {found.shown}, not {found.approved}" for found in compare(expected, shown))


def numbered(name: str, columns: Sequence[str], rows: Iterable[Sequence[CellT]]) -> dict[str, CellT]:
    """The cells of a table as fields: "`name` 1 column", row by row. Each row has a cell for each column."""
    return {
        f"{name} {number} {column}": cell
        for number, row in enumerate(rows, start=1)
        for column, cell in zip(columns, row, strict=True)
    }


@dataclass(frozen=True)
class Text:
    """Free text, equal but for blanks and Unicode spelling. `cut` is the length at which the portal cuts it."""

    value: str
    cut: int | None = None

    def __str__(self) -> str:
        return self.value

    def is_shown_as(self, text: str) -> bool:
        approved, shown = squeezed(self.value), squeezed(text)
        if self.cut is not None and len(approved) > self.cut:
            return shown == approved[: self.cut].rstrip()
        return shown == approved


@dataclass(frozen=True)
class Account:
    """An IBAN, however it is grouped (ISO 13616 prints it in fours)."""

    iban: str

    def __str__(self) -> str:
        return self.iban

    def is_shown_as(self, text: str) -> bool:
        return re.sub(r"\s", "", text).upper() == self.iban


@dataclass(frozen=True)
class Sum:
    """An amount with its currency before or behind, thousands grouped or not. `comma` says which decimal sign rules."""

    money: Money
    comma: bool = False

    def __str__(self) -> str:
        return str(self.money)

    def is_shown_as(self, text: str) -> bool:
        number = text.replace(self.money.currency, "", 1)
        if self.money.currency not in text:
            return False
        return read_number(number, comma=self.comma) == self.money.amount


@dataclass(frozen=True)
class Number:
    """A plain number, such as a tax rate or the count of lines, with its `unit` behind it."""

    value: Decimal
    comma: bool = False
    unit: str = ""

    def __str__(self) -> str:
        return str(self.value)

    def is_shown_as(self, text: str) -> bool:
        return read_number(text.removesuffix(self.unit), comma=self.comma) == self.value


@dataclass(frozen=True)
class Day:
    """A date in the portal's own spelling, a `strptime` format."""

    value: date
    spelling: str = "%Y-%m-%d"

    def __str__(self) -> str:
        return self.value.isoformat()

    def is_shown_as(self, text: str) -> bool:
        try:
            return datetime.strptime(text.strip(), self.spelling).date() == self.value  # noqa: DTZ007 - a date only
        except ValueError:
            return False


def squeezed(text: str) -> str:
    """`text` in composed Unicode (NFC) with every run of blanks as one space and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_number(text: str, *, comma: bool) -> Decimal | None:
    """The number that `text` spells, None when it spells none. Thousands must stand in groups of three."""
    decimal, group = (",", "[.'’\\s]") if comma else (r"\.", "[,'’\\s]")
    stripped = text.strip()
    if not re.fullmatch(rf"-?(\d+|\d{{1,3}}({group}\d{{3}})+)({decimal}\d+)?", stripped):
        return None
    return Decimal(re.sub(group, "", stripped).replace(",", "."))


def write_number(number: Decimal, *, comma: bool) -> str:
    """`number` as it is typed into a field: without groups, with all its places."""
    plain = format(number, "f")
    return plain.replace(".", ",") if comma else plain
