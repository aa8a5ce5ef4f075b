"""Equality, order and arithmetic of FEEL values by the standard's three-valued logic: None is null, and what cannot be
compared or computed is null.

Numbers are Decimal in IEEE 754 decimal128 (34 digits, half even), texts str, booleans bool, dates `datetime.date`,
times `datetime.time`, dates and times `datetime.datetime`, durations `timedelta` or MonthsDuration, lists `list`,
contexts `dict`.
"""

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from rules.feel.budget import MAX_DIGITS, Scope
from rules.feel.temporal import MonthsDuration, months_later

MAX_EXPONENT = 6144
NUMBERS = Context(prec=MAX_DIGITS, Emax=MAX_EXPONENT, Emin=-6143, traps=[InvalidOperation, DivisionByZero, Overflow])
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Range:
    """An interval as a value."""

    low: Any
    high: Any
    low_included: bool
    high_included: bool

    def contains(self, value: Any) -> bool | None:
        above = compare(">=" if self.low_included else ">", value, self.low)
        below = compare("<=" if self.high_included else "<", value, self.high)
        return all_of((above, below))


KINDS: dict[type, str] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    MonthsDuration: "years and months duration",
    list: "list",
    dict: "context",
    Range: "interval",
}
ORDERED = frozenset({Decimal, str, date, time, datetime, timedelta, MonthsDuration})


def all_of(answers: Iterable[bool | None]) -> bool | None:
    unknown = False
    for answer in answers:
        if answer is False:
            return False
        unknown = unknown or answer is None
    return None if unknown else True


def any_of(answers: Iterable[bool | None]) -> bool | None:
    unknown = False
    for answer in answers:
        if answer is True:
            return True
        unknown = unknown or answer is None
    return None if unknown else False


def negation(answer: Any) -> bool | None:
    return not answer if isinstance(answer, bool) else None


def equal(left: Any, right: Any, scope: Scope | None = None) -> bool | None:
    """Null where the two are of different kinds; null equals null alone."""
    if left is None or right is None:
        return left is right
    if type(left) is not type(right):
        return None
    if isinstance(left, list):
        return _equal_lists(left, right, scope)
    if isinstance(left, dict):
        return _equal_contexts(left, right, scope)
    return bool(left == right)


def _equal_lists(left: list[Any], right: list[Any], scope: Scope | None) -> bool | None:
    if scope is not None:
        scope.spend(len(left))
    if len(left) != len(right):
        return False
    return all_of(equal(one, other, scope) for one, other in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], scope: Scope | None) -> bool | None:
    if scope is not None:
        scope.spend(len(left))
    if left.keys() != right.keys():
        return False
    return all_of(equal(left[key], right[key], scope) for key in left)


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(sign: str, left: Any, right: Any, scope: Scope | None = None) -> bool | None:
    """`left sign right` for = != < <= > >=."""
    if sign == "=":
        return equal(left, right, scope)
    if sign == "!=":
        return negation(equal(left, right, scope))
    if type(left) is not type(right) or type(left) not in ORDERED:
        return None
    try:
        return _ORDER[sign](left, right)
    except TypeError:
        # A time with an offset and one without have no order.
        return None


def arithmetic(sign: str, left: Any, right: Any) -> Any:
    """`left sign right` for + - * / **; null where FEEL defines no result."""
    operation = _OPERATIONS.get((sign, type(left), type(right)))
    if operation is None:
        return None
    try:
        return operation(left, right)
    except (InvalidOperation, DivisionByZero, Overflow, OverflowError, ValueError, TypeError, ZeroDivisionError):
        return None


def negative(value: Any) -> Any:
    match value:
        case Decimal():
            return NUMBERS.minus(value)
        case timedelta():
            return -value
        case MonthsDuration():
            return MonthsDuration(-value.months)
    return None


def _scaled(duration: timedelta, factor: Decimal) -> timedelta:
    return _MICROSECOND * int(NUMBERS.multiply(Decimal(duration // _MICROSECOND), factor))


def _shared(duration: timedelta, divisor: Decimal) -> timedelta:
    return _MICROSECOND * int(NUMBERS.divide(Decimal(duration // _MICROSECOND), divisor))


def _ratio(left: timedelta, right: timedelta) -> Decimal:
    return NUMBERS.divide(Decimal(left // _MICROSECOND), Decimal(right // _MICROSECOND))


def _clock_moved(clock: time, duration: timedelta) -> time:
    day = datetime(2000, 1, 1, tzinfo=clock.tzinfo)
    return (
        datetime.combine(day, clock) + timedelta(seconds=duration.seconds, microseconds=duration.microseconds)
    ).timetz()


def _clock_distance(left: time, right: time) -> timedelta:
    day = date(2000, 1, 1)
    return datetime.combine(day, left) - datetime.combine(day, right)


_OPERATIONS: dict[tuple[str, type, type], Callable[[Any, Any], Any]] = {
    ("+", Decimal, Decimal): NUMBERS.add,
    ("-", Decimal, Decimal): NUMBERS.subtract,
    ("*", Decimal, Decimal): NUMBERS.multiply,
    ("/", Decimal, Decimal): NUMBERS.divide,
    ("**", Decimal, Decimal): NUMBERS.power,
    ("+", str, str): operator.add,
    ("+", timedelta, timedelta): operator.add,
    ("-", timedelta, timedelta): operator.sub,
    ("*", timedelta, Decimal): _scaled,
    ("*", Decimal, timedelta): lambda factor, duration: _scaled(duration, factor),
    ("/", timedelta, Decimal): _shared,
    ("/", timedelta, timedelta): _ratio,
    ("+", MonthsDuration, MonthsDuration): lambda left, right: MonthsDuration(left.months + right.months),
    ("-", MonthsDuration, MonthsDuration): lambda left, right: MonthsDuration(left.months - right.months),
    ("*", MonthsDuration, Decimal): lambda left, right: MonthsDuration(int(NUMBERS.multiply(left.months, right))),
    ("*", Decimal, MonthsDuration): lambda left, right: MonthsDuration(int(NUMBERS.multiply(left, right.months))),
    ("/", MonthsDuration, Decimal): lambda left, right: MonthsDuration(int(NUMBERS.divide(left.months, right))),
    ("/", MonthsDuration, MonthsDuration): lambda left, right: NUMBERS.divide(left.months, right.months),
    ("-", date, date): operator.sub,
    ("+", date, timedelta): operator.add,
    ("-", date, timedelta): operator.sub,
    ("+", timedelta, date): operator.add,
    ("-", datetime, datetime): operator.sub,
    ("+", datetime, timedelta): operator.add,
    ("-", datetime, timedelta): operator.sub,
    ("+", timedelta, datetime): operator.add,
    ("+", time, timedelta): _clock_moved,
    ("-", time, timedelta): lambda clock, duration: _clock_moved(clock, -duration),
    ("-", time, time): _clock_distance,
} | {
    (sign, day, MonthsDuration): move
    for day in (date, datetime)
    for sign, move in (
        ("+", lambda start, duration: months_later(start, duration.months)),
        ("-", lambda start, duration: months_later(start, -duration.months)),
    )
}
