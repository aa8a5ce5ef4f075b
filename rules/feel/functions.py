"""The closed list of functions a cell may call. None asks for the time, none reaches outside its arguments."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    InvalidOperation,
)
from typing import Any

from rules.feel import values
from rules.feel.temporal import (
    MonthsDuration,
    read_date,
    read_date_time,
    read_duration,
    read_time,
    write_duration,
)
from rules.feel.values import NUMBERS

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Builtin:
    """`least` and `most` count the arguments; every argument that is null or of another type makes the result null."""

    call: Function
    least: int
    most: int


def _typed(call: Function, *types: type | tuple[type, ...]) -> Function:
    """Null for arguments of other types, so that no function has to look at them again."""

    def checked(*arguments: Any) -> Any:
        if all(isinstance(argument, kind) for argument, kind in zip(arguments, types, strict=False)):
            return call(*arguments)
        return None

    return checked


def _over_list(call: Callable[[list[Any]], Any]) -> Function:
    """The function over one list, or over its arguments when there are several."""

    def spread(*arguments: Any) -> Any:
        if len(arguments) == 1 and isinstance(arguments[0], list):
            return call(arguments[0])
        return call(list(arguments))

    return spread


def _sum(items: list[Any]) -> Any:
    total: Any = None
    for index, item in enumerate(items):
        total = item if index == 0 else values.arithmetic("+", total, item)
        if not isinstance(total, Decimal | timedelta | MonthsDuration):
            return None
    return total


def _extreme(sign: str) -> Callable[[list[Any]], Any]:
    def extreme(items: list[Any]) -> Any:
        best = items[0] if items else None
        for item in items[1:]:
            better = values.compare(sign, item, best)
            if better is None:
                return None
            best = item if better else best
        return best

    return extreme


def _mean(items: list[Any]) -> Any:
    return values.arithmetic("/", _sum(items), Decimal(len(items)))


def _absolute(value: Any) -> Any:
    return MonthsDuration(abs(value.months)) if isinstance(value, MonthsDuration) else abs(value)


def _round(mode: str, value: Decimal, scale: Decimal = Decimal(0)) -> Any:
    if scale != scale.to_integral_value() or abs(scale) > values.MAX_EXPONENT:
        return None
    if -scale <= value.as_tuple().exponent:  # type: ignore[operator]
        return value
    try:
        return value.quantize(Decimal(1).scaleb(-int(scale)), rounding=mode, context=NUMBERS)
    except InvalidOperation:
        return None


def _rounding(mode: str) -> Function:
    return _typed(lambda *arguments: _plain(_round(mode, *arguments)), Decimal, Decimal)


def _plain(number: Any) -> Any:
    """Without the exponent that rounding to tens or thousands leaves behind."""
    if number is None or number.as_tuple().exponent <= 0:
        return number
    return number.quantize(Decimal(1), context=NUMBERS) if number.adjusted() < NUMBERS.prec else number


def _modulo(dividend: Decimal, divisor: Decimal) -> Any:
    quotient = values.arithmetic("/", dividend, divisor)
    whole = None if quotient is None else _round(ROUND_FLOOR, quotient)
    return None if whole is None else values.arithmetic("-", dividend, NUMBERS.multiply(divisor, whole))


def _substring(text: str, start: Decimal, length: Decimal | None = None) -> Any:
    """Positions count from one, negative ones from the end."""
    if not 1 <= abs(start) <= len(text) or (length is not None and length < 1):
        return None
    first = int(start) - 1 if start > 0 else len(text) + int(start)
    return text[first:] if length is None else text[first : first + int(min(length, Decimal(len(text))))]


def plain_text(value: Any) -> str | None:
    """FEEL's text of a value without parts; None for null, lists and contexts."""
    match value:
        case str() | None:
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}" if abs(value.adjusted()) < NUMBERS.prec else str(value)
        case timedelta():
            return write_duration(value)
        case date() | time() | datetime():
            return value.isoformat()
        case MonthsDuration():
            return str(value)
    return None


def _number(text: str) -> Any:
    if not re.fullmatch(r"-?(\d{1,34}(\.\d{1,34})?|\.\d{1,34})", text, re.ASCII):
        return None
    return NUMBERS.create_decimal(text)


def _date(*parts: Any) -> Any:
    match parts:
        case (str() as text,):
            return read_date(text)
        case (datetime() as moment,):
            return moment.date()
        case (date() as day,):
            return day
        case (Decimal() as year, Decimal() as month, Decimal() as day):
            return _or_null(lambda: date(int(year), int(month), int(day)))
    return None


def _time(*parts: Any) -> Any:
    match parts:
        case (str() as text,):
            return read_time(text)
        case (datetime() as moment,):
            return moment.timetz()
        case (time() as clock,):
            return clock
        case (Decimal() as hour, Decimal() as minute, Decimal() as second):
            return _or_null(lambda: time(int(hour), int(minute), int(second)))
    return None


def _date_time(*parts: Any) -> Any:
    match parts:
        case (str() as text,):
            return read_date_time(text)
        case (datetime() as moment,):
            return moment
        case (date() as day, time() as clock):
            return datetime.combine(day, clock)
    return None


def _or_null(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except (ValueError, OverflowError):
        return None


def _months_between(start: date, end: date) -> MonthsDuration:
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return MonthsDuration(months)


_TEXT_PAIR = (str, str)
_DURATION = (timedelta, MonthsDuration)
_ANY_NUMBER = 100

BUILTINS: dict[str, Builtin] = {
    "sum": Builtin(_over_list(_sum), 1, _ANY_NUMBER),
    "min": Builtin(_over_list(_extreme("<")), 1, _ANY_NUMBER),
    "max": Builtin(_over_list(_extreme(">")), 1, _ANY_NUMBER),
    "mean": Builtin(_over_list(_mean), 1, _ANY_NUMBER),
    "count": Builtin(_typed(lambda items: Decimal(len(items)), list), 1, 1),
    "all": Builtin(
        _over_list(lambda items: values.all_of(i if isinstance(i, bool) else None for i in items)), 1, _ANY_NUMBER
    ),
    "any": Builtin(
        _over_list(lambda items: values.any_of(i if isinstance(i, bool) else None for i in items)), 1, _ANY_NUMBER
    ),
    "list contains": Builtin(
        _typed(lambda items, value: any(values.equal(i, value) is True for i in items), list), 2, 2
    ),
    "append": Builtin(_typed(lambda items, *more: [*items, *more], list), 2, _ANY_NUMBER),
    "concatenate": Builtin(
        lambda *lists: [i for items in lists for i in items] if all(isinstance(x, list) for x in lists) else None,
        1,
        _ANY_NUMBER,
    ),
    "not": Builtin(values.negation, 1, 1),
    "abs": Builtin(_typed(_absolute, (Decimal, *_DURATION)), 1, 1),
    "modulo": Builtin(_typed(_modulo, Decimal, Decimal), 2, 2),
    "floor": Builtin(_rounding(ROUND_FLOOR), 1, 2),
    "ceiling": Builtin(_rounding(ROUND_CEILING), 1, 2),
    "decimal": Builtin(_rounding(ROUND_HALF_EVEN), 2, 2),
    "round up": Builtin(_rounding(ROUND_UP), 2, 2),
    "round down": Builtin(_rounding(ROUND_DOWN), 2, 2),
    "round half up": Builtin(_rounding(ROUND_HALF_UP), 2, 2),
    "round half down": Builtin(_rounding(ROUND_HALF_DOWN), 2, 2),
    "contains": Builtin(_typed(lambda text, part: part in text, *_TEXT_PAIR), 2, 2),
    "starts with": Builtin(_typed(str.startswith, *_TEXT_PAIR), 2, 2),
    "ends with": Builtin(_typed(str.endswith, *_TEXT_PAIR), 2, 2),
    "upper case": Builtin(_typed(str.upper, str), 1, 1),
    "lower case": Builtin(_typed(str.lower, str), 1, 1),
    "string length": Builtin(_typed(lambda text: Decimal(len(text)), str), 1, 1),
    "substring": Builtin(_typed(_substring, str, Decimal, Decimal), 2, 3),
    "string": Builtin(plain_text, 1, 1),
    "number": Builtin(_typed(_number, str), 1, 1),
    "date": Builtin(_date, 1, 3),
    "time": Builtin(_time, 1, 3),
    "date and time": Builtin(_date_time, 1, 2),
    "duration": Builtin(_typed(read_duration, str), 1, 1),
    "years and months duration": Builtin(_typed(_months_between, date, date), 2, 2),
}
