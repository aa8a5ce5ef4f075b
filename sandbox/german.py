"""Amounts and dates as German portals write them."""

import re
from datetime import date, datetime
from decimal import Decimal

_AMOUNT = re.compile(r"(\d{1,3}(\.\d{3})+|\d{1,9})(,\d{1,2})?")


def parse_amount(text: str) -> Decimal | None:
    """1.234,56 or 1234,56 or 1234 as a decimal; None when it is not such an amount."""
    if not _AMOUNT.fullmatch(text.strip()):
        return None
    return Decimal(text.strip().replace(".", "").replace(",", ".")).quantize(Decimal("0.01"))


def format_amount(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def parse_date(text: str) -> date | None:
    """dd.mm.yyyy as a date; None when it is not one."""
    if not re.fullmatch(r"\d{2}\.\d{2}\.\d{4}", text.strip()):
        return None
    try:
        return datetime.strptime(text.strip(), "%d.%m.%Y").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None


def format_date(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def format_iso_day(day: str) -> str:
    """dd.mm.yyyy of yyyy-mm-dd."""
    return format_date(date.fromisoformat(day))
