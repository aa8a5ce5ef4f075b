"""On which days a bank, a country or the company works, and what happens to a date on which it does not."""

from datetime import date, time
from enum import StrEnum
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from models.base import Model

CalendarId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"{value!r} is no time zone such as Europe/Berlin")
    return value


Zone = Annotated[str, AfterValidator(_known_zone)]
"""The name of a time zone."""


class Roll(StrEnum):
    """What happens to a date that is no business day (ISDA business day conventions)."""

    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"
    """The next business day, unless that is in the next month: then the last one before."""
    PRECEDING = "preceding"
    SKIP = "skip"
    """Nothing happens for that date."""


class CompanyDay(Model):
    """A day on which the company differs from its calendar's sources; it overrules all of them."""

    day: date
    name: str = Field(min_length=1, max_length=100)
    is_working: bool = False


class BusinessCalendar(Model):
    """A day is a business day when every source works on it, unless the company says otherwise.

    Sources are `TARGET2`, countries (`DE`) and their parts (`DE-SH`); without any only Saturday and Sunday are free.
    """

    id: CalendarId
    name: str = Field(min_length=1, max_length=100)
    sources: tuple[str, ...] = ()
    company_days: tuple[CompanyDay, ...] = ()


class DayOff(Model):
    """Why a day is no business day."""

    day: date
    name: str
    """Of the holiday; empty on a weekend."""
    source: str
    """Which part of the calendar says so; `company` for the company's own days."""


class CutOff(Model):
    """When one bank takes payments. SEPA credit transfers reach the payee within one bank day."""

    at: time
    """Local time until which a payment is executed on the same day."""
    zone: Zone
    calendar: CalendarId
    days_to_payee: int = Field(default=1, ge=0, le=5)
    """Bank days from the execution to the payee's account."""
