"""Amounts, dates and marks of SWIFT fields."""

from datetime import date, timedelta
from decimal import Decimal

from models.errors import Finding

AMOUNT = r"\d{1,15}(?:[,.]\d{0,10})?"
"""SWIFT separates the cents by a comma and demands it; a few banks write a point or leave it out."""
_LAST_YEAR_OF_2000S = 79
"""SWIFT: years up to 79 are 20xx."""


class Notes:
    """What is wrong with a message (`violations`), and what is only remarkable (`remarks`)."""

    def __init__(self) -> None:
        self.violations: list[Finding] = []
        self.remarks: list[Finding] = []

    def violation(self, field: str, problem: str) -> None:
        self.violations.append(Finding(field=field, problem=problem))

    def remark(self, field: str, problem: str, code: str) -> None:
        self.remarks.append(Finding(field=field, problem=problem, code=code))


def amount_of(text: str) -> Decimal:
    """The amount that `AMOUNT` matched, unsigned."""
    return Decimal(text.replace(",", "."))


def day_of(text: str, field: str, notes: Notes) -> date:
    """The day of `YYMMDD`; 29 and 30 February are the month's last day, as banks that count 30 days a month write it.

    A day that does not exist is a violation, and a placeholder is returned.
    """
    year = 2000 + int(text[:2]) if int(text[:2]) <= _LAST_YEAR_OF_2000S else 1900 + int(text[:2])
    month, day = int(text[2:4]), int(text[4:6])
    try:
        return date(year, month, day)
    except ValueError:
        pass
    if month == 2 and day in (29, 30):
        return date(year, 3, 1) - timedelta(days=1)
    notes.violation(field, f"{text} is no date (YYMMDD)")
    return date.min


def near(day: date, month_and_day: str, field: str, notes: Notes) -> date:
    """The date with `MMDD` that is nearest to `day`: the booking of a value of December may be in January."""
    if day == date.min:
        return day
    candidates = (f"{(day.year + offset) % 100:02d}{month_and_day}" for offset in (-1, 0, 1))
    days = [_existing(each) for each in candidates]
    found = [each for each in days if each]
    if not found:
        notes.violation(field, f"{month_and_day} is no date (MMDD)")
        return date.min
    return min(found, key=lambda each: abs(each - day))


def _existing(text: str) -> date | None:
    ignored = Notes()
    day = day_of(text, "", ignored)
    return None if ignored.violations else day
