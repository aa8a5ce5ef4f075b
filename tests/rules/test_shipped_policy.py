"""What holds for every table of the shipped policy: it is complete, its golden cases pass, and people can be found."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import BusinessError
from models.party import Role
from rules.analysis.analyse import analyse
from rules.analysis.findings import Severity
from rules.dmn import read_definitions
from rules.engine import CompiledDecision, compile_decision
from rules.golden import run_golden_cases
from rules.inputs import ExpectedInput
from rules.shipped import ShippedTable, shipped_policy

POLICY = shipped_policy()
DECISIONS = {table.name: compile_decision(read_definitions(table.xml), table.name) for table in POLICY}
_EDGES = ("0", "0.01", "4", "5", "20", "25", "50", "90", "100", "500", "1000", "5000", "20000", "50000")
_NUMBERS = st.sampled_from(_EDGES).map(Decimal) | st.decimals(-20_000, 200_000, places=2)

every_table = pytest.mark.parametrize("table", POLICY, ids=lambda table: table.name)


@pytest.mark.behaviour("A3")
@every_table
def test_the_analysis_finds_nothing_to_mend(table: ShippedTable) -> None:
    findings = analyse(read_definitions(table.xml))
    assert [finding.message for finding in findings if finding.severity is not Severity.NOTE] == []


@pytest.mark.behaviour("A4")
@every_table
def test_golden_cases_pass_and_try_the_rows(table: ShippedTable) -> None:
    results = run_golden_cases(DECISIONS[table.name], table.golden_cases)
    assert [result.case.name for result in results if not result.has_passed] == []
    tried = {row for result in results for row in result.matched}
    content = read_definitions(table.xml).decisions[0].table
    assert content is not None
    assert len(tried) >= min(len(content.rules), 6)


def _value(expected: ExpectedInput) -> st.SearchStrategy[Any]:
    if expected.type == "boolean":
        return st.booleans()
    if expected.type == "number":
        return _NUMBERS
    return st.sampled_from(expected.allowed_values or ("4711",))


def _inputs(decision: CompiledDecision) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({expected.name: _value(expected) for expected in decision.inputs})


@pytest.mark.behaviour("A1", "A6")
@every_table
@settings(max_examples=80, deadline=None)
@given(st.data())
def test_every_case_that_the_table_takes_meets_exactly_one_row(table: ShippedTable, data: st.DataObject) -> None:
    decision = DECISIONS[table.name]
    inputs = data.draw(_inputs(decision))
    try:
        answer = decision.evaluate(inputs)
    except BusinessError as refusal:
        assert refusal.code == "rules.bad_input"
        return
    assert len(answer.matched) == len(answer.reasons) == 1
    assert answer.result is not None


@pytest.mark.behaviour("A6")
@every_table
def test_nobody_is_asked_only_where_a_row_says_so_and_whoever_is_asked_exists(table: ShippedTable) -> None:
    for result in run_golden_cases(DECISIONS[table.name], table.golden_cases):
        if isinstance(result.actual, dict) and "stages" in result.actual:
            assert (result.actual["approval"] == "required") is bool(result.actual["stages"])
            assert set(result.actual["stages"]) <= set(Role)
            assert len(set(result.actual["stages"])) == len(result.actual["stages"])
