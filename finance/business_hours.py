"""Clocks that run only while somebody works: business days of a calendar, nine to five in the person's own zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from finance.calendars import is_business_day
from models.calendar import BusinessCalendar

OPENS, CLOSES = time(9), time(17)
_ONE_DAY = timedelta(days=1)
_FURTHEST = 3660
"""Days that are looked ahead before a calendar counts as one that is always closed."""


def worked_between(start: datetime, end: datetime, zone: ZoneInfo, calendar: BusinessCalendar) -> timedelta:
    """How much business time lies between two moments; none where `end` is before `start`."""
    worked, day = timedelta(), start.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        opens, closes = _hours_of(day, zone)
        if is_business_day(calendar, day):
            worked += max(timedelta(), min(end, closes) - max(start, opens))
        day += _ONE_DAY
    return worked


def after_working(start: datetime, span: timedelta, zone: ZoneInfo, calendar: BusinessCalendar) -> datetime:
    """The moment at which `span` of business time has passed since `start`.

    Raises ValueError for a calendar that has no business day for ten years.
    """
    left, day = span, start.astimezone(zone).date()
    for _ in range(_FURTHEST):
        opens, closes = _hours_of(day, zone)
        begins = max(start, opens)
        if is_business_day(calendar, day) and begins < closes:
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        day += _ONE_DAY
    raise ValueError(f"the calendar {calendar.id!r} has no business day in ten years")


def _hours_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """In UTC, where a difference is a span of real time also on the day on which the clocks change."""
    opens, closes = (datetime.combine(day, at, zone).astimezone(ZoneInfo("UTC")) for at in (OPENS, CLOSES))
    return opens, closes
