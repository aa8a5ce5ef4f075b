"""What the analysis says of tables inside business knowledge models and contexts."""

from decimal import Decimal

import pytest

from rules.analysis.analyse import analyse
from rules.analysis.findings import AnalysisFinding, Cell, Code, Severity, blocking
from rules.analysis.terms import ROLES
from rules.dmn import read_definitions
from tests.rules.tables import decision_xml

pytestmark = pytest.mark.behaviour("A3")


def table(column: str, *rows: tuple[str, str], kind: str = "number") -> str:
    body = "".join(
        f"<rule><inputEntry><text>{test}</text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>"
        for test, output in rows
    )
    return (
        f'<decisionTable><input><inputExpression typeRef="{kind}"><text>{column}</text></inputExpression></input>'
        f'<output name="owner_role" typeRef="string"/>{body}</decisionTable>'
    )


def asked(logic: str, kind: str = "number") -> tuple[AnalysisFinding, ...]:
    """The findings of a file whose decision asks the model `who` with `logic`."""
    return analyse(
        read_definitions(
            decision_xml(
                '<inputData id="i" name="net"><variable name="net" typeRef="number"/></inputData>'
                '<decision id="d" name="decided"><literalExpression><text>who(net)</text></literalExpression>'
                "</decision>"
                '<businessKnowledgeModel id="m" name="who"><variable name="who"/><encapsulatedLogic>'
                f'<formalParameter name="amount" typeRef="{kind}"/>{logic}</encapsulatedLogic></businessKnowledgeModel>'
            )
        ),
        (ROLES,),
    )


def only(found: tuple[AnalysisFinding, ...]) -> AnalysisFinding:
    assert len(found) == 1, [finding.message for finding in found]
    return found[0]


def test_a_whole_table_in_a_model_has_no_finding() -> None:
    assert asked(table("amount", ("&lt; 5", "null"), (">= 5", "null"))) == ()


def test_a_gap_in_a_model_is_told_of_the_model_with_an_example() -> None:
    gap = only(asked(table("amount", ("&lt; 5", "null"), ("> 5", "null"))))
    assert (gap.code, gap.decision, gap.severity) == (Code.GAP, "who", Severity.ERROR)
    assert gap.message == "Amount is 5: no row matches."
    assert gap.example == {"amount": Decimal(5)}
    assert blocking([gap]) == (gap,)


def test_the_parameters_type_counts_and_not_what_the_column_says() -> None:
    assert asked(table("amount", ("&lt; 5", "null"), (">= 5", "null"), kind="string")) == ()


def test_a_cell_that_cannot_be_read_is_told_of_the_model_and_of_the_decision_that_cannot_run() -> None:
    decision, model = asked(table("amount", ("&lt; 5", "null")), kind="boolean")
    assert model.message == "who.rules[row-1].amount: < 5 is a number, but the column tests a boolean."
    assert (model.decision, model.cells) == ("who", (Cell(row="row-1", column="amount"),))
    assert (decision.decision, decision.cells, decision.message) == ("decided", (), model.message)


def test_rows_that_overlap_in_a_step_of_a_model_are_found() -> None:
    step = f'<contextEntry><variable name="role"/>{table("amount", ("-", "null"), ("> 5", "null"))}</contextEntry>'
    overlap = asked(f"<context>{step}</context>")[0]
    assert (overlap.code, overlap.decision) == (Code.OVERLAP, "who.role")


def test_a_blank_output_in_a_step_is_found_at_its_cell() -> None:
    step = f'<contextEntry><variable name="role"/>{table("amount", ("-", ""))}</contextEntry>'
    blank = only(asked(f"<context>{step}</context>"))
    assert (blank.code, blank.decision, blank.cells) == (
        "rules.blank_output",
        "who.role",
        (Cell(row="row-1", column="owner_role"),),
    )


def test_a_table_that_tests_a_step_before_it_is_said_not_to_be_analysed() -> None:
    half = "<literalExpression><text>amount / 2</text></literalExpression>"
    steps = (("half", half), ("role", table("half", ("&lt; 5", "null"))))
    entries = "".join(f'<contextEntry><variable name="{name}"/>{logic}</contextEntry>' for name, logic in steps)
    said = only(asked(f"<context>{entries}</context>"))
    assert (said.code, said.severity, said.decision) == (Code.NOT_ANALYSED, Severity.WARNING, "who.role")
    assert said.message.startswith("tests or uses 'half', made in the same context")


def test_an_unknown_role_in_a_model_is_found() -> None:
    unknown = only(asked(table("amount", ("-", '"cheif"'))))
    assert (unknown.code, unknown.decision) == (Code.UNKNOWN_TERM, "who")


def test_models_that_ask_themselves_are_found_though_no_decision_asks_them() -> None:
    xml = decision_xml(
        '<decision id="d" name="decided"><literalExpression><text>1</text></literalExpression></decision>'
        '<businessKnowledgeModel id="m" name="again"><variable name="again"/><encapsulatedLogic><literalExpression>'
        "<text>again()</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    )
    assert only(analyse(read_definitions(xml))).message == (
        "again: asks itself or too many others: again -> again; write it without recursion."
    )
