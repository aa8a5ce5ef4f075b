from datetime import date, time

import pytest

from finance.cut_off import cut_off_for
from models.calendar import BusinessCalendar, CutOff

pytestmark = pytest.mark.behaviour("S2")
_BANK = BusinessCalendar(id="target2", name="Bank", sources=("TARGET2",))
_CUT_OFF = CutOff(at=time(15), zone="Europe/Berlin", calendar="target2")


@pytest.mark.parametrize(
    ("value_date", "expected"),
    [
        (date(2026, 11, 19), "2026-11-18T14:00:00+00:00"),
        (date(2026, 11, 23), "2026-11-20T14:00:00+00:00"),
        (date(2026, 11, 22), "2026-11-19T14:00:00+00:00"),
        (date(2026, 4, 7), "2026-04-02T13:00:00+00:00"),
        (date(2026, 4, 6), "2026-04-01T13:00:00+00:00"),
    ],
)
def test_it_is_computed_back_from_the_value_date_over_weekends_and_easter(value_date: date, expected: str) -> None:
    assert cut_off_for(_CUT_OFF, _BANK, value_date).isoformat() == expected


def test_a_bank_that_books_at_once_takes_it_on_the_same_day() -> None:
    at_once = _CUT_OFF.model_copy(update={"days_to_payee": 0})
    assert cut_off_for(at_once, _BANK, date(2026, 11, 19)).isoformat() == "2026-11-19T14:00:00+00:00"


def test_in_another_zone_the_banks_own_clock_counts() -> None:
    shanghai = _CUT_OFF.model_copy(update={"zone": "Asia/Shanghai"})
    assert cut_off_for(shanghai, _BANK, date(2026, 11, 19)).isoformat() == "2026-11-18T07:00:00+00:00"
