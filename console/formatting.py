"""Amounts, quantities, days and times as a person reads them in their language."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal

from models.money import Money

_MINUTE = timedelta(minutes=1)


def money(value: Money, locale: Locale) -> str:
    """`12,300.00 EUR`: the code instead of a sign, because several currencies share one sign."""
    return format_currency(value.amount, value.currency, format="#,##0.00\u00a0¤¤", locale=locale)


def quantity(value: Decimal, locale: Locale) -> str:
    return format_decimal(value, format="#,##0.######", locale=locale)


def unit_price(value: Decimal, locale: Locale) -> str:
    return format_decimal(value, format="#,##0.00####", locale=locale)


def day(value: date, locale: Locale) -> str:
    return format_date(value, format="medium", locale=locale)


def moment(value: datetime, zone: ZoneInfo, locale: Locale) -> str:
    return _written(value, zone, locale, "d MMM y, HH:mm", "y年M月d日 HH:mm")


def local_date(value: datetime, zone: ZoneInfo, locale: Locale) -> str:
    return day(value.astimezone(zone).date(), locale)


def clock_time(value: datetime, zone: ZoneInfo, locale: Locale) -> str:
    return format_datetime(value, format="HH:mm", tzinfo=zone, locale=locale)


def local_day(value: datetime, zone: ZoneInfo, locale: Locale) -> str:
    return _written(value, zone, locale, "EEEE, d MMMM y", "y年M月d日 EEEE")


def span(value: timedelta, locale: Locale) -> str:
    """`3 hours`, whichever direction it runs."""
    return format_timedelta(max(abs(value), _MINUTE), granularity="minute", threshold=1.2, locale=locale)


def iban(value: str) -> str:
    """In groups of four, as it is printed on paper."""
    return " ".join(value[start : start + 4] for start in range(0, len(value), 4))


def _written(value: datetime, zone: ZoneInfo, locale: Locale, english: str, chinese: str) -> str:
    pattern = chinese if locale.language == "zh" else english
    return format_datetime(value, format=pattern, tzinfo=zone, locale=locale)
