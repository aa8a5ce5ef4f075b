"""When a message that can wait reaches a person: not in their quiet hours, or once a day with all the others."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.target import MessageTimes

_ONE_DAY = timedelta(days=1)


def comes_at(times: MessageTimes, zone: ZoneInfo, now: datetime) -> datetime:
    """`now`, or the moment in UTC until which the message is held."""
    local = now.astimezone(zone)
    if times.digest_at is not None:
        return _next(times.digest_at, local)
    begins, ends = times.quiet_from, times.quiet_until
    if begins is None or ends is None or not _is_between(local.time(), begins, ends):
        return now
    return _next(ends, local)


def _is_between(at: time, begins: time, ends: time) -> bool:
    """Also where the hours go over midnight. `ends` itself is outside."""
    return begins <= at < ends if begins < ends else at >= begins or at < ends


def _next(at: time, local: datetime) -> datetime:
    """When a clock in that zone next shows `at`; of an hour that comes twice the first, of one left out the same span
    after midnight as always."""
    today = datetime.combine(local.date(), at, local.tzinfo).astimezone(UTC)
    if today >= local:
        return today
    return datetime.combine(local.date() + _ONE_DAY, at, local.tzinfo).astimezone(UTC)
