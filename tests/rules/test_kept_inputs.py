import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rule import RuleEvaluation
from rules.kept_inputs import restored, without_type
from tests.rules.tables import compiled, decision_xml, table_xml

pytestmark = pytest.mark.behaviour("A5")

_TYPES = """
<itemDefinition name="tLine"><itemComponent name="net"><typeRef>number</typeRef></itemComponent>
<itemComponent name="code"><typeRef>string</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tLines" isCollection="true"><typeRef>tLine</typeRef></itemDefinition>
<decision id="d" name="decided"><decisionTable>
<input><inputExpression typeRef="number"><text>sum(lines.net)</text></inputExpression></input>
<input><inputExpression typeRef="date"><text>due</text></inputExpression></input>
<input><inputExpression typeRef="string"><text>code</text></inputExpression></input>
<output typeRef="string"/>
<rule><inputEntry><text>&gt; 0</text></inputEntry><inputEntry><text>-</text></inputEntry>
<inputEntry><text>-</text></inputEntry><outputEntry><text>"yes"</text></outputEntry></rule>
</decisionTable></decision>
<inputData id="i1" name="lines"><variable name="lines" typeRef="tLines"/></inputData>
<inputData id="i2" name="due"><variable name="due" typeRef="date"/></inputData>
<inputData id="i3" name="code"><variable name="code" typeRef="string"/></inputData>
"""


def kept(evaluation: RuleEvaluation) -> dict[str, Any]:
    inputs: dict[str, Any] = json.loads(evaluation.model_dump_json())["inputs"]
    return inputs


@given(st.lists(st.decimals(-10_000, 10_000, places=3), max_size=5), st.dates(), st.from_regex(r"[0-9]{1,4}"))
def test_an_evaluation_runs_again_from_what_it_keeps_to_the_same_bytes(
    nets: list[Decimal], due: Any, code: str
) -> None:
    decision = compiled(decision_xml(_TYPES))
    given_inputs = {"lines": [{"net": net, "code": "5"} for net in nets], "due": due, "code": code}
    first = decision.evaluate(given_inputs)
    again = decision.evaluate(restored(decision.variables, kept(first)))
    assert again.model_dump_json() == first.model_dump_json()
    assert again == first


def test_a_text_that_looks_like_a_number_stays_a_text_and_what_is_no_number_is_left_to_the_engine() -> None:
    decision = compiled(table_xml([("amount", "number"), ("code", "string")], [("y", "")], [("-", "-", "1")]))
    assert restored(decision.variables, {"amount": "12.50", "code": "0012", "other": 1}) == {
        "amount": Decimal("12.50"),
        "code": "0012",
    }
    assert restored(decision.variables, {"amount": "many"}) == {"amount": "many"}


def test_an_input_without_a_type_is_named() -> None:
    decision = compiled(table_xml([("amount", ""), ("code", "string")], [("y", "")], [("1", '"a"', "1")]))
    assert [finding.field for finding in without_type(decision.variables)] == ["amount"]
    assert without_type(compiled(decision_xml(_TYPES)).variables) == ()
