"""No expression, however made, stalls or fills the process: it is refused or answered at once."""

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.errors import BusinessError
from rules.feel.budget import MAX_LIST_SIZE, Scope
from rules.feel.compiler import compile_expression
from rules.feel.errors import BudgetExceededError, FeelError
from rules.feel.functions import BUILTINS
from rules.feel.parser import parse_expression
from rules.feel.tokens import KnownNames
from rules.unary_tests import compile_unary_tests
from tests.rules.tables import compiled, decision_xml, table_xml

pytestmark = pytest.mark.behaviour("A1")

VARIABLES: dict[str, Any] = {"n": Decimal(3), "text": "x" * 50_000, "items": [Decimal(1)] * MAX_LIST_SIZE}
NAMES = KnownNames(VARIABLES, BUILTINS)


def _run(text: str) -> Any:
    return compile_expression(parse_expression(text, NAMES), VARIABLES)(Scope(dict(VARIABLES)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 +" * 2000 + "1", "characters long"),
        ("(" * 100 + "1" + ")" * 100 + "+1" * 70, "levels deep"),
        ("-" * 200 + "n", "levels deep"),
        ("[" * 100 + "]" * 100, "levels deep"),
        ("if n then " * 100 + "1" + " else 2" * 100, "levels deep"),
        ("text + text + text", "makes a text"),
        ("concatenate(items, items)", "makes a list"),
        (f"all([{','.join(['items = items'] * 150)}])", "steps"),
    ],
    ids=["length", "sum", "signs", "lists", "conditions", "text", "list", "steps"],
)
def test_an_expression_beyond_the_limits_is_refused(text: str, said: str) -> None:
    with pytest.raises(FeelError, match=said):
        _run(text)


@pytest.mark.parametrize("text", ["9 ** 9 ** 9 ** 9", "0.1 ** 99999999", "n ** -999999", "2 ** 0.5 ** 99"])
def test_powers_are_computed_in_34_digits_or_are_null(text: str) -> None:
    result = _run(text)
    assert result is None or len(result.as_tuple().digits) <= 34


def test_decisions_that_double_each_others_results_are_refused() -> None:
    body = "".join(
        f'<decision id="d{i}" name="d{i}"><literalExpression><text>[d{i - 1}, d{i - 1}]</text></literalExpression>'
        "</decision>"
        for i in range(1, 40)
    )
    seed = '<decision id="d0" name="d0"><literalExpression><text>"x"</text></literalExpression></decision>'
    decision = compiled(decision_xml(body + seed), "d39")
    with pytest.raises(BusinessError) as caught:
        decision.evaluate({})
    assert caught.value.code == "rules.too_large"


@pytest.mark.parametrize("value", [["x"] * (MAX_LIST_SIZE + 1), "x" * 200_000, {str(i): 1 for i in range(20_000)}])
def test_an_input_that_is_too_large_is_a_bad_input(value: object) -> None:
    decision = compiled(table_xml([("x", "")], [("r", "")], [["-", "1"]]))
    with pytest.raises(BusinessError) as caught:
        decision.evaluate({"x": value})
    assert caught.value.code == "rules.bad_input"


def test_an_input_that_is_nested_too_deeply_is_a_bad_input() -> None:
    value: list[object] = []
    for _ in range(5000):
        value = [value]
    decision = compiled(table_xml([("x", "")], [("r", "")], [["-", "1"]]))
    with pytest.raises(BusinessError) as caught:
        decision.evaluate({"x": value})
    assert caught.value.code == "rules.bad_input"


FRAGMENTS = st.sampled_from(
    [
        *(
            "1",
            "0",
            "n",
            "text",
            "items",
            '"a"',
            '"',
            "null",
            "true",
            "if ",
            " then ",
            " else ",
            " and ",
            " or ",
            "not(",
        ),
        *(
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "a:",
            ",",
            "..",
            "**",
            "*",
            "+",
            "-",
            "/",
            "<",
            "<=",
            "=",
            "!=",
            ">",
            " in ",
            "?",
        ),
        *(
            " between ",
            "sum(",
            "count(",
            'date("2026-01-01")',
            '@"P1D"',
            ".",
            " ",
            "concatenate(",
            "string(",
            "decimal(",
        ),
        *("for ", "__class__", "eval(", "9999999999", "\\", "'", "“", "\x00", "\n", "//", "/*"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(FRAGMENTS, max_size=25).map("".join))
@example("count(" * 60 + "items" + ")" * 60)
def test_any_text_is_refused_or_answered_at_once(text: str) -> None:
    started = time.perf_counter()
    try:
        compile_unary_tests(text, NAMES).accepts(Decimal(1), Scope(dict(VARIABLES)))
        _run(text)
    except (FeelError, BudgetExceededError):
        pass
    assert time.perf_counter() - started < 1
