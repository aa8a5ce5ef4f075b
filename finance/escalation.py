"""When whoever does not answer is reminded, who hears of it then, and how it ends. It never ends in an approval."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field

from finance.business_hours import after_working, worked_between
from models.base import Model
from models.calendar import BusinessCalendar
from models.errors import BusinessError
from models.party import Role


class AtTheEnd(StrEnum):
    """What happens when nobody answered for as long again as the escalation took. There is no third value."""

    KEEP_ASKING = "keep asking"
    REJECT = "reject"


class EscalationTimes(Model):
    """Hours are business hours of whoever is asked."""

    remind_after: float = Field(gt=0)
    escalate_after: float = Field(gt=0)
    escalate_to: Role
    when_over: AtTheEnd


class Pause(Model):
    """A question was open: the clocks stood still."""

    since: datetime
    until: datetime | None
    """None while it is open."""


class Clock(Model):
    """How long one person has been asked."""

    person: str
    worked: timedelta
    zone: str


def times_from(result: Any) -> EscalationTimes:
    """What the rule table `escalation_times` answered. Raises BusinessError `escalation.no_rule`."""
    if not isinstance(result, Mapping):
        raise BusinessError("escalation.no_rule", "No row of the escalation times fits.")
    try:
        return EscalationTimes.model_validate(dict(result))
    except ValueError as error:
        raise BusinessError("escalation.no_rule", f"The escalation times cannot be used: {result!r}.") from error


def clocks(
    zones: Mapping[str, str], since: datetime, now: datetime, pauses: Sequence[Pause], calendar: BusinessCalendar
) -> tuple[Clock, ...]:
    """How long each person, given with their zone, has been asked since `since`; pauses do not count."""
    return tuple(
        Clock(person=person, worked=_worked(zone, since, now, pauses, calendar), zone=zone)
        for person, zone in sorted(zones.items())
    )


def reminders_due(clock: Clock, times: EscalationTimes) -> int:
    """How many reminders the person should have had by now: one per `remind_after` hours until it is escalated."""
    most = int(times.escalate_after / times.remind_after)
    return min(int(clock.worked / timedelta(hours=times.remind_after)), max(most, 1))


def is_escalated(asked: Iterable[Clock], times: EscalationTimes) -> bool:
    """Whether everybody who is asked has had their hours."""
    return all(clock.worked >= timedelta(hours=times.escalate_after) for clock in asked)


def is_rejected(asked: Iterable[Clock], times: EscalationTimes) -> bool:
    """Whether everybody has had twice the hours, the second time with their superiors knowing, and that is the end."""
    over = timedelta(hours=2 * times.escalate_after)
    return times.when_over is AtTheEnd.REJECT and all(clock.worked >= over for clock in asked)


def next_moment(
    asked: Sequence[Clock], times: EscalationTimes, now: datetime, calendar: BusinessCalendar
) -> datetime | None:
    """When something is due next; None when nothing will be but an answer."""
    marks = {times.escalate_after, *_reminder_marks(times)}
    if times.when_over is AtTheEnd.REJECT:
        marks.add(2 * times.escalate_after)
    ahead = [
        after_working(now, timedelta(hours=mark) - clock.worked, _zone(clock.zone), calendar)
        for clock in asked
        for mark in marks
        if timedelta(hours=mark) > clock.worked
    ]
    return min(ahead, default=None)


def _reminder_marks(times: EscalationTimes) -> list[float]:
    most = max(int(times.escalate_after / times.remind_after), 1)
    return [times.remind_after * number for number in range(1, most + 1)]


def _worked(
    zone: str, since: datetime, now: datetime, pauses: Sequence[Pause], calendar: BusinessCalendar
) -> timedelta:
    """Pauses that overlap are counted once."""
    worked, at = timedelta(), since
    for pause in sorted(pauses, key=lambda each: each.since):
        worked += worked_between(at, min(pause.since, now), _zone(zone), calendar)
        at = max(at, min(pause.until or now, now))
    return worked + worked_between(at, now, _zone(zone), calendar)


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name or "UTC")
