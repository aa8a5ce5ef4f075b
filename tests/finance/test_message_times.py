from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.message_times import comes_at
from models.target import MessageTimes

pytestmark = pytest.mark.behaviour("N1")
BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
NIGHT = MessageTimes(quiet_from=time(22), quiet_until=time(7))
NOON = MessageTimes(quiet_from=time(12), quiet_until=time(13, 30))
DIGEST = MessageTimes(digest_at=time(8))


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = BERLIN, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
    ("times", "zone", "now", "expected"),
    [
        (MessageTimes(), BERLIN, at(2, 3), at(2, 3)),
        (NIGHT, BERLIN, at(2, 21, 59), at(2, 21, 59)),
        (NIGHT, BERLIN, at(2, 22), at(3, 7)),
        (NIGHT, BERLIN, at(3, 6, 59), at(3, 7)),
        (NIGHT, BERLIN, at(3, 7), at(3, 7)),
        (NIGHT, SHANGHAI, at(2, 16), at(3, 7, zone=SHANGHAI)),
        (NOON, BERLIN, at(2, 12, 30), at(2, 13, 30)),
        (NOON, BERLIN, at(2, 23), at(2, 23)),
        (DIGEST, BERLIN, at(2, 7, 59), at(2, 8)),
        (DIGEST, BERLIN, at(2, 8, 1), at(3, 8)),
        (DIGEST, SHANGHAI, at(2, 12), at(3, 8, zone=SHANGHAI)),
    ],
)
def test_a_message_comes_after_quiet_hours_or_at_the_hour_of_the_digest(
    times: MessageTimes, zone: ZoneInfo, now: datetime, expected: datetime
) -> None:
    assert comes_at(times, zone, now) == expected


def test_the_hour_is_kept_when_the_clocks_change() -> None:
    assert comes_at(DIGEST, BERLIN, at(24, 9, month=10)).astimezone(UTC).hour == 7
    assert comes_at(NIGHT, BERLIN, at(28, 23, month=3)) == at(29, 7, month=3)


@given(
    minutes=st.integers(0, 366 * 24 * 60),
    digest=st.times().map(lambda each: each.replace(microsecond=0)),
    zone=st.sampled_from((BERLIN, SHANGHAI, ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe"))),
)
def test_no_message_is_held_for_longer_than_a_day(minutes: int, digest: time, zone: ZoneInfo) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ahead = comes_at(MessageTimes(digest_at=digest), zone, now) - now
    assert timedelta() <= ahead <= timedelta(hours=25)


@pytest.mark.parametrize("given", [{"quiet_from": "22:00"}, {"quiet_from": "22:00", "quiet_until": "22:00"}])
def test_quiet_hours_have_two_different_ends(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="quiet hours"):
        MessageTimes.model_validate(given)
