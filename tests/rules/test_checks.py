import pytest

from models.errors import Finding
from rules.checks import check_table
from rules.dmn import read_definitions
from tests.rules.tables import Column, decision_xml, table_xml

INPUTS: list[Column] = [("amount", "number"), ("category", "string", '"goods","it"')]
OUTPUTS: list[Column] = [("who", "string", '"one","two"'), ("days", "number")]


def _findings(*rows: list[str]) -> list[Finding]:
    return check_table(read_definitions(table_xml(INPUTS, OUTPUTS, rows)))


def test_a_sound_table_has_no_findings() -> None:
    assert _findings(["> 5", '"it"', '"one"', "2 * 3"], ["<= 5", "-", '"two"', "amount"]) == []


@pytest.mark.parametrize(
    ("row", "place", "code"),
    [
        (["> ", "-", '"one"', "1"], "amount", "rules.malformed"),
        (['"five"', "-", '"one"', "1"], "amount", "rules.malformed"),
        (["> amout", "-", '"one"', "1"], "amount", "rules.malformed"),
        (['? > 1, [1.."a"]', "-", '"one"', "1"], "amount", "rules.malformed"),
        (["-", '"services"', '"one"', "1"], "category", "rules.unreachable_cell"),
        (["-", "-", "", "1"], "who", "rules.blank_output"),
        (["-", "-", "-", "1"], "who", "rules.blank_output"),
        (["-", "-", '"three"', "1"], "who", "rules.output_value"),
        (["-", "-", "one", "1"], "who", "rules.malformed"),
        (["-", "-", '"one"', '"1"'], "days", "rules.output_type"),
    ],
)
def test_a_bad_cell_is_found_by_its_place(row: list[str], place: str, code: str) -> None:
    (finding,) = _findings(["> 5", '"it"', '"one"', "1"], row)
    assert (finding.field, finding.code) == (f"decided.rules[row-2].{place}", code)


def test_items_of_a_list_are_checked_against_their_type() -> None:
    xml = decision_xml(
        '<itemDefinition name="tStages" isCollection="true"><typeRef>string</typeRef>'
        '<allowedValues><text>"owner","director"</text></allowedValues></itemDefinition>'
        '<decision id="d" name="decided"><decisionTable><input><inputExpression typeRef="number"><text>n</text>'
        '</inputExpression></input><output typeRef="tStages"/>'
        '<rule><inputEntry><text>1</text></inputEntry><outputEntry><text>["owner"]</text></outputEntry></rule>'
        '<rule><inputEntry><text>2</text></inputEntry><outputEntry><text>["ownr"]</text></outputEntry></rule>'
        '<rule><inputEntry><text>3</text></inputEntry><outputEntry><text>"owner"</text></outputEntry></rule>'
        "</decisionTable></decision>"
    )
    found = [(finding.field, finding.code) for finding in check_table(read_definitions(xml))]
    assert found == [
        ("decided.rules[row-2].result", "rules.output_value"),
        ("decided.rules[row-3].result", "rules.output_type"),
    ]
