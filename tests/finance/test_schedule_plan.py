from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from finance.schedule_plan import next_runs, runs_between
from models.calendar import BusinessCalendar, CompanyDay, Roll
from models.schedule import Frequency, Reason, ReasonCode, Timing

pytestmark = pytest.mark.behaviour("S1")
_BERLIN = ZoneInfo("Europe/Berlin")
_BANK = BusinessCalendar(id="bank", name="Bank", sources=("TARGET2",))
_CHINA = BusinessCalendar(id="bank", name="上海", sources=("CN",))


def timing(frequency: Frequency = Frequency.DAILY, at: str = "07:00", **changes: Any) -> Timing:
    known = {"zone": "Europe/Berlin", "calendar": "bank"}
    return Timing(frequency=frequency, at=time.fromisoformat(at), **(known | changes))


def local(text: str, zone: ZoneInfo = _BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def open_on(sunday: str) -> BusinessCalendar:
    own = CompanyDay(day=date.fromisoformat(sunday), name="Stocktaking", is_working=True)
    return BusinessCalendar(id="bank", name="Bank", company_days=(own,))


def runs(plan: Timing, calendar: BusinessCalendar, after: str, number: int) -> list[str]:
    zone = plan.time_zone
    found = next_runs(plan, calendar, local(after, zone), number)
    return [f"{each.at.astimezone(zone):%a %Y-%m-%d %H:%M}" for each in found if each.at]


def reasons(plan: Timing, calendar: BusinessCalendar, after: str, number: int = 1) -> list[tuple[Reason, ...]]:
    return [each.why for each in next_runs(plan, calendar, local(after, plan.time_zone), number)]


def test_over_easter_a_daily_run_goes_from_thursday_to_tuesday_and_says_why() -> None:
    assert runs(timing(), _BANK, "2026-04-01T08:00", 3) == [
        "Thu 2026-04-02 07:00",
        "Tue 2026-04-07 07:00",
        "Wed 2026-04-08 07:00",
    ]
    named = [(each.code, each.name) for each in reasons(timing(), _BANK, "2026-04-02T08:00")[0]]
    assert named == [(ReasonCode.MOVED, "Good Friday"), (ReasonCode.MOVED, "Easter Monday")]


@pytest.mark.parametrize(
    ("roll", "expected"),
    [
        (Roll.FOLLOWING, "Tue 2026-04-07 07:00"),
        (Roll.PRECEDING, "Thu 2026-04-02 07:00"),
        (Roll.MODIFIED_FOLLOWING, "Tue 2026-04-07 07:00"),
        (Roll.SKIP, "Fri 2026-04-10 07:00"),
    ],
)
def test_a_friday_run_on_good_friday_goes_by_its_convention(roll: Roll, expected: str) -> None:
    weekly = timing(Frequency.WEEKLY, weekdays=(5,), roll=roll)
    assert runs(weekly, _BANK, "2026-03-28T00:00", 1) == [expected]


def test_a_date_that_is_left_out_stands_in_the_plan_with_its_reason() -> None:
    weekly = timing(Frequency.WEEKLY, weekdays=(5,), roll=Roll.SKIP)
    first, second = next_runs(weekly, _BANK, local("2026-03-28T00:00"), 1)
    assert (first.at, first.why[0].code, first.why[0].name) == (None, ReasonCode.LEFT_OUT, "Good Friday")
    assert second.why == ()


def test_a_make_up_saturday_has_a_run_and_the_holiday_it_makes_up_for_has_none() -> None:
    china = timing(zone="Asia/Shanghai")
    assert runs(china, _CHINA, "2026-02-13T08:00", 3) == [
        "Sat 2026-02-14 07:00",
        "Tue 2026-02-24 07:00",
        "Wed 2026-02-25 07:00",
    ]
    (why,) = reasons(china, _CHINA, "2026-02-13T08:00")
    assert [(each.code, each.source) for each in why] == [(ReasonCode.MAKE_UP_DAY, "CN")]


def test_a_year_without_announced_make_up_days_is_planned_with_a_warning() -> None:
    (why,) = reasons(timing(zone="Asia/Shanghai"), _CHINA, "2027-03-01T08:00")
    assert [each.code for each in why] == [ReasonCode.NOT_ANNOUNCED]


def test_in_the_night_of_the_clocks_going_forward_it_runs_once_after_the_jump() -> None:
    weekly = timing(Frequency.WEEKLY, at="02:30", weekdays=(7,))
    sunday = open_on("2026-03-29")
    found = next_runs(weekly, sunday, local("2026-03-28T00:00"), 1)[0]
    assert found.at is not None and found.at.isoformat() == "2026-03-29T01:30:00+00:00"
    assert [(each.code, each.clock) for each in found.why][-1] == (ReasonCode.CLOCKS_FORWARD, "02:30")


def test_in_the_night_of_the_clocks_going_back_it_runs_once_in_the_first_of_the_two_hours() -> None:
    sunday = open_on("2026-10-25")
    daily = timing(at="02:30")
    due = runs_between(daily, sunday, local("2026-10-24T12:00"), local("2026-10-26T12:00"))
    assert [each.isoformat() for each in due] == ["2026-10-25T00:30:00+00:00", "2026-10-26T01:30:00+00:00"]
    (why,) = reasons(daily, sunday, "2026-10-24T12:00")
    assert ReasonCode.CLOCKS_BACK in [each.code for each in why]


def test_a_local_time_stays_the_same_over_the_year() -> None:
    daily = timing()
    utc = [
        runs_between(daily, _BANK, local(f"2026-{month}-01T00:00"), local(f"2026-{month}-28T00:00"))[5]
        for month in ("01", "07")
    ]
    assert [f"{each:%H:%M}" for each in utc] == ["06:00", "05:00"]


def test_a_server_that_was_down_for_three_days_has_these_runs_to_answer_for() -> None:
    due = runs_between(timing(), _BANK, local("2026-11-12T08:00"), local("2026-11-18T06:00"))
    assert [f"{each.astimezone(_BERLIN):%a %d}" for each in due] == ["Fri 13", "Mon 16", "Tue 17"]


def test_a_monthly_run_takes_the_last_day_of_a_short_month() -> None:
    monthly = timing(Frequency.MONTHLY, month_day=31, roll=Roll.PRECEDING)
    assert runs(monthly, _BANK, "2026-01-15T00:00", 3) == [
        "Fri 2026-01-30 07:00",
        "Fri 2026-02-27 07:00",
        "Tue 2026-03-31 07:00",
    ]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (3, ["Tue 2026-01-06", "Wed 2026-02-04"]),
        (-1, ["Fri 2026-01-30", "Fri 2026-02-27"]),
        (-2, ["Thu 2026-01-29", "Thu 2026-02-26"]),
    ],
)
def test_the_nth_business_day_is_counted_from_either_end(number: int, expected: list[str]) -> None:
    found = runs(timing(Frequency.BUSINESS_DAY, business_day=number), _BANK, "2026-01-01T00:00", 2)
    assert [each[:14] for each in found] == expected


def test_a_month_with_too_few_business_days_has_no_run() -> None:
    last = timing(Frequency.BUSINESS_DAY, business_day=23)
    assert runs(last, _BANK, "2026-01-01T00:00", 1) == ["Fri 2026-07-31 07:00"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"frequency": "weekly"},
        {"frequency": "monthly"},
        {"frequency": "business_day"},
        {"frequency": "weekly", "weekdays": (0, 8)},
        {"frequency": "daily", "zone": "Europe/Nowhere"},
        {"frequency": "monthly", "month_day": 32},
    ],
)
def test_a_schedule_that_does_not_say_when_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Timing.model_validate({"at": "07:00", "zone": "Europe/Berlin", "calendar": "bank"} | wrong)
