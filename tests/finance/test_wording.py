from decimal import Decimal

import pytest

from finance.wording import lines_text, money_text, plain, quantity_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.50", "1.5"),
        ("1E+2", "100"),
        ("100", "100"),
        ("-0.00", "0"),
        ("0", "0"),
        ("-2.10", "-2.1"),
        ("1E-7", "0.0000001"),
    ],
)
def test_a_number_is_written_without_exponent_and_trailing_zeros(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


def test_a_number_with_many_digits_is_never_rounded() -> None:
    digits = "12345678901234567890123456789012345.678901"

    assert plain(Decimal(digits)) == digits


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("12.5", "EUR", "12.50 EUR"),
        ("12.3456", "EUR", "12.3456 EUR"),
        ("1200", "JPY", "1200 JPY"),
        ("-3", "TND", "-3.000 TND"),
    ],
)
def test_money_has_at_least_the_minor_units_of_its_currency(amount: str, currency: str, text: str) -> None:
    assert money_text(Decimal(amount), currency) == text


@pytest.mark.parametrize(("unit", "text"), [("C62", "3 pieces"), ("HUR", "3 hours"), ("XBX", "3 XBX"), ("", "3 units")])
def test_unit_codes_are_read_as_words_where_a_clerk_knows_one(unit: str, text: str) -> None:
    assert quantity_text(Decimal(3), unit) == text


def test_lines_are_listed_as_in_a_sentence() -> None:
    assert lines_text(["1"]) == "Line 1"
    assert lines_text(["1", "2", "7"]) == "Lines 1, 2 and 7"
