"""Every kind of finding, its sentence, and what it says of the publish."""

from collections.abc import Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest

from rules.analysis.analyse import analyse
from rules.analysis.findings import AnalysisFinding, Cell, Code, Severity, blocking
from rules.analysis.terms import Terms
from rules.dmn import read_definitions
from tests.rules.tables import Column, decision_xml, table_xml

pytestmark = pytest.mark.behaviour("A3")
AMOUNT: Column = ("amount", "number", ">= 0")
CATEGORY: Column = ("category", "string", '"office","travel","it"')
OVER: Column = ("over budget", "boolean")
ANSWER: Column = ("approval", "string")


def found(
    inputs: Sequence[Column],
    rows: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    output: Column = ANSWER,
    terms: Sequence[Terms] = (),
    defaults: Sequence[str] = (),
) -> tuple[AnalysisFinding, ...]:
    return analyse(read_definitions(table_xml(inputs, [output], rows, policy, defaults=defaults)), terms)


def only(findings: Sequence[AnalysisFinding], code: Code) -> AnalysisFinding:
    assert [finding.code for finding in findings] == [code], [finding.message for finding in findings]
    return findings[0]


def test_a_gap_is_told_in_words_with_conditions_and_an_example() -> None:
    rows = [
        ["< 5000", "-", "-", '"owner"'],
        [">= 5000", "-", "false", '"director"'],
        ["> 10000", "-", "true", '"director"'],
        ["[5000..10000]", 'not("travel")', "true", '"director"'],
    ]
    gap = only(found([AMOUNT, CATEGORY, OVER], rows), Code.GAP)
    assert gap.message == "Amount is from 5,000 to 10,000, category is travel and over budget: no row matches."
    assert gap.example == {"amount": Decimal(5000), "category": "travel", "over budget": True}
    amount = gap.conditions[0]
    assert (amount.column, amount.kind) == ("amount", "number")
    assert [(each.low, each.high, each.low_included, each.high_included) for each in amount.intervals] == [
        (Decimal(5000), Decimal(10000), True, True)
    ]
    assert blocking([gap]) == (gap,)


def test_a_gap_leaves_out_the_columns_that_do_not_matter() -> None:
    gap = only(found([AMOUNT, CATEGORY], [["> 100", "-", '"a"']]), Code.GAP)
    assert gap.message == "Amount is from 0 to 100: no row matches."


def test_a_gap_of_texts_without_allowed_values_names_what_is_covered() -> None:
    gap = only(found([("category", "string")], [['"it"', '"a"'], ['"travel"', '"a"']]), Code.GAP)
    assert gap.message == "Category is not it or travel: no row matches."
    assert gap.example == {"category": "other"}


@pytest.mark.parametrize(
    ("kind", "until", "since"),
    [
        ("date", '@"2026-01-31"', '@"2026-02-01"'),
        ("years and months duration", '@"P1Y"', '@"P1Y1M"'),
        ("days and time duration", '@"PT1S"', '@"PT1.000001S"'),
        ("date and time", '@"2026-01-31T23:59:59.999999"', '@"2026-02-01T00:00:00"'),
        ("time", '@"11:59:59.999999"', '@"12:00:00"'),
    ],
)
def test_no_gap_is_seen_between_neighbours_of_a_counted_kind(kind: str, until: str, since: str) -> None:
    assert found([("x", kind)], [[f"<= {until}", '"a"'], [f">= {since}", '"a"']]) == ()
    gap = only(found([("x", kind)], [[f"< {until}", '"a"'], [f">= {since}", '"a"']]), Code.GAP)
    assert len(gap.conditions[0].intervals) == 1


def test_numbers_have_no_neighbours() -> None:
    gap = only(found([("x", "number")], [["<= 10", '"a"'], [">= 11", '"a"']]), Code.GAP)
    assert gap.message == "X is above 10 and below 11: no row matches."
    assert gap.example == {"x": Decimal("10.01")}


def test_columns_that_test_the_same_input_are_taken_together() -> None:
    rows = [["<= 10", "-", '"a"'], ["> 10", "> 10", '"a"']]
    assert found([("x", "number"), ("x", "number")], rows) == ()
    dead = found([("x", "number"), ("x", "number")], [*rows, ["< 5", "> 5", '"a"']])
    assert [finding.code for finding in dead] == [Code.DEAD_ROW]


def test_columns_that_depend_on_the_same_input_make_a_finding_doubtful() -> None:
    rows = [["> 1", "-", '"a"'], ["-", "> 2", '"a"']]
    gap = only(found([("x", "number"), ("x + 1", "number")], rows, "ANY"), Code.GAP)
    assert gap.severity is Severity.WARNING
    assert "both depend on x" in gap.message and not blocking([gap])


def test_a_computed_column_may_be_null_and_then_only_a_dash_matches() -> None:
    gap = only(found([("x / y", "number")], [["<= 1", '"a"'], ["> 1", '"a"']]), Code.GAP)
    assert gap.message == "X / y is null: no row matches; 'x / y' is computed and may never be null."
    assert gap.severity is Severity.WARNING
    assert found([("x / y", "number")], [["null", '"a"'], ["!= null", '"a"']]) == ()
    assert found([("x / 2 + 1", "number")], [["<= 1", '"a"'], ["> 1", '"a"']]) == ()
    assert found([("x / y", "number", ">= 0")], [["<= 1", '"a"'], ["> 1", '"a"']]) == ()


def test_default_outputs_close_every_gap() -> None:
    assert found([AMOUNT], [["> 1", '"a"']], defaults=['"b"']) == ()


def test_a_gap_of_a_policy_that_gives_lists_is_a_warning() -> None:
    assert only(found([AMOUNT], [["> 1", '"a"']], "COLLECT"), Code.GAP).severity is Severity.WARNING


def test_more_gaps_than_can_be_read_are_counted_out() -> None:
    findings = found([("x", "number")], [[f"{number}", '"a"'] for number in range(40)])
    # One gap takes in all that lies between the numbers.
    assert only(findings, Code.GAP).example == {"x": Decimal(-1)}
    pairs = [[str(number), f'"{number}"', '"a"'] for number in range(40)]
    findings = found([("x", "number", ", ".join(map(str, range(40)))), ("y", "string")], pairs)
    assert [finding.code for finding in findings] == [Code.GAP] * 20 + [Code.MORE]


def test_rows_that_overlap_under_unique_are_named_with_what_both_match() -> None:
    rows = [["<= 100", "-", '"a"'], [">= 100", '"it"', '"b"'], ["> 100", 'not("it")', '"c"']]
    overlap = only(found([AMOUNT, CATEGORY], rows), Code.OVERLAP)
    assert overlap.message == "Amount is 100 and category is it: row 1 and row 2 match, but UNIQUE allows only one."
    assert overlap.rows == ("row-1", "row-2")
    assert overlap.example == {"amount": Decimal(100), "category": "it"}
    assert blocking([overlap])


def test_rows_under_any_may_overlap_where_they_say_the_same() -> None:
    rows = [["<= 100", '"a"'], [">= 100", '"a"'], [">= 200", '"b"']]
    overlap = only(found([AMOUNT], rows, "ANY"), Code.OVERLAP)
    assert overlap.rows == ("row-2", "row-3")
    computed = only(found([AMOUNT], [["-", "amount * 2"], ["> 200", "amount + amount"]], "ANY"), Code.OVERLAP)
    assert computed.severity is Severity.WARNING and "may be the same" in computed.message


def test_overlaps_without_end_are_counted() -> None:
    findings = found([AMOUNT], [["-", '"a"']] * 20)
    assert [finding.code for finding in findings] == [Code.OVERLAP] * 50 + [Code.MORE]
    assert findings[-1].message == "190 pairs of rows overlap; the first 50 are listed."


@pytest.mark.parametrize("cell", ['"train"', 'not("office","travel","it")'])
def test_a_row_that_accepts_nothing_allowed_is_dead(cell: str) -> None:
    findings = found([CATEGORY], [["-", '"a"'], [cell, '"b"']], "FIRST")
    dead = next(finding for finding in findings if finding.code == Code.DEAD_ROW)
    assert dead.message.startswith("Row 2 can never match: its cell under 'category'")
    assert dead.cells == (Cell(row="row-2", column="category"),)
    assert dead in blocking(findings)


def test_a_row_that_earlier_rows_cover_together_is_masked() -> None:
    rows = [["< 50", '"a"'], [">= 50", '"b"'], ["[40..60]", '"c"']]
    masked = only(found([AMOUNT], rows, "FIRST"), Code.MASKED_ROW)
    assert masked.message == (
        "Row 3 never answers: rows before it together answer in every case that it matches (row 1 and row 2)."
    )
    assert masked.rows == ("row-3", "row-1", "row-2")
    assert blocking([masked])


def test_a_row_of_lower_priority_is_masked_wherever_it_stands() -> None:
    output = ("approval", "string", '"strict","lax"')
    findings = found([AMOUNT], [["> 10", '"lax"'], ["-", '"strict"']], "PRIORITY", output)
    masked = next(finding for finding in findings if finding.code == Code.MASKED_ROW)
    assert masked.message == "Row 1 never answers: row 2, of higher priority, answers in every case that it matches."
    unreachable = next(finding for finding in findings if finding.code == Code.UNREACHABLE_OUTPUT)
    assert unreachable.message == "'approval' never becomes lax: row 1 never answers."
    assert unreachable.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("policy", "rows"),
    [
        ("ANY", [["> 10", '"a"'], ["-", '"a"']]),
        ("FIRST", [["> 10", '"a"'], ["-", '"a"']]),
        ("COLLECT", [["-", '"a"'], ["-", '"a"']]),
    ],
)
def test_a_row_that_repeats_another_is_noted(policy: str, rows: list[list[str]]) -> None:
    note = only(found([AMOUNT], rows, policy), Code.REDUNDANT_ROW)
    assert note.severity is Severity.NOTE
    assert set(note.rows) == {"row-1", "row-2"}


def test_a_first_row_before_a_different_one_is_not_redundant() -> None:
    assert found([AMOUNT], [["> 10", '"a"'], ["> 5", '"b"'], ["-", '"a"']], "FIRST") == ()


def test_an_allowed_output_that_no_row_gives_is_noted() -> None:
    note = only(found([AMOUNT], [["-", '"a"']], output=("approval", "string", '"a","b"')), Code.UNREACHABLE_OUTPUT)
    assert note.message == "'approval' may be b, but no row gives that."
    assert (note.severity, note.values) == (Severity.NOTE, ("b",))
    default = found([AMOUNT], [["-", '"a"']], output=("approval", "string", '"a","b"'), defaults=['"b"'])
    assert default == ()


def test_unknown_roles_and_cost_centres_are_found_in_inputs_and_outputs() -> None:
    terms = (
        Terms(kind="role", columns=("stages",), known=frozenset({"treasurer"})),
        Terms(kind="cost_centre", columns=("cost_centre",), known=frozenset({"4000", "4711"})),
    )
    rows = [
        ['"4000"', '["treasurer"]'],
        ['not("4000","471")', '["tresurer"]'],
        ['"471"', 'if true then "boss" else ""'],
    ]
    findings = found([("cost_centre", "string")], rows, output=("stages", "Any"), terms=terms)
    unknown = [finding for finding in findings if finding.code == Code.UNKNOWN_TERM]
    assert [(finding.term, finding.rows[0], finding.values[0]) for finding in unknown] == [
        ("role", "row-2", "tresurer"),
        ("role", "row-3", ""),
        ("role", "row-3", "boss"),
        ("cost_centre", "row-2", "471"),
        ("cost_centre", "row-3", "471"),
    ]
    assert unknown[0].message == "Row 2, 'stages': 'tresurer' is no role that is known; did you mean 'treasurer'?"
    assert blocking(unknown) == tuple(unknown)


def test_a_cell_that_depends_on_other_inputs_is_said_not_to_be_looked_into() -> None:
    inputs: list[Column] = [("x", "number"), ("y", "number")]
    findings = found(inputs, [["> y", "-", '"a"'], ["<= 5", "-", '"b"']], "FIRST")
    assert {finding.code: finding.severity for finding in findings} == {
        Code.GAP: Severity.WARNING,
        Code.NOT_ANALYSED: Severity.WARNING,
    }
    gap, limit = findings
    assert gap.message == "X is above 5: no row matches; unless row 1 does, which cannot be analysed."
    assert limit.message.startswith("'x', row 1: > y cannot be compared with other cells beforehand")
    assert limit.cells == (Cell(row="row-1", column="x"),)


def test_a_cell_that_accepts_all_but_null_is_told_apart_from_null() -> None:
    gap = only(found([("x / y", "number")], [["null", '"a"']]), Code.GAP)
    assert gap.message == "X / y is not null: no row matches."
    (condition,) = gap.conditions
    assert (condition.intervals, condition.negated, condition.or_null) == ((), True, False)


def test_allowed_values_that_cannot_be_looked_into_make_a_gap_doubtful() -> None:
    findings = found([("x", "number", "? > 0 and ? < 9")], [["> 5", '"a"']])
    assert [finding.severity for finding in findings] == [Severity.WARNING, Severity.WARNING]
    assert findings[0].message == "X is at most 5: no row matches; 'x' may not allow it: ? > 0 and ? < 9."


def test_a_column_without_a_type_is_said_to_be_guessed() -> None:
    findings = found([("x", "")], [["> 5", '"a"'], ["<= 5", '"b"']])
    assert only(findings, Code.NOT_ANALYSED).cells == (Cell(column="x"),)


def test_lists_are_not_looked_into() -> None:
    xml = decision_xml(
        '<itemDefinition name="tags" isCollection="true"><typeRef>string</typeRef></itemDefinition>'
        '<decision id="d" name="decided"><decisionTable>'
        '<input><inputExpression typeRef="tags"><text>given</text></inputExpression></input><output name="o"/>'
        '<rule><inputEntry><text>list contains(?, "a")</text></inputEntry><outputEntry><text>1</text></outputEntry>'
        "</rule></decisionTable></decision>"
    )
    findings = analyse(read_definitions(xml))
    assert {finding.code for finding in findings} == {Code.GAP, Code.NOT_ANALYSED}
    assert not blocking(findings)


def test_cells_that_cannot_be_read_are_errors_with_their_place() -> None:
    findings = found([AMOUNT], [["> oops", '"a"'], ["<<", '"b"']])
    assert [(finding.code, finding.cells) for finding in findings] == [
        ("rules.malformed", (Cell(row="row-1", column="amount"),)),
        ("rules.malformed", (Cell(row="row-2", column="amount"),)),
    ]
    assert len(blocking(findings)) == 2


def _decision(name: str, column: str, rows: Sequence[tuple[str, str]], kind: str = "string") -> str:
    body = "".join(
        f"<rule><inputEntry><text>{escape(cell)}</text></inputEntry><outputEntry><text>{given}</text></outputEntry></rule>"
        for cell, given in rows
    )
    return (
        f'<decision id="{name}" name="{name}"><decisionTable>'
        f'<input><inputExpression typeRef="{kind}"><text>{column}</text></inputExpression></input>'
        f'<output name="{name}" typeRef="string"/>{body}</decisionTable></decision>'
    )


def test_every_decision_of_a_file_is_analysed() -> None:
    risk = _decision("risk", "amount", [("> 5", '"high"')], "number")
    route = _decision("route", "risk", [('"high"', '"a"'), ('not("high")', '"a"')])
    gap = only(analyse(read_definitions(decision_xml(risk + route))), Code.GAP)
    assert (gap.decision, gap.message) == ("risk", "Amount is at most 5: no row matches.")


def test_a_required_decision_gives_no_more_than_its_rows_say() -> None:
    risk = _decision("risk", "amount", [("> 5", '"high"'), ("<= 5", '"low"')], "number")
    whole = [('"high"', '"a"'), ('"low"', '"b"')]
    (null,) = analyse(read_definitions(decision_xml(risk + _decision("route", "risk", whole))))
    assert null.message == "Risk is null: no row matches; 'risk' is computed and may never be null."
    findings = analyse(read_definitions(decision_xml(risk + _decision("route", "risk", whole[:1]))))
    assert [finding.message for finding in findings] == ["Risk is low or null: no row matches."]


def test_inputs_behind_a_required_decision_count_as_what_a_column_depends_on() -> None:
    risk = _decision("risk", "amount", [("> 5", '"high"'), ("<= 5", '"low"')], "number")
    route = (
        '<decision id="route" name="route"><decisionTable hitPolicy="ANY">'
        '<input><inputExpression typeRef="string"><text>risk</text></inputExpression></input>'
        '<input><inputExpression typeRef="number"><text>amount</text></inputExpression></input><output/>'
        '<rule><inputEntry><text>"high"</text></inputEntry><inputEntry><text>-</text></inputEntry>'
        "<outputEntry><text>1</text></outputEntry></rule>"
        "<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>&lt;= 5</text></inputEntry>"
        "<outputEntry><text>1</text></outputEntry></rule></decisionTable></decision>"
    )
    findings = analyse(read_definitions(decision_xml(risk + route)))
    assert findings and not blocking(findings)
    assert all("depend on amount" in finding.message for finding in findings)


def test_different_parts_of_a_structure_do_not_depend_on_each_other() -> None:
    xml = decision_xml(
        '<itemDefinition name="tPerson"><itemComponent name="age"><typeRef>number</typeRef></itemComponent>'
        '<itemComponent name="member"><typeRef>boolean</typeRef></itemComponent></itemDefinition>'
        '<inputData id="p" name="person"><variable name="person" typeRef="tPerson"/></inputData>'
        '<decision id="d" name="decided"><informationRequirement><requiredInput href="#p"/></informationRequirement>'
        "<decisionTable>"
        '<input><inputExpression typeRef="number"><text>person.age</text></inputExpression></input>'
        '<input><inputExpression typeRef="boolean"><text>person.member</text></inputExpression></input><output/>'
        "<rule><inputEntry><text>&gt;= 18</text></inputEntry><inputEntry><text>true</text></inputEntry>"
        "<outputEntry><text>1</text></outputEntry></rule>"
        "<rule><inputEntry><text>&gt;= 18</text></inputEntry><inputEntry><text>false</text></inputEntry>"
        "<outputEntry><text>2</text></outputEntry></rule>"
        "<rule><inputEntry><text>&lt; 18</text></inputEntry><inputEntry><text>false</text></inputEntry>"
        "<outputEntry><text>3</text></outputEntry></rule></decisionTable></decision>"
    )
    gap = only(analyse(read_definitions(xml)), Code.GAP)
    assert gap.message == "Person.age is below 18 and person.member: no row matches."
    assert gap.severity is Severity.ERROR
