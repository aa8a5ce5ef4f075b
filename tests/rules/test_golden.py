from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from models.errors import BusinessError
from rules.dmn import read_definitions
from rules.engine import compile_decision
from rules.golden import GoldenCase, read_golden_cases, run_golden_cases, write_golden_cases
from rules.portable import same_value
from rules.shipped import ShippedTable, shipped_policy
from tests.rules.tables import compiled, table_xml

pytestmark = pytest.mark.behaviour("A4")

SHIPPED = {table.name: table for table in shipped_policy()}
LIMIT = table_xml(
    [("amount", "number")], [("approval", "string"), ("stages", "")], [("> 5", '"required"', '["treasurer"]')]
)


def golden(expected: Any, name: str = "a case", **given: Any) -> GoldenCase:
    return GoldenCase(name=name, input=given, expected=expected)


@pytest.mark.parametrize("table", SHIPPED.values(), ids=SHIPPED.keys())
def test_every_golden_case_of_a_shipped_table_passes_and_there_are_some(table: ShippedTable) -> None:
    decision = compile_decision(read_definitions(table.xml), table.name)
    results = run_golden_cases(decision, table.golden_cases)
    assert results, f"rules/tables/{table.name}.golden.json is missing or empty"
    assert [result for result in results if not result.has_passed] == []


@pytest.mark.parametrize(
    ("amount", "expected", "has_passed"),
    [
        ("6", {"approval": "required", "stages": ["treasurer"]}, True),
        ("6", {"approval": "required", "stages": []}, False),
        ("6", None, False),
        ("5", None, True),
        ("5", {}, False),
    ],
)
def test_a_case_passes_where_the_table_says_exactly_what_is_expected(
    amount: str, expected: Any, has_passed: bool
) -> None:
    result = run_golden_cases(compiled(LIMIT), [golden(expected, amount=Decimal(amount))])[0]
    assert (result.has_passed, result.problem) == (has_passed, "")


def test_numbers_are_compared_by_value_and_true_is_not_one() -> None:
    table = compiled(table_xml([("x", "number")], [("y", "")], [("1", "2.00"), ("2", "true")]))
    results = run_golden_cases(table, [golden(Decimal(2), x=1), golden(Decimal(1), x=2), golden(True, x=2)])
    assert [result.has_passed for result in results] == [True, False, True]


def test_dates_and_durations_are_expected_as_their_iso_text() -> None:
    rows = [("1", 'date("2026-11-20")'), ("2", 'duration("P3DT4H")'), ("3", 'duration("P1Y6M")')]
    table = compiled(table_xml([("x", "number")], [("y", "")], rows))
    cases = [golden("2026-11-20", x=1), golden("P3DT4H", x=2), golden("P1Y6M", x=3)]
    assert all(result.has_passed for result in run_golden_cases(table, cases))


def test_a_case_whose_input_cannot_be_used_fails_and_says_why() -> None:
    result = run_golden_cases(compiled(LIMIT), [golden(None, amount="many")])[0]
    assert not result.has_passed
    assert "amount" in result.problem


def test_a_file_of_cases_is_read_back_digit_for_digit() -> None:
    cases = (
        golden({"limits": [Decimal("0.10"), Decimal("1E+3")]}, "Grüße, 你好", amount=Decimal("5000.00"), on=True),
        golden(None, "nothing matches", amount=Decimal("-0.5")),
    )
    text = write_golden_cases(cases)
    assert '"amount": 5000.00' in text
    again = read_golden_cases(text)
    assert again == cases
    assert str(again[0].input["amount"]) == "5000.00"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "no JSON array"),
        ("[", "is not JSON"),
        ('[{"name": "x", "input": {}}]', "case 1: needs exactly"),
        ('[{"name": "", "input": {}, "expected": 1}]', "case 1: name"),
        ('[{"name": "x", "input": 3, "expected": 1}]', "case 1: input"),
        ('[{"name": "x", "input": {}, "expected": NaN}]', "NaN is not a number"),
        ('[{"name": "x", "input": {}, "expected": 1}, {"name": "x", "input": {}, "expected": 2}]', "x: names more"),
        (f"[{' ' * 1_000_000}]", "at most 1,000,000"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_place(text: str, said: str) -> None:
    with pytest.raises(BusinessError) as refusal:
        read_golden_cases(text)
    assert said in str(refusal.value)
    assert refusal.value.code == "rules.bad_golden_cases"


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        (Decimal(2), Decimal("2.00"), True),
        (2, Decimal(2), True),
        (True, Decimal(1), False),
        (True, True, True),
        (None, None, True),
        (None, "", False),
        ([Decimal(1), "a"], (Decimal(1), "a"), True),
        ([], None, False),
        ({"a": [Decimal(1)]}, {"a": [Decimal("1.0")]}, True),
        ({"a": 1}, {"b": 1}, False),
        (date(2026, 11, 20), "2026-11-20", True),
        (timedelta(days=3, hours=4), "P3DT4H", True),
        (date(2026, 11, 20), date(2026, 11, 20), True),
        ("2", Decimal(2), False),
    ],
)
def test_values_are_the_same_to_feel_whether_read_from_json_or_not(one: Any, other: Any, are_same: bool) -> None:
    assert same_value(one, other) is same_value(other, one) is are_same
