"""Dates, times and durations of FEEL, read from their ISO 8601 text (XML Schema's lexical forms)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d|@[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*)?"
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(rf"(?P<clock>\d\d:\d\d:\d\d(?:\.\d{{1,6}})?){_ZONE}", re.ASCII)
_DATE_TIME = re.compile(rf"(?P<date>\d{{4}}-\d\d-\d\d)(?:T(?P<clock>\d\d:\d\d:\d\d(?:\.\d{{1,6}})?){_ZONE})?", re.ASCII)
_MONTHS = re.compile(r"(?P<sign>-?)P(?:(?P<years>\d{1,9})Y)?(?:(?P<months>\d{1,9})M)?(?<!P)", re.ASCII)
_DAYS = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?(?<!T))?(?<!P)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class MonthsDuration:
    """FEEL's years and months duration. It has no length in days, so it is not compared with one."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.months < 0 else ''}P{body}"


def read_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    match = _TIME.fullmatch(text)
    try:
        return time.fromisoformat(match["clock"]).replace(tzinfo=_read_zone(match["zone"])) if match else None
    except ValueError:
        return None


def read_date_time(text: str) -> datetime | None:
    """A date alone is its midnight."""
    match = _DATE_TIME.fullmatch(text)
    try:
        if match is None:
            return None
        moment = datetime.fromisoformat(f"{match['date']}T{match['clock'] or '00:00:00'}")
        return moment.replace(tzinfo=_read_zone(match["zone"]))
    except ValueError:
        return None


def _read_zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError(text) from error
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-offset if text[0] == "-" else offset)


def read_months_duration(text: str) -> MonthsDuration | None:
    match = _MONTHS.fullmatch(text)
    if match is None:
        return None
    months = int(match["years"] or 0) * 12 + int(match["months"] or 0)
    return MonthsDuration(-months if match["sign"] else months)


def read_days_duration(text: str) -> timedelta | None:
    match = _DAYS.fullmatch(text)
    if match is None:
        return None
    seconds = Decimal(match["seconds"] or 0)
    try:
        duration = timedelta(
            days=int(match["days"] or 0),
            hours=int(match["hours"] or 0),
            minutes=int(match["minutes"] or 0),
            microseconds=int(seconds * 1_000_000),
        )
    except OverflowError:
        return None
    return -duration if match["sign"] else duration


def read_duration(text: str) -> timedelta | MonthsDuration | None:
    days = read_days_duration(text)
    return days if days is not None else read_months_duration(text)


def read_temporal(text: str) -> Any:
    """Whatever of date, date and time, time or duration the text is; None where it is none of them."""
    for read in (read_date, read_date_time, read_time, read_duration):
        value = read(text)
        if value is not None:
            return value
    return None


def write_duration(duration: timedelta) -> str:
    """ISO 8601 text of a days and time duration."""
    sign = "-" if duration < timedelta(0) else ""
    duration = abs(duration)
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{duration.microseconds:06d}".rstrip("0").rstrip(".")
    clock = "".join(f"{part}{unit}" for part, unit in ((hours, "H"), (minutes, "M")) if part)
    if seconds or fraction:
        clock += f"{seconds}{fraction}S"
    body = (f"{duration.days}D" if duration.days else "") + (f"T{clock}" if clock else "")
    return f"{sign}P{body or 'T0S'}"


def months_later(day: date, months: int) -> date:
    """`day` moved by whole months, or to the last day of a shorter month. Raises ValueError outside years 1-9999."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return day.replace(year=year, month=month + 1, day=min(day.day, last))
        except ValueError:
            if last == 28:
                raise
    raise AssertionError
