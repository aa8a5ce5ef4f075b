"""Business days: weekends, holidays of countries and of TARGET2, make-up workdays, the company's own days.

Holidays come from the package `holidays`, whose version dates them; a day that it does not know yet is entered as a
company day, which overrules it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version

import holidays

from models.calendar import BusinessCalendar, DayOff, Roll
from models.errors import BusinessError, Finding

DATA_VERSION = f"holidays {version('holidays')}"
"""By which data a date was worked out."""

COMPANY = "company"
_TARGET2 = "TARGET2"
_LONGEST_CLOSED = 60
_ONE_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6
_ANY_YEAR = 2026
_LOOKED_BACK = 3
"""Years within which a country had make-up workdays that is expected to announce some."""


@dataclass(frozen=True)
class _Year:
    """One source's year."""

    holidays: Mapping[date, str]
    make_up_days: frozenset[date]
    weekend: frozenset[int]


def require_sources(calendar: BusinessCalendar) -> None:
    """Raises BusinessError `calendar.unknown_source` naming every source that nothing is known about."""
    unknown = [source for source in calendar.sources if not _is_known(source)]
    if unknown:
        problem = "is neither TARGET2 nor a country such as DE nor a part of one such as DE-SH"
        findings = tuple(Finding(field="sources", problem=f"{source!r} {problem}") for source in unknown)
        raise BusinessError("calendar.unknown_source", f"The calendar {calendar.id!r} cannot be used.", findings)


def day_off(calendar: BusinessCalendar, day: date) -> DayOff | None:
    """Why `day` is no business day; None where it is one."""
    for own in calendar.company_days:
        if own.day == day:
            return None if own.is_working else DayOff(day=day, name=own.name, source=COMPANY)
    for source in calendar.sources:
        year = _year(source, day.year)
        if day in year.holidays:
            return DayOff(day=day, name=year.holidays[day], source=source)
        if day.weekday() in year.weekend and day not in year.make_up_days:
            return DayOff(day=day, name="", source=source)
    is_weekend = not calendar.sources and day.weekday() in (_SATURDAY, _SUNDAY)
    return DayOff(day=day, name="", source="") if is_weekend else None


def is_business_day(calendar: BusinessCalendar, day: date) -> bool:
    return day_off(calendar, day) is None


def make_up_day(calendar: BusinessCalendar, day: date) -> str:
    """The source, or `company`, for which the weekend's day `day` is a workday; empty where it is an ordinary day."""
    if day.weekday() not in (_SATURDAY, _SUNDAY) or not is_business_day(calendar, day):
        return ""
    if any(own.day == day for own in calendar.company_days):
        return COMPANY
    return next((source for source in calendar.sources if day in _year(source, day.year).make_up_days), "")


def unannounced(calendar: BusinessCalendar, year: int) -> str:
    """The source that has make-up workdays each year but none for `year` in the data; empty where there is none."""
    return next((source for source in calendar.sources if _is_unannounced(source, year)), "")


def rolled(calendar: BusinessCalendar, day: date, roll: Roll) -> date | None:
    """`day`, or the business day that stands for it; None where it is left out.

    Raises BusinessError `calendar.always_closed` when there is no business day for two months.
    """
    if is_business_day(calendar, day):
        return day
    match roll:
        case Roll.SKIP:
            return None
        case Roll.PRECEDING:
            return _next_open(calendar, day, -_ONE_DAY)
        case Roll.FOLLOWING:
            return _next_open(calendar, day, _ONE_DAY)
        case Roll.MODIFIED_FOLLOWING:
            later = _next_open(calendar, day, _ONE_DAY)
            return later if later.month == day.month else _next_open(calendar, day, -_ONE_DAY)


def add_business_days(calendar: BusinessCalendar, day: date, number: int) -> date:
    """The business day `number` business days after `day`, before it where `number` is negative."""
    for _ in range(abs(number)):
        day = _next_open(calendar, day, _ONE_DAY if number > 0 else -_ONE_DAY)
    return day


def _next_open(calendar: BusinessCalendar, day: date, step: timedelta) -> date:
    for _ in range(_LONGEST_CLOSED):
        day += step
        if is_business_day(calendar, day):
            return day
    raise BusinessError("calendar.always_closed", f"The calendar {calendar.id!r} has no business day around {day}.")


def _is_unannounced(source: str, year: int) -> bool:
    before = range(year - _LOOKED_BACK, year)
    return not _year(source, year).make_up_days and any(_year(source, each).make_up_days for each in before)


def _is_known(source: str) -> bool:
    try:
        _year(source, _ANY_YEAR)
    except (KeyError, NotImplementedError):
        return False
    return True


@lru_cache(maxsize=512)
def _year(source: str, year: int) -> _Year:
    """Each source's year is read whole and never changed: the package's own objects fill themselves while read,
    which two threads must not do at once."""
    if source == _TARGET2:
        found = holidays.financial_holidays("XECB", years=year)
    else:
        country, _, part = source.partition("-")
        found = holidays.country_holidays(country, subdiv=part or None, years=year, language=_language(country))
    return _Year(
        holidays={day: name for day, name in found.items() if day.year == year},
        make_up_days=frozenset(day for day in getattr(found, "weekend_workdays", ()) if day.year == year),
        weekend=frozenset(found.weekend),
    )


def _language(country: str) -> str | None:
    """English where the package knows it, else the country's own."""
    languages = holidays.list_localized_countries().get(country, ())
    return "en_US" if "en_US" in languages else None
