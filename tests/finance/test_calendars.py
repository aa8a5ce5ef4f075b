from datetime import date

import pytest

from finance.calendars import add_business_days, day_off, make_up_day, require_sources, rolled, unannounced
from models.calendar import BusinessCalendar, CompanyDay, Roll
from models.errors import BusinessError

pytestmark = pytest.mark.behaviour("S1")
_BANK = BusinessCalendar(id="bank", name="Bank", sources=("TARGET2",))
_SHOP = BusinessCalendar(id="shop", name="Works", sources=("DE-SH", "TARGET2"))
_CHINA = BusinessCalendar(id="cn", name="上海", sources=("CN",))
_PLAIN = BusinessCalendar(id="plain", name="Weekdays")
_GOOD_FRIDAY, _EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)


def name_of(calendar: BusinessCalendar, day: date) -> tuple[str, str] | None:
    found = day_off(calendar, day)
    return (found.name, found.source) if found else None


def test_target2_is_closed_on_good_friday_and_open_on_a_countrys_own_holiday() -> None:
    assert name_of(_BANK, _GOOD_FRIDAY) == ("Good Friday", "TARGET2")
    assert name_of(_BANK, date(2026, 5, 14)) is None
    assert name_of(_SHOP, date(2026, 5, 14)) == ("Ascension Day", "DE-SH")


def test_a_part_of_a_country_has_its_own_holidays() -> None:
    bavaria = BusinessCalendar(id="by", name="Bayern", sources=("DE-BY",))
    epiphany = date(2026, 1, 6)
    assert (name_of(bavaria, epiphany), name_of(_SHOP, epiphany)) == (("Epiphany", "DE-BY"), None)


def test_without_sources_only_the_weekend_is_free() -> None:
    assert [name_of(_PLAIN, date(2026, 4, day)) for day in (3, 4, 5, 6)] == [None, ("", ""), ("", ""), None]


def test_a_make_up_saturday_is_a_business_day_in_china_and_not_where_a_bank_in_europe_takes_part() -> None:
    saturday = date(2026, 2, 14)
    both = _CHINA.model_copy(update={"sources": ("CN", "TARGET2")})
    assert (name_of(_CHINA, saturday), make_up_day(_CHINA, saturday)) == (None, "CN")
    assert name_of(both, saturday) == ("", "TARGET2")
    assert (make_up_day(both, saturday), make_up_day(_CHINA, date(2026, 2, 13))) == ("", "")


def test_a_year_whose_make_up_days_nobody_announced_yet_says_so() -> None:
    assert [unannounced(_CHINA, year) for year in (2026, 2027)] == ["", "CN"]
    assert unannounced(_BANK, 2027) == ""


def test_the_companys_own_days_overrule_every_source() -> None:
    days = (
        CompanyDay(day=_GOOD_FRIDAY, name="Stocktaking", is_working=True),
        CompanyDay(day=date(2026, 12, 28), name="Works holidays"),
        CompanyDay(day=date(2026, 11, 21), name="Move", is_working=True),
    )
    own = _BANK.model_copy(update={"company_days": days})
    assert name_of(own, _GOOD_FRIDAY) is None
    assert name_of(own, date(2026, 12, 28)) == ("Works holidays", "company")
    assert make_up_day(own, date(2026, 11, 21)) == "company"


@pytest.mark.parametrize(
    ("day", "roll", "expected"),
    [
        (_GOOD_FRIDAY, Roll.FOLLOWING, date(2026, 4, 7)),
        (_GOOD_FRIDAY, Roll.PRECEDING, date(2026, 4, 2)),
        (_GOOD_FRIDAY, Roll.SKIP, None),
        (_GOOD_FRIDAY, Roll.MODIFIED_FOLLOWING, date(2026, 4, 7)),
        (date(2026, 1, 31), Roll.MODIFIED_FOLLOWING, date(2026, 1, 30)),
        (date(2026, 1, 31), Roll.FOLLOWING, date(2026, 2, 2)),
        (date(2026, 4, 2), Roll.SKIP, date(2026, 4, 2)),
    ],
)
def test_a_date_is_moved_by_its_convention(day: date, roll: Roll, expected: date | None) -> None:
    assert rolled(_BANK, day, roll) == expected


def test_business_days_are_counted_both_ways_over_easter() -> None:
    assert add_business_days(_BANK, date(2026, 4, 2), 1) == date(2026, 4, 7)
    assert add_business_days(_BANK, date(2026, 4, 7), -2) == date(2026, 4, 1)
    assert add_business_days(_BANK, _EASTER_MONDAY, 0) == _EASTER_MONDAY


def test_every_unknown_source_is_named() -> None:
    with pytest.raises(BusinessError) as refused:
        require_sources(_BANK.model_copy(update={"sources": ("TARGET2", "Atlantis", "DE-XX", "de")}))
    assert [each.problem.split(" ")[0] for each in refused.value.findings] == ["'Atlantis'", "'DE-XX'", "'de'"]


def test_a_calendar_that_is_always_closed_is_an_error_and_not_a_search_without_end() -> None:
    days = tuple(
        CompanyDay(day=date.fromordinal(date(2026, 1, 1).toordinal() + number), name="Closed") for number in range(90)
    )
    with pytest.raises(BusinessError, match="no business day"):
        rolled(_BANK.model_copy(update={"company_days": days}), date(2026, 1, 5), Roll.FOLLOWING)
