"""Currency codes in documents from outside."""

from collections.abc import Iterable

from pydantic import TypeAdapter, ValidationError

from models.money import Currency

_CURRENCY: TypeAdapter[str] = TypeAdapter(Currency)
NO_CURRENCY = "XXX"
"""ISO 4217's own placeholder, used where no valid code was found."""


def known_currency(codes: Iterable[str]) -> str:
    """The first of `codes` that ISO 4217 knows, else `NO_CURRENCY`."""
    for code in codes:
        try:
            return _CURRENCY.validate_python(code)
        except ValidationError:
            continue
    return NO_CURRENCY
