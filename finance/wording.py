"""Amounts and quantities as a clerk reads them."""

from collections.abc import Sequence
from decimal import Decimal

from babel.numbers import get_currency_precision

_UNITS = {
    "C62": "pieces",
    "H87": "pieces",
    "EA": "pieces",
    "SET": "sets",
    "HUR": "hours",
    "DAY": "days",
    "MON": "months",
    "KGM": "kg",
    "TNE": "t",
    "MTR": "m",
    "MTK": "m²",
    "LTR": "l",
    "KWH": "kWh",
}


def plain(value: Decimal) -> str:
    """`value` without exponent and trailing zeros: 1.50 -> 1.5, 1E+2 -> 100. Never rounded."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def money_text(amount: Decimal, currency: str) -> str:
    """`amount` with at least the currency's minor units and the ISO code: 12.5 -> `12.50 EUR`. Never rounded."""
    whole, _, places = plain(amount).partition(".")
    places = places.ljust(get_currency_precision(currency), "0")
    return f"{whole}.{places} {currency}" if places else f"{whole} {currency}"


def unit_name(code: str) -> str:
    """The word for a UN/ECE Recommendation 20 code, the code itself where there is none, `units` for a blank."""
    return _UNITS.get(code, code) or "units"


def quantity_text(quantity: Decimal, unit: str) -> str:
    return f"{plain(quantity)} {unit_name(unit)}"


def lines_text(ids: Sequence[str]) -> str:
    """`Line 1`, `Lines 1 and 2`, `Lines 1, 2 and 3`."""
    if len(ids) == 1:
        return f"Line {ids[0]}"
    return f"Lines {', '.join(ids[:-1])} and {ids[-1]}"
