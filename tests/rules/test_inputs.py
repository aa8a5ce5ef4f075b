from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.errors import BusinessError
from rules.inputs import parse_input
from tests.rules.tables import Column, compiled, decision_xml, table_xml

pytestmark = pytest.mark.behaviour("A1")

COLUMNS: list[Column] = [
    ("amount", "number", ">= 0"),
    ("category", "string", '"goods","it"'),
    ("over_budget", "boolean"),
    ("day", "date"),
]
GOOD: dict[str, Any] = {"amount": Decimal("12.50"), "category": "it", "over_budget": False, "day": "2026-11-20"}
DECISION = compiled(table_xml(COLUMNS, [("r", "string")], [["-", "-", "-", "-", '"yes"']]))


def _refused(changes: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(BusinessError) as caught:
        DECISION.evaluate({**GOOD, **changes})
    assert caught.value.code == "rules.bad_input"
    return {finding.field: finding.problem for finding in caught.value.findings}


def test_good_inputs_are_taken_and_kept_as_they_were_understood() -> None:
    assert DECISION.evaluate(GOOD).inputs == {**GOOD, "day": date(2026, 11, 20)}


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(BusinessError) as caught:
        DECISION.evaluate({"amount": "12.50", "category": "travel", "over_budget": "yes"})
    assert [finding.field for finding in caught.value.findings] == ["amount", "category", "over_budget", "day"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("amount", "12.50", '"12.50" does not fit; an exact number'),
        ("amount", 12.5, "12.5 does not fit; an exact number"),
        ("amount", True, "true does not fit; an exact number"),
        ("amount", Decimal("NaN"), "NaN does not fit"),
        ("amount", Decimal("Infinity"), "Infinity does not fit"),
        ("amount", Decimal("1E+999999"), "does not fit"),
        pytest.param("amount", 10**5000, "a number of more than 100 digits does not fit", id="huge"),
        ("amount", Decimal("-0.01"), "-0.01 is not allowed; expected is >= 0"),
        ("amount", None, "is null; an exact number"),
        ("category", "travel", '"travel" is not allowed; expected is "goods","it"'),
        ("category", 5, "5 does not fit; one of "),
        ("category", "x" * 5000, '"xxx'),
        ("over_budget", 1, "1 does not fit; true or false is expected"),
        ("day", "2026-02-30", '"2026-02-30" does not fit; a date such as'),
        ("day", "20261120", '"20261120" does not fit'),
        ("day", ["2026-11-20"], "a list does not fit"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_expected(name: str, value: object, said: str) -> None:
    problems = _refused({name: value})
    assert list(problems) == [name]
    assert said in problems[name]
    assert len(problems[name]) < 300


def test_a_missing_input_is_named() -> None:
    with pytest.raises(BusinessError) as caught:
        DECISION.evaluate({name: value for name, value in GOOD.items() if name != "over_budget"})
    assert [str(finding) for finding in caught.value.findings] == ["over_budget: is missing; true or false is expected"]


def test_inputs_describe_themselves_for_forms() -> None:
    described = [(item.name, item.type, item.allowed_values, item.constraint) for item in DECISION.inputs]
    assert described == [
        ("amount", "number", (), ">= 0"),
        ("category", "string", ("goods", "it"), '"goods","it"'),
        ("over_budget", "boolean", (), ""),
        ("day", "date", (), ""),
    ]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("time", "14:30:00", "14:30:00"),
        ("dateTime", "2026-11-20T14:30:00", "2026-11-20T14:30:00"),
        ("dayTimeDuration", "P1DT2H", "P1DT2H"),
        ("yearMonthDuration", "P1Y6M", "P1Y6M"),
    ],
)
def test_times_and_durations_are_read_from_iso_text(kind: str, value: str, text: str) -> None:
    decision = compiled(table_xml([("x", kind)], [("r", "string")], [["-", "string(x)"]]))
    assert decision.evaluate({"x": value}).result == text


def test_structures_and_lists_are_checked_part_by_part() -> None:
    decision = compiled(
        decision_xml(
            '<itemDefinition name="tLine"><itemComponent name="net"><typeRef>number</typeRef></itemComponent>'
            '<itemComponent name="tax code"><typeRef>string</typeRef></itemComponent></itemDefinition>'
            '<itemDefinition name="tLines" isCollection="true"><typeRef>tLine</typeRef></itemDefinition>'
            '<inputData id="i" name="lines"><variable name="lines" typeRef="tLines"/></inputData>'
            '<decision id="d" name="decided">'
            "<literalExpression><text>sum(lines.net)</text></literalExpression></decision>"
        )
    )
    lines: list[dict[str, object]] = [{"net": Decimal("1.10"), "tax code": "S"}, {"net": 2, "tax code": "S"}]
    assert decision.evaluate({"lines": lines}).result == Decimal("3.10")
    with pytest.raises(BusinessError) as caught:
        decision.evaluate({"lines": [{"net": "1"}, lines[0]]})
    assert [finding.field for finding in caught.value.findings] == ["lines[0].net", "lines[0].tax code"]


def test_json_numbers_stay_exact() -> None:
    assert parse_input('{"amount": 0.1, "count": 3}') == {"amount": Decimal("0.1"), "count": Decimal(3)}


@pytest.mark.parametrize(
    "text",
    ["", "[1]", "null", '{"a": NaN}', '{"a": 1, "a": 2}', '{"a": ', "[" * 100_000, " " * 1_000_001, '{"a": Infinity}'],
    ids=range(9),
)
def test_json_that_is_no_object_of_inputs_is_refused(text: str) -> None:
    with pytest.raises(BusinessError) as caught:
        parse_input(text)
    assert caught.value.code == "rules.bad_input"


def test_a_computed_column_refuses_values_that_it_does_not_allow() -> None:
    decision = compiled(table_xml([("a + b", "number", "<= 10")], [("r", "")], [["-", "1"]]))
    assert decision.evaluate({"a": 4, "b": 6}).result == 1
    with pytest.raises(BusinessError) as caught:
        decision.evaluate({"a": 5, "b": 6})
    assert caught.value.findings[0].field == "a + b"
