"""FEEL values as others can keep them: whatever JSON has no shape for becomes ISO 8601 text."""

from datetime import date
from decimal import Decimal
from typing import Any

from rules.feel.functions import plain_text
from rules.feel.temporal import MonthsDuration
from rules.feel.values import Range

_PLAIN = frozenset({type(None), bool, str, Decimal, date})
"""The commonest kinds, all of them portable as they are."""


def portable(value: Any) -> Any:
    """The same value; durations of years and months and intervals as text, in lists and contexts too."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, list):
        return [portable(item) for item in value]
    if isinstance(value, dict):
        return {key: portable(item) for key, item in value.items()}
    if isinstance(value, MonthsDuration):
        return str(value)
    return _interval(value) if isinstance(value, Range) else value


def same_value(one: Any, other: Any) -> bool:
    """Whether two values are the same to FEEL, either of them perhaps read from JSON.

    2 equals 2.00, true does not equal 1, a date or duration equals its ISO 8601 text.
    """
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_value(part, other[name]) for name, part in one.items())
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | Decimal) or isinstance(other, int | Decimal):
        return bool(one == other)
    if type(one) is type(other):
        return bool(one == other)
    return _text(one) == _text(other) is not None


def _text(value: Any) -> str | None:
    return plain_text(portable(value))


def _interval(value: Range) -> str:
    start, end = "[" if value.low_included else "(", "]" if value.high_included else ")"
    return f"{start}{plain_text(value.low)}..{plain_text(value.high)}{end}"
