"""The analysis against brute force: every combination of inputs of small tables is tried."""

from itertools import combinations

import pytest
from hypothesis import given, settings

from rules.analysis.findings import AnalysisFinding, Code, Severity
from tests.rules.analysis.brute_force import holds, tables, tables_with_computed_cells, tried
from tests.rules.tables import Column

pytestmark = pytest.mark.behaviour("A3")
Rows = tuple[list[Column], list[list[str]]]


@settings(max_examples=100, deadline=None)
@given(tables())
def test_the_gaps_are_exactly_the_combinations_that_no_row_matches(table: Rows) -> None:
    outcome = tried(*table, "FIRST")
    gaps = outcome.of(Code.GAP)
    for inputs, rows in outcome.matches:
        is_in_gap = any(holds(gap.conditions, inputs) for gap in gaps)
        assert is_in_gap is not bool(rows) or outcome.of(Code.MORE), inputs
        assert not (is_in_gap and rows), inputs


@settings(max_examples=100, deadline=None)
@given(tables())
def test_the_example_of_a_gap_is_matched_by_no_row(table: Rows) -> None:
    outcome = tried(*table, "FIRST")
    for gap in outcome.of(Code.GAP):
        assert holds(gap.conditions, gap.example)
        assert not any(inputs == gap.example and rows for inputs, rows in outcome.matches)


@settings(max_examples=100, deadline=None)
@given(tables())
def test_rows_overlap_exactly_where_some_combination_matches_both(table: Rows) -> None:
    outcome = tried(*table, "UNIQUE")
    pairs = {pair for _, rows in outcome.matches for pair in combinations(rows, 2)}
    assert [finding.rows for finding in outcome.of(Code.OVERLAP)] == [
        (f"row-{one + 1}", f"row-{other + 1}") for one, other in sorted(pairs)
    ]
    for finding in outcome.of(Code.OVERLAP):
        places = {int(identity.removeprefix("row-")) - 1 for identity in finding.rows}
        for inputs, rows in outcome.matches:
            assert holds(finding.conditions, inputs) is (places <= set(rows))


@settings(max_examples=100, deadline=None)
@given(tables())
def test_rows_under_any_overlap_where_they_match_together_and_say_something_else(table: Rows) -> None:
    outcome = tried(*table, "ANY")
    answers = [row[-1] for row in table[1]]
    pairs = {pair for _, rows in outcome.matches for pair in combinations(rows, 2)}
    different = sorted(pair for pair in pairs if answers[pair[0]] != answers[pair[1]])
    assert [finding.rows for finding in outcome.of(Code.OVERLAP)] == [
        (f"row-{one + 1}", f"row-{other + 1}") for one, other in different
    ]


@settings(max_examples=100, deadline=None)
@given(tables(most_rows=8))
def test_a_row_is_dead_or_masked_exactly_when_it_never_answers_first(table: Rows) -> None:
    outcome = tried(*table, "FIRST")
    matching = {row for _, rows in outcome.matches for row in rows}
    answering = {rows[0] for _, rows in outcome.matches if rows}
    everything = set(range(len(table[1])))
    assert _first_rows(outcome.of(Code.DEAD_ROW)) == everything - matching
    assert _first_rows(outcome.of(Code.MASKED_ROW)) == matching - answering


@settings(max_examples=100, deadline=None)
@given(tables(most_rows=8))
def test_a_row_is_masked_exactly_when_one_of_higher_priority_always_answers(table: Rows) -> None:
    outcome = tried(*table, "PRIORITY")
    answers = [row[-1] for row in table[1]]
    matching = {row for _, rows in outcome.matches for row in rows}
    answering = {min(rows, key=lambda row: (answers[row], row)) for _, rows in outcome.matches if rows}
    assert _first_rows(outcome.of(Code.MASKED_ROW)) == matching - answering


@settings(max_examples=100, deadline=None)
@given(tables())
def test_a_redundant_row_can_be_left_out_without_changing_any_answer(table: Rows) -> None:
    outcome = tried(*table, "FIRST")
    answers = [row[-1] for row in table[1]]
    for row in _first_rows(outcome.of(Code.REDUNDANT_ROW)):
        for inputs, rows in outcome.matches:
            others = [answers[other] for other in rows if other != row]
            assert not rows or others[:1] == [answers[rows[0]]], inputs


@settings(max_examples=150, deadline=None)
@given(tables_with_computed_cells())
def test_an_error_holds_whatever_the_computed_cells_turn_out_to_be(table: Rows) -> None:
    outcome = tried(*table, "FIRST")
    errors = [finding for finding in outcome.findings if finding.severity is Severity.ERROR]
    answering = {rows[0] for _, rows in outcome.matches if rows}
    assert not answering & _first_rows([finding for finding in errors if finding.rows])
    for gap in (finding for finding in errors if finding.code == Code.GAP):
        assert not any(rows and holds(gap.conditions, inputs) for inputs, rows in outcome.matches)


def _first_rows(findings: list[AnalysisFinding]) -> set[int]:
    return {int(finding.rows[0].removeprefix("row-")) - 1 for finding in findings}
