import pytest

from rules.difference import CellDifference, Edit, RowDifference, TableDifference, difference
from rules.dmn import read_definitions
from rules.shipped import shipped_tables
from tests.rules.tables import Column, decision_xml, table_xml
from tests.rules.test_boxed_logic import ask, bands, decision, given, literal, model

pytestmark = pytest.mark.behaviour("A4")
AMOUNT: Column = ("amount", "number")


def between(
    old: list[tuple[str, ...]],
    new: list[tuple[str, ...]],
    *,
    columns: tuple[list[Column], list[Column]] = ([AMOUNT], [AMOUNT]),
    policies: tuple[str, str] = ("UNIQUE", "UNIQUE"),
) -> TableDifference:
    versions = [
        read_definitions(table_xml(inputs, [("approval", "string")], rows, policy))
        for inputs, rows, policy in zip(columns, (old, new), policies, strict=True)
    ]
    return difference(versions[0], versions[1], "decided")


def test_a_version_and_itself_differ_in_nothing() -> None:
    for name, xml in shipped_tables().items():
        assert difference(read_definitions(xml), read_definitions(xml), name).is_empty


def test_a_changed_cell_is_shown_with_both_texts_and_its_row() -> None:
    found = between([("< 5", '"a"'), (">= 5", '"b"')], [("<  5", '"a"'), (">= 6", '"b"')])
    cells = (CellDifference(column="amount", before=">= 5", after=">= 6"),)
    assert found.rows == (
        RowDifference(row="row-2", edit=Edit.CHANGED, position_before=2, position_after=2, cells=cells),
    )


def test_rows_are_followed_by_their_ids_when_one_is_put_between_or_taken_away() -> None:
    xml = shipped_tables()["invoice_approval"].decode()
    start, end = xml.index('<rule id="variance_small">'), xml.index('<rule id="variance_large">')
    without, moved = (
        xml[:start] + xml[end:],
        xml[:start] + xml[end:].replace("</decisionTable>", xml[start:end] + "</decisionTable>"),
    )
    versions = {
        name: read_definitions(text.encode()) for name, text in (("all", xml), ("less", without), ("moved", moved))
    }
    removed = difference(versions["all"], versions["less"], "invoice_approval").rows
    assert [(row.row, row.edit, row.position_before, row.position_after) for row in removed] == [
        ("variance_small", Edit.REMOVED, 2, 0)
    ]
    assert CellDifference(column="-> Approval", before='"required"', after="") in removed[0].cells
    added = difference(versions["less"], versions["all"], "invoice_approval").rows
    assert [(row.row, row.edit) for row in added] == [("variance_small", Edit.ADDED)]
    order = difference(versions["all"], versions["moved"], "invoice_approval").rows
    assert [(row.row, row.edit, row.position_before, row.position_after) for row in order] == [
        ("variance_small", Edit.MOVED, 2, 4)
    ]


def test_columns_that_come_go_and_change_are_named_and_so_is_the_hit_policy() -> None:
    old: list[Column] = [AMOUNT, ("urgent", "boolean")]
    new: list[Column] = [("amount", "number", ">= 0"), ("category", "string")]
    found = between([("-", "-", '"a"')], [("-", "-", '"a"')], columns=(old, new), policies=("UNIQUE", "FIRST"))
    assert {(column.column, column.edit) for column in found.columns} == {
        ("urgent", Edit.REMOVED),
        ("category", Edit.ADDED),
        ("amount", Edit.CHANGED),
    }
    assert found.policy == CellDifference(column="hit policy", before="UNIQUE", after="FIRST")


def test_a_reworded_heading_is_one_change_and_leaves_the_rows_alone() -> None:
    xml = shipped_tables()["invoice_approval"]
    before = read_definitions(xml)
    after = read_definitions(xml.replace(b'label="Approval"', b'label="Who is asked"'))
    found = difference(before, after, "invoice_approval")
    assert [(column.column, column.edit) for column in found.columns] == [("-> Who is asked", Edit.CHANGED)]
    assert found.rows == ()


def test_a_new_column_that_asks_nothing_changes_no_row() -> None:
    new: list[Column] = [AMOUNT, ("urgent", "boolean")]
    found = between([("< 5", '"a"')], [("< 5", "-", '"a"')], columns=([AMOUNT], new))
    assert [(column.column, column.edit) for column in found.columns] == [("urgent", Edit.ADDED)]
    assert found.rows == ()


def test_what_changed_in_a_model_is_named_with_its_place_in_its_table_its_text_and_its_parameters() -> None:
    asks = decision(ask("who", amount="amount"))
    old = model("who", bands(), "amount:number") + model("rate", literal("amount * 2"), "amount:number")
    new = old.replace('"clerk"', '"treasurer"').replace("amount * 2", "amount * 3")
    versions = [read_definitions(decision_xml(given("amount", "number") + each + asks)) for each in (old, new)]
    found = difference(versions[0], versions[1], "decided")
    assert not found.is_empty
    assert [(each.column, each.before, each.after) for each in found.elsewhere] == [
        ("who, small, -> result", '"clerk"', '"treasurer"'),
        ("rate", "amount * 2", "amount * 3"),
    ]
    assert difference(versions[0], versions[0], "decided").is_empty


def test_rows_of_a_model_in_another_order_and_a_model_that_came_are_a_difference() -> None:
    asks = decision(ask("who", amount="amount"))
    old = model("who", bands(), "amount:number")
    new = old.replace('id="small"', 'id="x"').replace('id="large"', 'id="small"').replace('id="x"', 'id="large"')
    added = old + model("rate", literal("1"))
    versions = [read_definitions(decision_xml(given("amount", "number") + each + asks)) for each in (old, new, added)]
    order = difference(versions[0], versions[1], "decided").elsewhere
    assert ("who, order of rows", "small, large, all", "large, small, all") in [
        (each.column, each.before, each.after) for each in order
    ]
    came = difference(versions[0], versions[2], "decided").elsewhere
    assert [(each.column, each.before, each.after) for each in came] == [("rate", "", "1")]
