"""Expressions that call business knowledge models, at random: each is refused or answered in no time."""

import gc
import time
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.errors import BusinessError
from rules.definitions import (
    Decision,
    DecisionTable,
    Definitions,
    InputClause,
    InputData,
    KnowledgeModel,
    OutputClause,
    Parameter,
    Rule,
)
from rules.engine import compile_decision
from rules.feel.parser import parse_expression

pytestmark = pytest.mark.behaviour("A1")

_ROWS = 60
_TABLE = DecisionTable(
    inputs=(InputClause(expression="x"), InputClause(expression="x")),
    outputs=(OutputClause(),),
    rules=tuple(
        Rule(id=f"r{row}", inputs=(f"? > {row} and ? <= {row + 1}", f"? != x + {row}"), outputs=("x",))
        for row in range(_ROWS)
    ),
)
_X = (Parameter(name="x"),)
_MODELS = (
    KnowledgeModel(id="k1", name="twice", parameters=_X, expression="[x, x]"),
    KnowledgeModel(id="k2", name="longer", parameters=_X, expression='string(x) + string(x) + "........."'),
    KnowledgeModel(id="k3", name="look up", parameters=_X, table=_TABLE),
    KnowledgeModel(
        id="k4", name="both", parameters=(*_X, Parameter(name="y")), expression="twice(look up(x)) = twice(y)"
    ),
    KnowledgeModel(id="k5", name="typed", parameters=(Parameter(name="x", type_ref="number"),), expression="x ** 999"),
)
_NAMES = st.sampled_from(["twice", "longer", "look up", "typed", "x", "both", "", "no"])
_FRAGMENTS = st.one_of(
    _NAMES, st.sampled_from([*"()[]{},:+-*?", " ", "x:", "y:", "1", "n", '"a"', "if ", " then ", " else "])
)
_SOUP = st.lists(_FRAGMENTS, max_size=25).map("".join)
_CALLS = st.recursive(
    st.sampled_from(["n", "1", '"a"', "null", "[]"]),
    lambda inner: st.one_of(
        st.tuples(_NAMES, inner).map(lambda call: f"{call[0]}({call[1]})"),
        st.tuples(_NAMES, inner).map(lambda call: f"{call[0]}(x: {call[1]})"),
        st.tuples(inner, inner).map(lambda call: f"both(y: {call[0]}, x: {call[1]})"),
        st.tuples(inner, inner).map(" + ".join),
    ),
    max_leaves=10,
)
_REPEATED = _CALLS.map(lambda text: f"[{','.join([text] * (3_900 // (len(text) + 1)))}]")


@settings(max_examples=300, deadline=None)
@given(st.one_of(_SOUP, _CALLS, _REPEATED))
@example("twice(" * 50 + "n" + ")" * 50)
@example("longer(" * 50 + "n" + ")" * 50)
@example("look up(" * 50 + "n" + ")" * 50)
@example(f"[{','.join(['look up(n)'] * 225)}]")
@example(f"[{','.join(['both(n, n)'] * 190)}]")
def test_any_call_is_refused_or_answered_within_fifty_milliseconds(text: str) -> None:
    assert any(_seconds(text) < 0.05 for _ in range(4))


def _seconds(text: str) -> float:
    """Processor time of compiling the decision and of its answer; the models' own cells were read before."""
    source = Definitions(
        name="fuzz",
        inputs=(InputData(id="i", name="n", type_ref="number"),),
        decisions=(Decision(id="d", name="decided", expression=text),),
        knowledge=_MODELS,
    )
    parse_expression.cache_clear()
    gc.disable()
    started = time.process_time()
    with suppress(BusinessError):
        compile_decision(source, "decided").evaluate({"n": Decimal(7)})
    took = time.process_time() - started
    gc.enable()
    return took
