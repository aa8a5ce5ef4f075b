from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.clock import BusinessClock

EPOCH = datetime(2026, 11, 20, 8, tzinfo=UTC)


def clock_at(real: datetime, **environment: str) -> BusinessClock:
    clock = BusinessClock.from_environment(environment)
    return BusinessClock(clock.start, clock.epoch, clock.speed, lambda: real)


def test_without_settings_business_time_is_real_time_in_the_banks_zone() -> None:
    now = clock_at(EPOCH).now()
    assert now == EPOCH
    assert now.utcoffset() == timedelta(hours=1)


def test_business_time_starts_at_the_epoch_and_runs_at_its_speed() -> None:
    clock = clock_at(
        EPOCH + timedelta(minutes=1),
        TALLYWRIGHT_CLOCK_START="2027-01-04T09:00:00+01:00",
        TALLYWRIGHT_CLOCK_EPOCH="2026-11-20T08:00:00Z",
        TALLYWRIGHT_CLOCK_SPEED="1440",
    )
    assert clock.now() == datetime(2027, 1, 5, 8, tzinfo=UTC)
    assert clock.today() == date(2027, 1, 5)


def test_a_moment_without_a_zone_is_utc() -> None:
    assert BusinessClock.from_environment({"TALLYWRIGHT_CLOCK_START": "2027-01-04T09:00:00"}).start == datetime(
        2027, 1, 4, 9, tzinfo=UTC
    )


def test_a_bad_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="tomorrow"):
        BusinessClock.from_environment({"TALLYWRIGHT_CLOCK_START": "tomorrow"})
