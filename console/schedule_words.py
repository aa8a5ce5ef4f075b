"""Schedules in words: when they run, what for, and why on that day."""

from datetime import date

from babel.dates import get_day_names

from console.formatting import day
from console.language import Language, message
from models.schedule import Frequency, Reason, ReasonCode, Timing

JOBS = {
    "statements": message("Fetch bank statements"),
    "canary": message("Try out a portal"),
    "payments": message("Payment run"),
}

FREQUENCIES = {
    "daily": message("Every day"),
    "weekly": message("On days of the week"),
    "monthly": message("On a day of the month"),
    "business_day": message("On a business day of the month"),
}

ROLLS = {
    "following": message("the next business day"),
    "modified_following": message("the next business day of the same month, else the last before"),
    "preceding": message("the business day before"),
    "skip": message("no run"),
}

RUN_STATES = {
    "asked": message("Asked for"),
    "running": message("Runs now"),
    "done": message("Done"),
    "silent": message("Nothing came of it"),
    "failed": message("Failed"),
    "missed": message("Missed"),
}

STATEMENT_DAYS = {
    "previous": message("of the business day before"),
    "today": message("of the same day"),
}

_TIMINGS = {
    Frequency.DAILY: message("every business day at %(time)s"),
    Frequency.WEEKLY: message("%(days)s at %(time)s"),
    Frequency.MONTHLY: message("on day %(number)s of the month at %(time)s"),
    Frequency.BUSINESS_DAY: message("on business day %(number)s of the month at %(time)s"),
}
_FROM_THE_END = message("on business day %(number)s from the end of the month at %(time)s")

_REASONS = {
    ReasonCode.MOVED: message("%(day)s is %(name)s (%(source)s)"),
    ReasonCode.LEFT_OUT: message("no run: %(day)s is %(name)s (%(source)s)"),
    ReasonCode.CLOCKS_FORWARD: message("%(clock)s does not exist that night, as the clocks go forward"),
    ReasonCode.CLOCKS_BACK: message("%(clock)s comes twice that night, as the clocks go back; it runs the first time"),
    ReasonCode.MAKE_UP_DAY: message("%(day)s is a make-up workday (%(source)s)"),
    ReasonCode.NOT_ANNOUNCED: message("the make-up workdays of that year are not announced yet (%(source)s)"),
}
_ON_A_WEEKEND = {
    ReasonCode.MOVED: message("%(day)s is a weekend"),
    ReasonCode.LEFT_OUT: message("no run: %(day)s is a weekend"),
}


def timing_in_words(language: Language, timing: Timing) -> str:
    """`every business day at 07:00 (Europe/Berlin)`."""
    number = timing.business_day or timing.month_day or 0
    sentence = _FROM_THE_END if number < 0 else _TIMINGS[timing.frequency]
    days = ", ".join(weekdays(language)[weekday] for weekday in timing.weekdays)
    written = language.gettext(sentence) % {"time": f"{timing.at:%H:%M}", "number": abs(number), "days": days}
    return f"{written} ({timing.zone})"


def reason_in_words(language: Language, reason: Reason) -> str:
    sentence = _REASONS[reason.code] if reason.name else _ON_A_WEEKEND.get(reason.code, _REASONS[reason.code])
    fields = {"name": reason.name, "source": reason.source, "clock": reason.clock}
    return language.gettext(sentence) % {**fields, "day": _day(language, reason.day)}


def weekdays(language: Language) -> dict[int, str]:
    """Monday is 1."""
    names = get_day_names("abbreviated", locale=language.locale)
    return {number + 1: names[number] for number in range(7)}


def _day(language: Language, value: date) -> str:
    return day(value, language.locale)
