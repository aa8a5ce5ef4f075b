from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.business_hours import after_working, worked_between
from finance.escalation import (
    AtTheEnd,
    Clock,
    EscalationTimes,
    Pause,
    clocks,
    is_escalated,
    is_rejected,
    next_moment,
    reminders_due,
    times_from,
)
from models.calendar import BusinessCalendar, CompanyDay
from models.errors import BusinessError
from models.party import Role

pytestmark = pytest.mark.behaviour("A8")
BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
WEEK = BusinessCalendar(id="weekdays", name="Monday to Friday")
FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
TIMES = EscalationTimes(remind_after=4, escalate_after=8, escalate_to=Role.FINANCE_DIRECTOR, when_over=AtTheEnd.REJECT)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def clock(worked: float, person: str = "olga") -> Clock:
    return Clock(person=person, worked=hours(worked), zone="Europe/Berlin")


def test_a_clock_runs_nine_to_five_in_the_persons_zone_and_stands_still_over_the_weekend() -> None:
    monday = datetime(2026, 11, 23, 10, tzinfo=BERLIN)
    assert worked_between(FRIDAY_NOON, monday, BERLIN, WEEK) == hours(6)
    assert worked_between(FRIDAY_NOON, monday, SHANGHAI, WEEK) == hours(8)


def test_a_holiday_of_the_calendar_is_no_business_day() -> None:
    closed = CompanyDay(day=date(2026, 11, 23), name="Stocktaking")
    calendar = BusinessCalendar(id="works", name="Works", company_days=(closed,))
    tuesday = datetime(2026, 11, 24, 10, tzinfo=BERLIN)
    assert worked_between(FRIDAY_NOON, tuesday, BERLIN, calendar) == hours(6)
    assert after_working(FRIDAY_NOON, hours(6), BERLIN, calendar) == tuesday


def test_the_day_on_which_the_clocks_change_has_eight_hours_too() -> None:
    saturday, monday = (datetime(2026, 3, day, 12, tzinfo=BERLIN) for day in (28, 30))
    assert worked_between(saturday, monday, BERLIN, WEEK) == hours(3)


@given(st.integers(0, 60 * 24 * 20), st.integers(0, 60 * 80), st.sampled_from([BERLIN, SHANGHAI, ZoneInfo("UTC")]))
def test_the_moment_at_which_a_span_has_been_worked_is_the_moment_at_which_it_has(
    minutes: int, span: int, zone: ZoneInfo
) -> None:
    start = FRIDAY_NOON + timedelta(minutes=minutes)
    assert worked_between(start, after_working(start, timedelta(minutes=span), zone, WEEK), zone, WEEK) == timedelta(
        minutes=span
    )


def test_an_open_question_stops_the_clock_and_overlapping_ones_stop_it_once() -> None:
    pauses = [
        Pause(since=FRIDAY_NOON + hours(1), until=FRIDAY_NOON + hours(3)),
        Pause(since=FRIDAY_NOON + hours(2), until=FRIDAY_NOON + hours(4)),
    ]
    (found,) = clocks({"olga": "Europe/Berlin"}, FRIDAY_NOON, FRIDAY_NOON + hours(5), pauses, WEEK)
    assert found.worked == hours(2)
    (still,) = clocks(
        {"olga": "Europe/Berlin"}, FRIDAY_NOON, FRIDAY_NOON + hours(5), [Pause(since=FRIDAY_NOON, until=None)], WEEK
    )
    assert still.worked == hours(0)


@pytest.mark.parametrize(("worked", "reminders"), [(0, 0), (3.99, 0), (4, 1), (7.99, 1), (8, 2), (80, 2)])
def test_a_reminder_per_span_until_it_is_escalated(worked: float, reminders: int) -> None:
    assert reminders_due(clock(worked), TIMES) == reminders


def test_it_is_escalated_once_everybody_has_had_their_hours() -> None:
    assert not is_escalated((clock(8), clock(7, "lin")), TIMES)
    assert is_escalated((clock(8), clock(8, "lin")), TIMES)


def test_it_ends_after_as_long_again_and_only_where_the_rules_say_so() -> None:
    keeps_asking = TIMES.model_copy(update={"when_over": AtTheEnd.KEEP_ASKING})
    assert not is_rejected((clock(15.9),), TIMES)
    assert is_rejected((clock(16),), TIMES)
    assert not is_rejected((clock(1000),), keeps_asking)
    assert next_moment((clock(1000),), keeps_asking, FRIDAY_NOON, WEEK) is None


def test_the_next_moment_is_that_of_whoever_comes_first() -> None:
    assert next_moment((clock(3), clock(0, "lin")), TIMES, FRIDAY_NOON, WEEK) == FRIDAY_NOON + hours(1)


@pytest.mark.parametrize(
    "result",
    [
        None,
        "keep asking",
        {"remind_after": 0, "escalate_after": 8, "escalate_to": "treasurer", "when_over": "reject"},
        {"remind_after": 4, "escalate_after": 8, "escalate_to": "treasurer", "when_over": "approve"},
        {"remind_after": 4, "escalate_after": 8, "escalate_to": "treasurer", "when_over": "approved"},
        {"remind_after": 4, "escalate_after": 8, "escalate_to": "king", "when_over": "reject"},
    ],
)
def test_a_time_out_that_approves_cannot_be_said(result: Any) -> None:
    assert {each.value for each in AtTheEnd} == {"keep asking", "reject"}
    with pytest.raises(BusinessError) as refused:
        times_from(result)
    assert refused.value.code == "escalation.no_rule"


def test_utc_is_the_zone_of_whoever_has_none() -> None:
    start = datetime(2026, 11, 20, 9, tzinfo=UTC)
    (found,) = clocks({"olga": ""}, start, start + hours(2), (), WEEK)
    assert found.worked == hours(2)
