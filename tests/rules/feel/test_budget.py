"""No expression, however made, stalls or fills the process: it is refused or answered at once."""

import gc
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.errors import BusinessError
from rules.feel.budget import MAX_LIST_SIZE, Scope
from rules.feel.compiler import compile_expression
from rules.feel.errors import FeelError
from rules.feel.functions import BUILTINS
from rules.feel.parser import parse_expression
from rules.feel.tokens import KnownNames
from rules.feel.values import KINDS
from rules.unary_tests import compile_unary_tests
from tests.rules.tables import compiled, decision_xml, table_xml

pytestmark = pytest.mark.behaviour("A1")

VARIABLES: dict[str, Any] = {
    "n": Decimal(3),
    "text": "x" * 50_000,
    "items": [Decimal(1)] * MAX_LIST_SIZE,
    "ctx": {f"key{number}": Decimal(number) for number in range(MAX_LIST_SIZE - 1)},
}
NAMES = KnownNames(VARIABLES, BUILTINS)


def _run(text: str) -> Any:
    return compile_expression(parse_expression(text, NAMES), VARIABLES)(Scope(dict(VARIABLES)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 +" * 2000 + "1", "characters long"),
        (f"[{','.join(['1'] * 700)}]", "words and signs"),
        ("(" * 100 + "1" + ")" * 100 + "+1" * 70, "levels deep"),
        ("-" * 200 + "n", "levels deep"),
        ("[" * 100 + "]" * 100, "levels deep"),
        ("if n then " * 100 + "1" + " else 2" * 100, "levels deep"),
        ("text + text + text", "makes a text"),
        ("concatenate(items, items)", "makes a list"),
        (f"all([{','.join(['items = items'] * 150)}])", "steps"),
    ],
    ids=["length", "tokens", "sum", "signs", "lists", "conditions", "text", "list", "steps"],
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


SOUP = st.lists(FRAGMENTS, max_size=25).map("".join)
EXPRESSIONS = st.recursive(
    st.sampled_from(["n", "text", "items", "1", "0", '"a"', "null", "true", '@"P1D"', '@"2026-01-01"', "ctx", "[]"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**", "=", "<", " and ", " or ", " in "]), inner).map(
            "".join
        ),
        st.tuples(st.sampled_from(sorted(BUILTINS)), st.lists(inner, min_size=1, max_size=3)).map(
            lambda call: f"{call[0]}({','.join(call[1])})"
        ),
        st.lists(inner, max_size=4).map(lambda items: f"[{','.join(items)}]"),
        st.tuples(inner, inner, inner).map(lambda parts: "if {} then {} else {}".format(*parts)),
        st.tuples(inner, st.sampled_from(["a", "days", "year", "__class__"])).map(".".join),
        st.tuples(inner, inner).map(lambda ends: f"[{ends[0]}..{ends[1]}]"),
    ),
    max_leaves=12,
)
REPEATED = st.tuples(EXPRESSIONS, st.sampled_from([",", "+", " = ", ")", ", not("])).map(
    lambda parts: f"[{parts[1].join([parts[0]] * (3_900 // len(''.join(parts))))}]"
)


@settings(max_examples=600, deadline=None)
@given(st.one_of(SOUP, EXPRESSIONS, REPEATED))
@example("count(" * 60 + "items" + ")" * 60)
@example(f"[{','.join(['mean(items)'] * 235)}]")
@example(f"[{','.join(['1'] * 599)}]")
@example(f"n in ({','.join(['<5'] * 390)})")
def test_any_text_is_refused_or_answered_within_fifty_milliseconds(text: str) -> None:
    for run in (_run, _test):
        assert any(_seconds(run, text) < 0.05 for _ in range(3))


def _seconds(run: Callable[[str], Any], text: str) -> float:
    """Processor time, from nothing: what was read before is forgotten. The tests' own garbage is not counted."""
    parse_expression.cache_clear()
    compile_unary_tests.cache_clear()
    gc.disable()
    started = time.process_time()
    try:
        result = run(text)
    except FeelError:
        result = None
    took = time.process_time() - started
    gc.enable()
    assert _is_plain(result)
    return took


def _test(text: str) -> bool | None:
    return compile_unary_tests(text, NAMES).accepts(Decimal(1), Scope(dict(VARIABLES)))


def _is_plain(value: Any) -> bool:
    """Nothing of Python's own shows through."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (value is None or type(value) in KINDS) and all(map(_is_plain, parts))
