import re
from decimal import Decimal

import pytest

from models.errors import BusinessError
from rules.dmn import read_definitions
from rules.engine import compile_decision
from tests.rules.tables import Column, compiled, decision_xml, table_xml

pytestmark = pytest.mark.behaviour("A1")

BANDS = [["< 5000", '"goods","it"', '"one"'], ["[5000..25000)", "-", '"two"'], [">= 25000", 'not("it")', '"three"']]
INPUTS = [("amount", "number"), ("category", "string")]
OUTPUT = [("who", "string")]


def test_an_evaluation_records_table_version_inputs_rows_and_result() -> None:
    evaluation = compiled(table_xml(INPUTS, OUTPUT, BANDS)).evaluate({"amount": 7000, "category": "it", "note": "x"})
    assert (evaluation.table, evaluation.decision, evaluation.matched) == ("test", "decided", ("row-2",))
    assert evaluation.inputs == {"amount": Decimal(7000), "category": "it"}
    assert evaluation.result == "two"
    assert re.fullmatch(r"[0-9a-f]{64}", evaluation.version)


def test_a_decision_is_found_by_name_or_id_and_others_are_listed() -> None:
    definitions = read_definitions(table_xml(INPUTS, OUTPUT, BANDS))
    assert compile_decision(definitions, "d").decision == compile_decision(definitions, "decided").decision
    with pytest.raises(BusinessError, match="it has 'decided'") as caught:
        compile_decision(definitions, "nothing")
    assert caught.value.code == "rules.unknown_decision"


@pytest.mark.parametrize(
    ("amount", "category", "sentence"),
    [
        (1, "it", "Amount is below 5,000 and category is goods or it."),
        (7000, "it", "Amount is from 5,000 to below 25,000."),
        (30000, "goods", "Amount is at least 25,000 and category is not it."),
    ],
)
def test_the_reason_is_a_sentence_made_from_the_row(amount: int, category: str, sentence: str) -> None:
    evaluation = compiled(table_xml(INPUTS, OUTPUT, BANDS)).evaluate({"amount": amount, "category": category})
    assert evaluation.reasons == (sentence,)


def test_the_reason_begins_with_the_rows_annotation() -> None:
    xml = table_xml(INPUTS, OUTPUT, [["> 5", "-", '"x"']]).replace(
        b"</rule>", b"<annotationEntry><text>Big\n ones.</text></annotationEntry></rule>"
    )
    assert compiled(xml).evaluate({"amount": 6, "category": "it"}).reasons == ("Big ones (amount is above 5).",)


def test_required_decisions_run_first_and_only_their_leaves_are_asked_for() -> None:
    decision = compiled(
        decision_xml(
            '<inputData id="n" name="Net Total"><variable name="Net Total" typeRef="number"/></inputData>'
            '<inputData id="r" name="tax rate"><variable name="tax rate" typeRef="number"/></inputData>'
            '<inputData id="o" name="other"/>'
            '<decision id="d" name="decided"><informationRequirement><requiredDecision href="#g"/>'
            "</informationRequirement><decisionTable><input><inputExpression><text>Gross Total</text>"
            '</inputExpression></input><output/><rule id="big"><inputEntry><text>&gt; 100</text></inputEntry>'
            "<outputEntry><text>Gross Total - Net Total</text></outputEntry></rule></decisionTable></decision>"
            '<decision id="g" name="Gross Total"><literalExpression>'
            "<text>Net Total * (1 + tax rate / 100)</text></literalExpression></decision>"
        )
    )
    assert [item.name for item in decision.inputs] == ["Net Total", "tax rate"]
    evaluation = decision.evaluate({"Net Total": 100, "tax rate": 19})
    assert (evaluation.result, evaluation.matched) == (Decimal(19), ("big",))


def test_decisions_that_require_each_other_are_refused() -> None:
    body = "".join(
        f'<decision id="{own}" name="{own}"><literalExpression><text>{other} + 1</text></literalExpression></decision>'
        for own, other in ("ab", "ba")
    )
    with pytest.raises(BusinessError) as caught:
        compiled(decision_xml(body), "a")
    assert "requires itself" in str(caught.value)


def test_every_cell_that_cannot_run_is_named_in_one_go() -> None:
    rows = [["< ", '"goods"', '"a"'], ['"many"', "goods", "nobody"], ["[9..2]", "-", "foo(1)"]]
    with pytest.raises(BusinessError) as caught:
        compiled(table_xml(INPUTS, OUTPUT, rows))
    assert caught.value.code == "rules.malformed"
    assert {finding.field: finding.problem for finding in caught.value.findings} == {
        "decided.rules[row-1].amount": "ends too early; something is missing at its end",
        "decided.rules[row-2].amount": '"many" is a string, but the column tests a number',
        "decided.rules[row-3].amount": "has an interval that is empty, because its end comes before its start",
        "decided.rules[row-2].category": "speaks of 'goods', which is no input or decision here; "
        'write "goods" in quotes if it is a text',
        "decided.rules[row-2].who": "speaks of 'nobody', which is no input or decision here; "
        'write "nobody" in quotes if it is a text',
        "decided.rules[row-3].who": "calls 'foo', which is no function of tables; did you mean 'floor'?",
    }


def test_cells_may_speak_of_other_inputs_and_of_the_value_itself() -> None:
    columns = [("spent", "number"), ("limit", "number")]
    rows = [["<= limit", "-", '"within"'], ["? > limit * 2", "-", '"far above"']]
    decision = compiled(table_xml(columns, OUTPUT, rows))
    assert decision.evaluate({"spent": 5, "limit": 5}).result == "within"
    assert decision.evaluate({"spent": 11, "limit": 5}).result == "far above"
    assert decision.evaluate({"spent": 6, "limit": 5}).result is None


@pytest.mark.parametrize(
    ("inputs", "output"),
    [([("x", "number", "< y"), ("y", "number")], OUTPUT), ([("x", "number"), ("y", "number")], [("o", "number", "y")])],
)
def test_allowed_values_that_depend_on_other_inputs_are_refused(inputs: list[Column], output: list[Column]) -> None:
    with pytest.raises(BusinessError, match="allows values that depend on 'y'"):
        compiled(table_xml(inputs, output, [["-", "-", '"a"']], "PRIORITY"))


@pytest.mark.parametrize(
    "unsupported",
    [
        "<context/>",
        "<knowledgeRequirement><requiredKnowledge href='#k'/></knowledgeRequirement><literalExpression/>",
        "",
    ],
)
def test_logic_of_other_kinds_is_refused_when_it_is_needed(unsupported: str) -> None:
    with pytest.raises(BusinessError) as caught:
        compiled(decision_xml(f'<decision id="d" name="decided">{unsupported}</decision>'))
    assert caught.value.code == "rules.malformed"


def test_layout_names_of_elements_and_white_space_do_not_change_the_version() -> None:
    xml = table_xml(INPUTS, OUTPUT, BANDS)
    other = (
        xml.replace(b"<text>", b"<text>\n   ")
        .replace(b"[5000..25000)", b"[ 5000 ..  25000 ) // middle")
        .replace(b'id="d"', b'id="another"')
        .replace(b"<decisionTable", b'<decisionTable preferredOrientation="Rule-as-Column"')
        .replace(b"20191111", b"20230324")
    )
    assert compiled(other).version == compiled(xml).version


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"5000", b"5001"), (b"&quot;it&quot;", b"&quot;IT&quot;"), (b"&lt; 5000", b"&lt;= 5000"), (b"who", b"whom")],
)
def test_any_change_of_content_changes_the_version(before: bytes, after: bytes) -> None:
    xml = table_xml(INPUTS, OUTPUT, BANDS).replace(b'"it"', b"&quot;it&quot;")
    assert before in xml
    assert compiled(xml.replace(before, after)).version != compiled(xml).version


def test_the_version_is_the_same_on_every_machine_and_in_every_year() -> None:
    version = "584959f9b8f768666a15312f5f619a5229523f498055c92ddb5c9f0f073e7ed0"
    assert compiled(table_xml(INPUTS, OUTPUT, BANDS)).version == version


def test_an_unrelated_decision_of_the_file_does_not_change_the_version() -> None:
    xml = table_xml(INPUTS, OUTPUT, BANDS)
    more = b'<decision id="x" name="x"><literalExpression><text>1</text></literalExpression></decision></definitions>'
    assert compiled(xml.replace(b"</definitions>", more)).version == compiled(xml).version
