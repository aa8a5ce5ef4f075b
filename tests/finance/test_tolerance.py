from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.tolerance import tolerances_from, within
from models.errors import BusinessError
from models.matching import Limit, Tolerance
from tests.finance.samples import UNLIMITED, Bound, limit

pytestmark = pytest.mark.behaviour("P4")

ROW: dict[str, Any] = {
    "lower_absolute": "unlimited",
    "lower_percent": "unlimited",
    "upper_absolute": Decimal(5),
    "upper_percent": Decimal("2.5"),
}
DIMENSIONS = ("quantity", "price", "line_amount", "tax")
AMOUNTS = st.decimals(min_value=0, max_value=10**6, places=2)


@pytest.mark.parametrize(
    ("absolute", "percent", "last_inside", "first_outside"),
    [
        ("5", "10", "105", "105.01"),
        ("20", "10", "110", "110.01"),
        ("5", "unlimited", "105", "105.01"),
        ("unlimited", "10", "110", "110.01"),
        ("0", "unlimited", "100", "100.01"),
    ],
)
def test_the_stricter_allowance_counts_and_its_bound_is_inside(
    absolute: Bound, percent: Bound, last_inside: str, first_outside: str
) -> None:
    upper = Tolerance(lower=limit(), upper=limit(absolute, percent))
    lower = Tolerance(lower=limit(absolute, percent), upper=limit())
    expected = Decimal(100)

    assert within(Decimal(last_inside), expected, upper)
    assert not within(Decimal(first_outside), expected, upper)
    assert within(2 * expected - Decimal(last_inside), expected, lower)
    assert not within(2 * expected - Decimal(first_outside), expected, lower)


def test_a_percentage_of_zero_allows_nothing() -> None:
    tolerance = Tolerance(lower=limit(), upper=limit("unlimited", "50"))

    assert not within(Decimal("0.01"), Decimal(0), tolerance)


@given(actual=AMOUNTS, expected=AMOUNTS)
def test_unlimited_on_one_side_says_nothing_about_the_other(actual: Decimal, expected: Decimal) -> None:
    assert within(actual, expected, Tolerance(lower=UNLIMITED, upper=limit())) == (actual <= expected)
    assert within(actual, expected, Tolerance(lower=limit(), upper=UNLIMITED)) == (actual >= expected)


def test_the_table_gives_each_dimension_its_own_four_limits() -> None:
    outputs = {dimension: ROW | {"upper_absolute": Decimal(index)} for index, dimension in enumerate(DIMENSIONS)}

    tolerances = tolerances_from(outputs)

    assert tolerances.quantity.lower == UNLIMITED
    assert tolerances.quantity.upper == Limit(absolute=Decimal(0), percent=Decimal("2.5"))
    assert tolerances.tax.upper.absolute == Decimal(3)


def test_numbers_of_a_kept_evaluation_come_back_as_text() -> None:
    outputs = dict.fromkeys(DIMENSIONS, ROW | {"upper_percent": "2.50"})

    assert tolerances_from(outputs).price.upper.percent == Decimal("2.5")


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_blank_cell_is_refused_and_never_unlimited(blank: str | None) -> None:
    outputs = dict.fromkeys(DIMENSIONS, ROW) | {"price": ROW | {"upper_percent": blank}}

    with pytest.raises(BusinessError, match=r"price\.upper_percent: is blank") as refused:
        tolerances_from(outputs)
    assert refused.value.code == "tolerance.invalid"


@pytest.mark.parametrize("value", [Decimal(-1), "-0.5", "much", "Unlimited", 2.5, True, Decimal("NaN"), "Infinity", []])
def test_anything_but_a_decimal_of_zero_or_more_or_the_word_is_refused(value: object) -> None:
    outputs = dict.fromkeys(DIMENSIONS, ROW) | {"tax": ROW | {"lower_absolute": value}}

    with pytest.raises(BusinessError, match=r"tax\.lower_absolute: .* is no tolerance"):
        tolerances_from(outputs)


def test_every_missing_and_unknown_cell_is_named_at_once() -> None:
    price = {column: cell for column, cell in ROW.items() if column != "upper_absolute"}
    outputs = {"quantity": ROW, "price": price | {"upper": 1}, "line_amount": ROW, "weight": ROW}

    with pytest.raises(BusinessError) as refused:
        tolerances_from(outputs)

    assert {finding.field for finding in refused.value.findings} == {
        "weight",
        "price.upper",
        "price.upper_absolute",
        "tax.lower_absolute",
        "tax.lower_percent",
        "tax.upper_absolute",
        "tax.upper_percent",
    }
