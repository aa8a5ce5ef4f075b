"""Money is a Decimal with a currency; a float never becomes money."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Self

from babel.numbers import get_currency_precision, list_currencies
from pydantic import AfterValidator, BeforeValidator

from models.base import Model

_CURRENCIES = frozenset(list_currencies())


def _no_float(value: object) -> object:
    if isinstance(value, float):
        raise ValueError(f"{value!r} is a binary float; give a decimal number or a string such as '12.50'")
    return value


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError(f"{value} is not a number")
    return value


def _known_currency(value: str) -> str:
    if value not in _CURRENCIES:
        raise ValueError(f"{value!r} is not an ISO 4217 currency code such as EUR or CNY")
    return value


Amount = Annotated[Decimal, BeforeValidator(_no_float), AfterValidator(_finite)]
"""A decimal in the currency's main unit (euros, not cents)."""

Currency = Annotated[str, AfterValidator(_known_currency)]
"""An ISO 4217 alphabetic code."""


def round_to_currency(amount: Decimal, currency: str) -> Decimal:
    """`amount` rounded half up to the minor unit of `currency` (ISO 4217): 2 places for EUR, 0 for JPY."""
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), rounding=ROUND_HALF_UP)


class Money(Model):
    """An amount of one currency. Arithmetic across currencies raises ValueError."""

    amount: Amount
    currency: Currency

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(amount=Decimal(0), currency=currency)

    @classmethod
    def total(cls, moneys: "Iterable[Money]", currency: str) -> "Money":
        """The sum of `moneys`, zero of `currency` when there are none."""
        return sum(moneys, start=Money.zero(currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(amount=self.amount + self._same(other), currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(amount=self.amount - self._same(other), currency=self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def rounded(self) -> "Money":
        return Money(amount=round_to_currency(self.amount, self.currency), currency=self.currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")
        return other.amount
