from decimal import Decimal
from typing import Any

import pytest

from models.errors import BusinessError
from tests.rules.tables import compiled, table_xml

NUMBER = [("n", "number")]
LEVELS = [("level", "string", '"high","medium","low"')]
OVERLAPPING = [["> 0", '"low"'], ["> 10", '"high"'], ["> 20", '"medium"']]
POINTS = [["> 0", "5"], ["> 10", "3"], ["> 20", "8.5"]]

pytestmark = pytest.mark.behaviour("A1")


def _answer(policy: str, n: int, **extra: Any) -> Any:
    return compiled(table_xml(NUMBER, LEVELS, OVERLAPPING, policy, **extra)).evaluate({"n": n})


def test_unique_gives_the_one_row_that_matches() -> None:
    evaluation = _answer("UNIQUE", 5)
    assert (evaluation.result, evaluation.matched) == ("low", ("row-1",))


def test_unique_names_the_rows_when_two_match() -> None:
    with pytest.raises(BusinessError) as caught:
        _answer("UNIQUE", 15)
    assert caught.value.code == "rules.not_unique"
    assert "row-1, row-2" in caught.value.findings[0].problem


def test_any_accepts_rows_that_agree_and_reports_all_of_them() -> None:
    decision = compiled(table_xml(NUMBER, LEVELS, [["> 0", '"low"'], ["> 10", '"low"']], "ANY"))
    evaluation = decision.evaluate({"n": 15})
    assert (evaluation.result, evaluation.matched) == ("low", ("row-1", "row-2"))


def test_any_refuses_rows_that_disagree() -> None:
    with pytest.raises(BusinessError) as caught:
        _answer("ANY", 15)
    assert caught.value.code == "rules.not_equal"


def test_first_halts_at_the_first_row() -> None:
    evaluation = _answer("FIRST", 25)
    assert (evaluation.result, evaluation.matched) == ("low", ("row-1",))


def test_priority_follows_the_order_of_the_output_values_whatever_the_order_of_rows() -> None:
    evaluation = _answer("PRIORITY", 25)
    assert (evaluation.result, evaluation.matched) == ("high", ("row-1", "row-2", "row-3"))


def test_output_order_sorts_by_the_order_of_the_output_values() -> None:
    assert _answer("OUTPUT ORDER", 25).result == ["high", "medium", "low"]


@pytest.mark.parametrize("policy", ["RULE ORDER", "COLLECT"])
def test_rule_order_and_collect_list_the_outputs_by_row(policy: str) -> None:
    assert _answer(policy, 25).result == ["low", "high", "medium"]


@pytest.mark.parametrize(
    ("aggregation", "total"),
    [("SUM", Decimal("16.5")), ("MIN", Decimal(3)), ("MAX", Decimal("8.5")), ("COUNT", Decimal(3))],
)
def test_collect_aggregates(aggregation: str, total: Decimal) -> None:
    decision = compiled(table_xml(NUMBER, [("points", "number")], POINTS, "COLLECT", aggregation=aggregation))
    assert decision.evaluate({"n": 25}).result == total


def test_collect_refuses_a_sum_of_texts_and_numbers() -> None:
    decision = compiled(table_xml(NUMBER, [("x", "")], [["> 0", "5"], ["> 1", '"a"']], "COLLECT", aggregation="SUM"))
    with pytest.raises(BusinessError) as caught:
        decision.evaluate({"n": 5})
    assert caught.value.code == "rules.bad_output"


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER"])
def test_no_match_is_none_under_every_policy_but_collect(policy: str) -> None:
    evaluation = _answer(policy, -1)
    assert (evaluation.result, evaluation.matched, evaluation.reasons) == (None, (), ())


def test_collect_without_a_match_is_an_empty_list_and_none_where_it_aggregates() -> None:
    evaluation = _answer("COLLECT", -1)
    assert (evaluation.result, evaluation.matched, evaluation.reasons) == ([], (), ())
    total = compiled(table_xml(NUMBER, [("points", "number")], POINTS, "COLLECT", aggregation="SUM"))
    assert total.evaluate({"n": -1}).result is None


@pytest.mark.parametrize(("policy", "result"), [("UNIQUE", "medium"), ("COLLECT", ["medium"])])
def test_no_match_gives_the_default_output_in_the_shape_of_the_policy(policy: str, result: object) -> None:
    evaluation = _answer(policy, -1, defaults=['"medium"'])
    assert (evaluation.result, evaluation.matched) == (result, ())


def test_several_outputs_are_an_object() -> None:
    outputs = [("approval", "string"), ("stages", "")]
    decision = compiled(table_xml(NUMBER, outputs, [["-", '"required"', '["a", "b"]']]))
    assert decision.evaluate({"n": 1}).result == {"approval": "required", "stages": ["a", "b"]}


def test_priority_over_several_outputs_compares_them_from_left_to_right() -> None:
    outputs = [("x", "string", '"a","b"'), ("y", "string", '"c","d"')]
    rows = [["-", '"b"', '"c"'], ["-", '"a"', '"d"'], ["-", '"a"', '"c"']]
    decision = compiled(table_xml(NUMBER, outputs, rows, "OUTPUT ORDER"))
    assert decision.evaluate({"n": 1}).result == [{"x": "a", "y": "c"}, {"x": "a", "y": "d"}, {"x": "b", "y": "c"}]


@pytest.mark.parametrize("policy", ["PRIORITY", "OUTPUT ORDER"])
def test_an_order_without_output_values_is_refused(policy: str) -> None:
    with pytest.raises(BusinessError, match="no output values to take the order from"):
        compiled(table_xml(NUMBER, [("level", "string")], OVERLAPPING, policy))


def test_an_aggregation_of_several_outputs_is_refused() -> None:
    with pytest.raises(BusinessError, match="several output columns"):
        compiled(table_xml(NUMBER, [("a", ""), ("b", "")], [["-", "1", "2"]], "COLLECT", aggregation="SUM"))
