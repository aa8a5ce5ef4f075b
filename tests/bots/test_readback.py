from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.readback import (
    Account,
    Day,
    Expectations,
    Number,
    Sum,
    Text,
    compare,
    contradiction,
    numbered,
    read_number,
    write_number,
)
from models.money import Money

pytestmark = pytest.mark.behaviour("R2")


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


@pytest.mark.parametrize(
    "shown", ["DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "de89 3704 0044 0532013000 "]
)
def test_an_iban_agrees_however_it_is_grouped(shown: str) -> None:
    assert Account("DE89370400440532013000").is_shown_as(shown)


@pytest.mark.parametrize(
    "shown", ["DE89370400440532013001", "", "DE89 3704 0044 0532 0130", "DE89370400440532013000 X"]
)
def test_another_iban_does_not_agree(shown: str) -> None:
    assert not Account("DE89370400440532013000").is_shown_as(shown)


@pytest.mark.parametrize(
    "shown",
    ["12.345,60 EUR", "12345,60 EUR", "EUR 12.345,6", "12 345,60 EUR", "12'345,60 EUR", "12\u00a0345,60\u00a0EUR"],
)
def test_an_amount_agrees_however_its_thousands_are_grouped(shown: str) -> None:
    assert Sum(eur("12345.60"), comma=True).is_shown_as(shown)


@pytest.mark.parametrize(
    "shown", ["12.345,61 EUR", "12.345,60", "12.345,60 USD", "12,345.60 EUR", "1.2345,60 EUR", "", "x"]
)
def test_another_amount_currency_or_grouping_does_not_agree(shown: str) -> None:
    assert not Sum(eur("12345.60"), comma=True).is_shown_as(shown)


def test_the_declared_decimal_sign_rules() -> None:
    assert Sum(eur("1234")).is_shown_as("1,234 EUR")
    assert not Sum(eur("1.234")).is_shown_as("1,234 EUR")
    assert not Sum(eur("1234"), comma=True).is_shown_as("1,234 EUR")


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_every_amount_in_german_spelling_is_read_as_itself(amount: Decimal) -> None:
    spelt = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    assert read_number(spelt, comma=True) == amount


def test_a_name_agrees_with_its_first_letters_only_where_the_portal_cuts_it() -> None:
    name = "Bergström Präzisionsteile GmbH & Co. KG"
    assert Text(name, cut=27).is_shown_as(name[:27])
    assert not Text(name, cut=27).is_shown_as(name[:20])
    assert not Text(name).is_shown_as(name[:27])
    assert not Text("Berg", cut=27).is_shown_as("Bergström")


def test_a_text_agrees_but_for_blanks_and_unicode_spelling() -> None:
    assert Text("Café  GmbH").is_shown_as(" Cafe\u0301 GmbH\n")
    assert not Text("Café GmbH").is_shown_as("Cafe GmbH")


def test_a_day_agrees_in_the_portals_spelling() -> None:
    assert Day(date(2026, 11, 3), "%d.%m.%Y").is_shown_as("03.11.2026")
    assert not Day(date(2026, 11, 3), "%d.%m.%Y").is_shown_as("11.03.2026")
    assert not Day(date(2026, 11, 3), "%d.%m.%Y").is_shown_as("soon")


def test_a_rate_agrees_with_its_unit() -> None:
    assert Number(Decimal(19), comma=True, unit="%").is_shown_as("19,00 %")
    assert not Number(Decimal(19), comma=True, unit="%").is_shown_as("7,00 %")


def test_every_difference_is_reported_with_both_values_and_a_missing_field_is_one() -> None:
    expected: Expectations = {
        "IBAN": Account("DE89370400440532013000"),
        "Amount": Sum(eur("1.00")),
        "Payee": Text("Anna"),
    }
    differences = compare(expected, {"IBAN": "DE02120300000000202051", "Payee": "Anna"})
    assert [(one.field, one.approved, one.shown) for one in differences] == [
        ("IBAN", "DE89370400440532013000", "DE02120300000000202051"),
        ("Amount", "1.00 EUR", "(not shown)"),
    ]


def test_a_contradiction_names_field_and_both_values_and_is_empty_where_all_agrees() -> None:
    expected: Expectations = {"Payee": Text("Anna"), "Amount": Sum(eur("1.00"))}
    assert contradiction(expected, {"Payee": "Anna", "Amount": "1.00 EUR"}) == ""
    told = "Payee is Berta, not Anna; Amount is (not shown), not 1.00 EUR"
    assert contradiction(expected, {"Payee": "Berta"}) == told


def test_the_cells_of_a_table_are_fields_by_row_and_column() -> None:
    cells = numbered("Row", ("Net", "Tax"), [("1", "2"), ("3", "4")])
    assert cells == {"Row 1 Net": "1", "Row 1 Tax": "2", "Row 2 Net": "3", "Row 2 Tax": "4"}
    with pytest.raises(ValueError, match="shorter"):
        numbered("Row", ("Net", "Tax"), [("1",)])


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_a_number_is_read_as_it_was_written(amount: Decimal) -> None:
    assert read_number(write_number(amount, comma=True), comma=True) == amount
    assert read_number(write_number(amount, comma=False), comma=False) == amount
