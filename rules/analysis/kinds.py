"""Whether there is a value between two of a kind, and a plain one: days are counted, numbers and texts are dense."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from rules.feel.temporal import MonthsDuration

_TICK = timedelta.resolution
_HOUR, _MINUTE, _SECOND = 3_600_000_000, 60_000_000, 1_000_000
_START, _END = datetime.combine(date.min, time.min), datetime.combine(date.max, time.max)
_USUAL = datetime.combine(date(2026, 1, 1), time.min)
_CLOCK_STEPS = (_HOUR, _MINUTE, _SECOND, 1)
_MOST_MONTHS = 12 * 10**10


@dataclass(frozen=True, slots=True)
class _Counted:
    """A kind whose values are numbered from `first` to `last`; `steps` lead to plain neighbours."""

    number: Callable[[Any], int]
    value: Callable[[int], Any]
    first: int
    last: int
    usual: int
    steps: tuple[int, ...]

    def between(self, low: Any, high: Any) -> Any:
        """None where there is none."""
        if low is None and high is None:
            return self.value(self.usual)
        above = self.first - 1 if low is None else self.number(low)
        below = self.last + 1 if high is None else self.number(high)
        for step in self.steps:
            found = below - step if low is None else above + step
            if above < found < below:
                return self.value(found)
        return None


def _ticks_of_day(clock: time) -> int:
    return (datetime.combine(date.min, clock) - _START) // _TICK


_COUNTED: dict[type, _Counted] = {
    date: _Counted(date.toordinal, date.fromordinal, 1, date.max.toordinal(), _USUAL.toordinal(), steps=(1,)),
    datetime: _Counted(
        lambda moment: (moment - _START) // _TICK,
        lambda ticks: _START + ticks * _TICK,
        0,
        (_END - _START) // _TICK,
        (_USUAL - _START) // _TICK,
        _CLOCK_STEPS,
    ),
    time: _Counted(
        _ticks_of_day,
        lambda ticks: (_START + ticks * _TICK).time(),
        0,
        _ticks_of_day(time.max),
        12 * _HOUR,
        _CLOCK_STEPS,
    ),
    timedelta: _Counted(
        lambda duration: duration // _TICK,
        lambda ticks: ticks * _TICK,
        timedelta.min // _TICK,
        timedelta.max // _TICK,
        24 * _HOUR,
        (24 * _HOUR, *_CLOCK_STEPS),
    ),
    MonthsDuration: _Counted(
        lambda duration: duration.months, MonthsDuration, -_MOST_MONTHS, _MOST_MONTHS, 12, steps=(12, 1)
    ),
}


def between(kind: type | None, low: Any, high: Any) -> Any:
    """A plain value above `low` and below `high`, either of which may be None; None where there is no such value."""
    if kind is Decimal:
        return _number_between(low, high)
    if kind is str:
        return _text_between(low, high)
    counted = _COUNTED.get(kind) if kind else None
    return None if counted is None else counted.between(low, high)


def _number_between(low: Decimal | None, high: Decimal | None) -> Decimal:
    if low is None:
        return Decimal(0) if high is None or high > 0 else high - 1
    if high is None:
        return low + 1
    nearby = (low + 1, low + Decimal("0.01"))
    return next((number for number in nearby if number < high), low + (high - low) / 2)


def _text_between(low: str | None, high: str | None) -> str | None:
    for text in ("other", f"{low or ''} other", f"{low or ''}\0"):
        if (low is None or low < text) and (high is None or text < high):
            return text
    return "" if low is None and high else None
