"""What goes out to Excel comes back as it was, and what a person changes there comes back as meant."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import BusinessError
from rules.checks import check_table
from rules.definitions import Aggregation, Definitions, HitPolicy
from rules.dmn import read_definitions
from rules.engine import compile_decision
from rules.excel.reader import read_workbook
from rules.excel.writer import write_workbook
from rules.shipped import shipped_tables
from tests.rules.definitions import definitions
from tests.rules.excel.spreadsheet import Spreadsheet
from tests.rules.tables import decision_xml, table_xml

pytestmark = pytest.mark.behaviour("A2")

PURCHASES = read_definitions(shipped_tables()["purchase_approval"])
FIRST_RULE = 9
"""The row in Excel."""


def _table(source: Definitions) -> dict[str, tuple[str, ...]]:
    table = source.decisions[0].table
    assert table is not None
    return {rule.id: (*rule.inputs, *rule.outputs) for rule in table.rules}


def _edited() -> Spreadsheet:
    return Spreadsheet(write_workbook(PURCHASES))


def _back(edited: Spreadsheet) -> Definitions:
    return read_workbook(edited.saved()).definitions


@settings(max_examples=60, deadline=None)
@given(definitions())
def test_an_untouched_file_comes_back_as_it_was(source: Definitions) -> None:
    if all(decision.table is None for decision in source.decisions):
        return
    content = write_workbook(source)
    for file in (content, Spreadsheet(content).saved()):
        try:
            assert read_workbook(file).definitions == source
        except BusinessError as error:
            # A draft that was not sound before is told so by cell, and by nothing that the file itself did.
            assert {finding.code for finding in error.findings} == {"rules.malformed"}
            assert _malformed_before(source)


def _malformed_before(source: Definitions) -> bool:
    for decision in source.decisions:
        try:
            compile_decision(source, decision.name)
        except BusinessError:
            return True
    # A business knowledge model that no decision asks is looked at all the same.
    return any(finding.code == "rules.malformed" for finding in check_table(source))


@pytest.mark.parametrize("name", shipped_tables())
def test_a_shipped_table_comes_back_with_the_same_version(name: str) -> None:
    source = read_definitions(shipped_tables()[name])
    imported = read_workbook(write_workbook(source))
    assert imported.definitions == source
    assert imported.findings == ()
    assert compile_decision(imported.definitions, name).version == compile_decision(source, name).version


def test_tables_of_other_modelers_come_back_as_they_were(dmn_samples: Path) -> None:
    for path in sorted(dmn_samples.glob("*/*.dmn")):
        source = read_definitions(path.read_bytes())
        assert read_workbook(write_workbook(source)).definitions == source


def test_the_same_table_gives_the_same_bytes() -> None:
    assert write_workbook(PURCHASES) == write_workbook(PURCHASES)


def test_a_finance_person_reads_no_formulas_and_no_quotes() -> None:
    sheet = _edited()
    assert sheet["A1"] == "Purchase approval"
    assert sheet["B3"] == "Exactly one row applies to each case"
    assert [sheet[f"{column}5"] for column in "ABCDEFGH"] == [
        "Row",
        "Net total in EUR",
        "Category",
        "Cost centre",
        "Over budget",
        "Approval",
        "Stages in order",
        "Reason",
    ]
    assert [sheet[f"{column}10"] for column in "ABCDEFG"] == [
        "small_office",
        "above 50 to below 5000",
        "office",
        "-",
        "no",
        "required",
        "cost centre owner",
    ]


def test_a_changed_cell_changes_that_cell_alone() -> None:
    sheet = _edited()
    sheet["B9"] = "<= 100"
    after = _table(_back(sheet))
    assert after == _table(PURCHASES) | {"petty_office": ("<= 100", *_table(PURCHASES)["petty_office"][1:])}


def test_an_inserted_row_gets_a_name_and_stands_where_it_was_put() -> None:
    sheet = _edited()
    sheet.insert_row(10, ["", "50 to 60", "Office", "4711, 4712", "no", "required", "purchasing, treasurer", "Why"])
    table = _table(_back(sheet))
    assert [*table][:3] == ["petty_office", "row-1", "small_office"]
    assert table["row-1"] == (
        "[50..60]",
        '"office"',
        '"4711", "4712"',
        "false",
        '"required"',
        '["purchasing", "treasurer"]',
    )


def test_a_moved_row_keeps_its_name_and_content() -> None:
    sheet = _edited()
    sheet.move_row(20, 9)
    table = _table(_back(sheet))
    assert table == _table(PURCHASES)
    assert next(iter(table)) == "it_large"


@pytest.mark.parametrize("to", [9, 21])
def test_of_a_copied_and_changed_row_the_unchanged_one_keeps_the_name(to: int) -> None:
    sheet = _edited()
    sheet.copy_row(20, to)
    sheet[f"B{to}"] = "> 50000"
    table = _table(_back(sheet))
    assert table["it_large"] == _table(PURCHASES)["it_large"]
    assert table["it_large-2"] == ("> 50000", *_table(PURCHASES)["it_large"][1:])


def test_a_row_that_was_copied_and_left_as_it_is_comes_back_twice_with_two_names() -> None:
    sheet = _edited()
    sheet.copy_row(9, 10)
    sheet.copy_row(9, 10)
    assert [*_table(_back(sheet))][:4] == ["petty_office", "petty_office-2", "petty_office-3", "small_office"]


def test_a_deleted_row_is_gone_and_blank_rows_do_not_count() -> None:
    sheet = _edited()
    sheet.delete_row(9)
    sheet.insert_row(12, [])
    sheet.insert_row(12, ["", " ", ""])
    expected = _table(PURCHASES)
    del expected["petty_office"]
    assert _table(_back(sheet)) == expected


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(FIRST_RULE, FIRST_RULE + 12)))
def test_rows_in_any_order_come_back_in_that_order(order: list[int]) -> None:
    sheet = _edited()
    sheet.rows[FIRST_RULE - 1 : FIRST_RULE + 11] = [sheet.rows[row - 1] for row in order]
    ids = [*_table(PURCHASES)]
    assert [*_table(_back(sheet))] == [ids[row - FIRST_RULE] for row in order]


def test_columns_may_be_moved_and_headings_reworded() -> None:
    sheet = _edited()
    sheet.edit_columns(lambda line: line.insert(5, line.pop(1)) if len(line) > 5 else None)
    sheet["F5"] = "Total without tax"
    back = _back(sheet)
    assert _table(back) == _table(PURCHASES)
    assert back.decisions[0].table is not None
    assert back.decisions[0].table.inputs[0].label == "Total without tax"


def test_rows_above_the_table_and_sheets_of_the_persons_own_do_no_harm() -> None:
    sheet = _edited()
    sheet.insert_row(1, ["Draft of the budget round"])
    sheet.sheets["My sums"] = [["total", 5]]
    assert _back(sheet) == PURCHASES


def test_the_description_and_the_use_of_rows_can_be_changed() -> None:
    sheet = _edited()
    sheet["A2"] = "Who buys what."
    sheet["B3"] = "The answers of all rows that apply are added up"
    sheet["B3"] = "The first row from the top that applies counts"
    decision = _back(sheet).decisions[0]
    assert decision.description == "Who buys what."
    assert decision.table is not None
    assert (decision.table.hit_policy, decision.table.aggregation) == (HitPolicy.FIRST, None)


def test_an_aggregation_is_kept_and_chosen_in_words() -> None:
    xml = table_xml([("n", "number")], [("r", "number")], [["> 1", "5"]], "COLLECT", aggregation="MIN")
    sheet = Spreadsheet(write_workbook(read_definitions(xml)))
    assert sheet["B3"] == "The smallest answer of the rows that apply counts"
    sheet["B3"] = "The largest answer of the rows that apply counts"
    table = _back(sheet).decisions[0].table
    assert table is not None
    assert table.aggregation is Aggregation.MAX


def test_numbers_days_and_truths_typed_as_values_are_read_as_such() -> None:
    columns = [("n", "number"), ("d", "date"), ("b", "boolean")]
    row = ["1", 'date("2026-01-01")', "true"]
    xml = table_xml(columns, [("r", "number"), ("s", "Any")], [[*row, "5.50", "null"]], "FIRST")
    sheet = Spreadsheet(write_workbook(read_definitions(xml)))
    sheet.insert_row(FIRST_RULE, ["", 5000.0, date(2026, 12, 31), False, 0.1 + 0.2, date(2027, 1, 1)])
    assert _table(_back(sheet)) == {
        "row-2": ("5000", 'date("2026-12-31")', "false", "0.3", 'date("2027-01-01")'),
        "row-1": (*row, "5.50", "null"),
    }


def test_everything_beside_the_tables_comes_back_too() -> None:
    source = read_definitions(
        decision_xml(
            '<description>all</description><itemDefinition name="tAmount"><typeRef>number</typeRef></itemDefinition>'
            '<decision id="net" name="net"><literalExpression><text>gross / 1.19</text></literalExpression></decision>'
            '<decision id="a" name="route"><informationRequirement><requiredDecision href="#net"/>'
            '</informationRequirement><decisionTable><input label="Net"><inputExpression typeRef="tAmount">'
            '<text>net</text></inputExpression></input><output name="r" typeRef="string"/><rule id="x">'
            "<description>all of it</description><inputEntry><text>-</text></inputEntry><outputEntry>"
            "<text>null</text></outputEntry></rule></decisionTable></decision>"
            '<decision id="b" name="Route?*"><decisionTable><input><inputExpression><text>gross</text>'
            '</inputExpression></input><output name="r"/></decisionTable></decision>'
            '<inputData id="g" name="gross"><variable name="gross" typeRef="tAmount"/></inputData>'
        )
    )
    content = write_workbook(source)
    assert list(Spreadsheet(content).sheets) == ["Route", "Route (2)", "How to read this", "_tallywright"]
    assert read_workbook(content).definitions == source
