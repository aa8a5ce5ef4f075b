from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from console import formatting
from models.money import Money

_ENGLISH, _CHINESE = Locale("en", "GB"), Locale("zh", "CN", script="Hans")
_BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [("12300", "EUR", "12,300.00\u00a0EUR"), ("-4.9", "EUR", "-4.90\u00a0EUR"), ("1500", "JPY", "1,500\u00a0JPY")],
)
def test_money_is_shown_with_its_code_and_minor_unit(amount: str, currency: str, shown: str) -> None:
    assert formatting.money(Money(amount=Decimal(amount), currency=currency), _ENGLISH) == shown


def test_an_iban_is_shown_in_groups_of_four() -> None:
    assert formatting.iban("NL11NHBK0990009090") == "NL11 NHBK 0990 0090 90"


def test_quantities_keep_their_fraction_and_lose_idle_zeros() -> None:
    assert [formatting.quantity(Decimal(each), _ENGLISH) for each in ("12.000", "0.125", "1200")] == [
        "12",
        "0.125",
        "1,200",
    ]


def test_a_moment_is_shown_in_its_zone_and_language() -> None:
    moment = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert formatting.moment(moment, _BERLIN, _ENGLISH) == "21 Nov 2026, 00:30"
    assert formatting.moment(moment, _BERLIN, _CHINESE) == "2026年11月21日 00:30"


def test_a_span_is_never_nothing() -> None:
    assert formatting.span(timedelta(seconds=2), _ENGLISH) == "1 minute"
    assert formatting.span(timedelta(hours=-3), _CHINESE) == "3小时"
