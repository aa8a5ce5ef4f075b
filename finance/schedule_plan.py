"""When a schedule runs, and why then: days by its pattern, moved by its calendar, at a local time."""

import calendar as months
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from finance.calendars import add_business_days, day_off, make_up_day, rolled, unannounced
from models.calendar import BusinessCalendar
from models.schedule import Frequency, Occurrence, Reason, ReasonCode, Timing

_ONE_DAY = timedelta(days=1)
_LOOKED_BACK = timedelta(days=70)
"""Before the time asked for, so that whatever was moved up to there is seen whole."""

_LOOKED_AHEAD = timedelta(days=5 * 366)


def occurrences(timing: Timing, calendar: BusinessCalendar, after: datetime) -> Iterator[Occurrence]:
    """All runs after the aware time `after`, and the dates that are left out, in order."""
    after_day = after.astimezone(timing.time_zone).date()
    open_run: Occurrence | None = None
    for day in _days(timing, calendar, after_day - _LOOKED_BACK, after_day + _LOOKED_AHEAD):
        found = _occurrence(timing, calendar, day)
        if open_run is not None and found.at is not None and found.at == open_run.at:
            open_run = _merged(open_run, found)
            continue
        if open_run is not None and _is_after(open_run, after, after_day):
            yield open_run
        open_run = found
    if open_run is not None and _is_after(open_run, after, after_day):
        yield open_run


def next_runs(timing: Timing, calendar: BusinessCalendar, after: datetime, number: int) -> tuple[Occurrence, ...]:
    """The next `number` runs, with the dates left out between them."""
    found: list[Occurrence] = []
    for each in occurrences(timing, calendar, after):
        found.append(each)
        if sum(one.at is not None for one in found) == number:
            break
    return tuple(found)


def runs_between(
    timing: Timing, calendar: BusinessCalendar, after: datetime, until: datetime, most: int = 500
) -> tuple[datetime, ...]:
    """What was due after `after` and not after `until`, the oldest `most`."""
    found = (each.at for each in occurrences(timing, calendar, after) if each.at is not None)
    due = []
    for at in islice(found, most):
        if at > until:
            break
        due.append(at)
    return tuple(due)


def _is_after(found: Occurrence, after: datetime, after_day: date) -> bool:
    return found.at > after if found.at is not None else found.nominal > after_day


def _days(timing: Timing, calendar: BusinessCalendar, first: date, last: date) -> Iterator[date]:
    """The dates that the pattern names, before anything is moved."""
    match timing.frequency:
        case Frequency.DAILY:
            yield from _every_day(first, last)
        case Frequency.WEEKLY:
            yield from (day for day in _every_day(first, last) if day.isoweekday() in timing.weekdays)
        case Frequency.MONTHLY:
            yield from (_day_of_month(day, timing.month_day or 1) for day in _months(first, last))
        case Frequency.BUSINESS_DAY:
            found = (_nth_business_day(calendar, day, timing.business_day or 1) for day in _months(first, last))
            yield from (day for day in found if day is not None)


def _every_day(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _ONE_DAY


def _months(first: date, last: date) -> Iterator[date]:
    """The first of every month."""
    day = first.replace(day=1)
    while day <= last:
        yield day
        day = (day + timedelta(days=31)).replace(day=1)


def _day_of_month(first: date, number: int) -> date:
    return first.replace(day=min(number, months.monthrange(first.year, first.month)[1]))


def _nth_business_day(calendar: BusinessCalendar, first: date, number: int) -> date | None:
    if number > 0:
        found = add_business_days(calendar, first - _ONE_DAY, number)
    else:
        found = add_business_days(calendar, (first + timedelta(days=31)).replace(day=1), number)
    return found if (found.year, found.month) == (first.year, first.month) else None


def _occurrence(timing: Timing, calendar: BusinessCalendar, day: date) -> Occurrence:
    moved = rolled(calendar, day, timing.roll)
    why = list(_why_moved(calendar, day, ReasonCode.MOVED if moved else ReasonCode.LEFT_OUT))
    if moved is None:
        return Occurrence(nominal=day, at=None, why=tuple(why))
    source = make_up_day(calendar, moved)
    if source:
        why.append(Reason(code=ReasonCode.MAKE_UP_DAY, day=moved, source=source))
    unknown = unannounced(calendar, moved.year)
    if unknown:
        why.append(Reason(code=ReasonCode.NOT_ANNOUNCED, day=moved, source=unknown))
    at, jump = _instant(timing, moved)
    return Occurrence(nominal=day, at=at, why=tuple([*why, jump] if jump else why))


def _why_moved(calendar: BusinessCalendar, day: date, code: ReasonCode) -> Iterator[Reason]:
    free = day_off(calendar, day)
    if free is not None:
        yield Reason(code=code, day=day, name=free.name, source=free.source)


def _merged(run: Occurrence, other: Occurrence) -> Occurrence:
    """One run that stands for several dates; the weekends among them go without saying where it has its own date."""
    found = [each for each in (*run.why, *other.why) if each.code is not ReasonCode.MOVED or each.name]
    return run.model_copy(update={"nominal": other.nominal, "why": tuple(dict.fromkeys(found))})


def _instant(timing: Timing, day: date) -> tuple[datetime, Reason | None]:
    """The UTC time of the local one. An hour that does not exist is taken after the jump, of two the first."""
    local = datetime.combine(day, timing.at, timing.time_zone)
    at = local.astimezone(UTC)
    code = None
    if at.astimezone(timing.time_zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        code = ReasonCode.CLOCKS_FORWARD
    elif local.replace(fold=1).utcoffset() != local.utcoffset():
        code = ReasonCode.CLOCKS_BACK
    return at, Reason(code=code, day=day, clock=f"{timing.at:%H:%M}") if code else None
