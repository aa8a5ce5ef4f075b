"""Until when a payment has to be at the bank so that it counts on its value date."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from finance.calendars import add_business_days, rolled
from models.calendar import BusinessCalendar, CutOff, Roll


def latest_execution(cut_off: CutOff, calendar: BusinessCalendar, value_date: date) -> date:
    """The last bank day on which a payment may be executed to be there on `value_date`.

    A value date that is no bank day counts as the bank day before: a debt is paid in time or early.
    """
    arrives = rolled(calendar, value_date, Roll.PRECEDING) or value_date
    return add_business_days(calendar, arrives, -cut_off.days_to_payee)


def cut_off_for(cut_off: CutOff, calendar: BusinessCalendar, value_date: date) -> datetime:
    """The last moment (UTC) at which a payment for `value_date` has to be at the bank, signed."""
    day = latest_execution(cut_off, calendar, value_date)
    return datetime.combine(day, cut_off.at, ZoneInfo(cut_off.zone)).astimezone(UTC)
