"""Columns added, changed, moved and removed in the grid, with the rows that stay as they were."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import BusinessError
from rules.analysis.findings import Severity
from rules.analysis.terms import ROLES
from rules.definitions import DecisionTable, Definitions, InputClause, Rule
from rules.dmn import read_definitions
from rules.dmn_writer import write_definitions
from rules.engine import compile_decision, decision_named
from rules.grid import EditedGrid, GridRow, ReadGrid, Spot, grid_of, read_grid
from rules.grid_edited_columns import EditedColumn, edited_column
from rules.shipped import shipped_tables
from rules.speech import SPEECHES

pytestmark = pytest.mark.behaviour("A2")

NAME = "purchase_approval"
PURCHASES = read_definitions(shipped_tables()[NAME])
NEW = EditedColumn(band="if", label="Category again", field="category", type="string")


def _table(definitions: Definitions, name: str = NAME) -> DecisionTable:
    table = decision_named(definitions, name).table
    assert table is not None
    return table


def _columns(definitions: Definitions = PURCHASES, name: str = NAME, language: str = "en") -> list[EditedColumn]:
    table = _table(definitions, name)
    return [edited_column(column, table, SPEECHES[language]) for column in grid_of(definitions, name).columns]


def _read(columns: Sequence[EditedColumn], rows: Sequence[Sequence[str]]) -> ReadGrid:
    named = zip((row.name for row in grid_of(PURCHASES, NAME).rows), rows, strict=True)
    grid = EditedGrid(columns=tuple(columns), rows=tuple(GridRow(name=name, cells=tuple(row)) for name, row in named))
    return read_grid(PURCHASES, NAME, grid, (ROLES,))


def _rows() -> list[list[str]]:
    return [list(row.cells) for row in grid_of(PURCHASES, NAME).rows]


@pytest.mark.parametrize("language", SPEECHES)
@pytest.mark.parametrize("name", shipped_tables())
def test_columns_that_nobody_touched_come_back_as_they_were(name: str, language: str) -> None:
    source = read_definitions(shipped_tables()[name])
    rows = grid_of(source, name, SPEECHES[language]).rows
    read = read_grid(source, name, EditedGrid(columns=tuple(_columns(source, name, language)), rows=rows), (ROLES,))
    assert read.definitions == source


def test_a_new_condition_asks_nothing_until_somebody_writes_into_it() -> None:
    columns = _columns()
    read = _read([*columns[:2], NEW, *columns[2:]], [[*row[:2], "", *row[2:]] for row in _rows()])
    assert read.is_readable
    table = _table(read.definitions)
    assert table.inputs[2] == InputClause(label="Category again", expression="category", type_ref="string")
    assert {rule.inputs[2] for rule in table.rules} == {"-"}
    assert [_without(rule, 2) for rule in table.rules] == [rule.inputs for rule in _table(PURCHASES).rules]
    assert not [finding for finding in read.findings if finding.severity is Severity.ERROR]
    written = read_definitions(write_definitions(read.definitions))
    given_ = {"amount": 40, "category": "office", "cost_centre": "4000", "over_budget": False}
    assert compile_decision(written, NAME).evaluate(given_).matched == ("petty_office",)


def _without(rule: Rule, column: int) -> tuple[str, ...]:
    return (*rule.inputs[:column], *rule.inputs[column + 1 :])


def test_a_declared_field_that_no_column_asked_for_is_required_from_now_on() -> None:
    columns = _columns()
    fewer = _read([*columns[:3], *columns[4:]], [[*row[:3], *row[4:]] for row in _rows()]).definitions
    decision = fewer.decisions[0].model_copy(update={"required_inputs": fewer.decisions[0].required_inputs[:3]})
    without = fewer.model_copy(update={"decisions": (decision,)})
    again = EditedColumn(band="if", label="Over budget", field="over_budget", type="boolean")
    rows = tuple(
        GridRow(name=row.name, cells=(*row.cells[:3], "no", *row.cells[3:])) for row in grid_of(without, NAME).rows
    )
    edited = _columns(without)
    grid = EditedGrid(columns=(*edited[:3], again, *edited[3:]), rows=rows)
    read = read_grid(without, NAME, grid, (ROLES,))
    assert read.definitions.decisions[0].required_inputs == PURCHASES.decisions[0].required_inputs


def test_allowed_values_are_written_in_words_and_offered() -> None:
    column = NEW.model_copy(update={"allowed": "goods, “not yet”, 其他"})
    read = _read([column, *_columns()], [["goods", *row] for row in _rows()])
    assert _table(read.definitions).inputs[0].allowed_values == '"goods", "not yet", "其他"'
    assert read.columns[0].kind is not None
    assert read.columns[0].kind.choices == ("goods", "not yet", "其他")


def test_a_changed_type_reads_the_cells_anew_and_tells_which_do_not_fit() -> None:
    columns = _columns()
    columns[2] = columns[2].model_copy(update={"type": "number"})
    rows = _rows()
    rows[0][2] = "from here"
    read = _read(columns, rows)
    assert any(Spot(row=0, column=2) in finding.spots for finding in read.findings)


def test_a_reworded_heading_changes_nothing_else() -> None:
    columns = _columns()
    columns[0] = columns[0].model_copy(update={"label": "Net total"})
    table = _table(_read(columns, _rows()).definitions)
    assert table.inputs[0].label == "Net total"
    assert table.rules == _table(PURCHASES).rules
    assert table.inputs[0].allowed_values == _table(PURCHASES).inputs[0].allowed_values


def test_a_new_answer_is_named_after_its_heading_and_blank_until_it_is_filled() -> None:
    columns = _columns()
    answer = EditedColumn(band="then", label="Days to pay", type="number")
    read = _read([*columns[:6], answer, *columns[6:]], [[*row[:6], "", *row[6:]] for row in _rows()])
    assert _table(read.definitions).outputs[2].name == "days_to_pay"
    blanks = [finding for finding in read.findings if finding.code == "rules.blank_output"]
    assert [finding.spots[0] for finding in blanks][:2] == [Spot(row=0, column=6), Spot(row=1, column=6)]


@given(st.permutations(range(4)), st.permutations(range(2)))
@settings(max_examples=20, deadline=None)
def test_moved_columns_take_their_cells_with_them(inputs: list[int], outputs: list[int]) -> None:
    places = [*inputs, *(4 + place for place in outputs), 6]
    columns, rows = _columns(), _rows()
    read = _read([columns[place] for place in places], [[row[place] for place in places] for row in rows])
    table, before = _table(read.definitions), _table(PURCHASES)
    assert table.inputs == tuple(before.inputs[place] for place in inputs)
    for rule, was in zip(table.rules, before.rules, strict=True):
        assert rule.inputs == tuple(was.inputs[place] for place in inputs)
        assert rule.outputs == tuple(was.outputs[place] for place in outputs)


def test_notes_are_added_and_removed_with_their_cells() -> None:
    columns = _columns()
    note = EditedColumn(band="note", label="Agreed on")
    table = _table(_read([*columns, note], [[*row, "board"] for row in _rows()]).definitions)
    assert table.annotations == ("Reason", "Agreed on")
    assert table.rules[0].annotations[1] == "board"
    bare = _table(_read(columns[:6], [row[:6] for row in _rows()]).definitions)
    assert (bare.annotations, {rule.annotations for rule in bare.rules}) == ((), {()})


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        (EditedColumn(band="if", label="New"), "say which field"),
        (EditedColumn(band="if", label="New", field="nowhere"), "nowhere"),
        (EditedColumn(band="if", label="New", field="amount", type="number", allowed="1,000"), "two ways"),
        (EditedColumn(band="if", label="Category", field="category"), "another column has the heading 'Category' too"),
    ],
)
def test_what_is_wrong_with_a_column_is_told_at_its_heading(column: EditedColumn, problem: str) -> None:
    columns = _columns()
    read = _read([*columns[:4], column, *columns[4:]], [[*row[:4], "-", *row[4:]] for row in _rows()])
    finding = next(each for each in read.findings if problem in each.message)
    assert finding.spots == (Spot(row=None, column=4),)


def test_two_answers_of_one_name_are_told() -> None:
    columns = _columns()
    answer = EditedColumn(band="then", label="Once more", field="approval")
    read = _read([*columns[:6], answer, *columns[6:]], [[*row[:6], "required", *row[6:]] for row in _rows()])
    assert "another answer has the name 'approval' too" in read.findings[0].message


@pytest.mark.parametrize(
    "edit",
    [
        lambda columns: [columns[0], *columns],
        lambda columns: [*columns[1:], columns[0]],
        lambda columns: [columns[0].model_copy(update={"key": "if:9"}), *columns[1:]],
        lambda columns: [columns[0].model_copy(update={"band": "then"}), *columns[1:]],
    ],
)
def test_columns_of_another_table_are_refused(edit: object) -> None:
    assert callable(edit)
    with pytest.raises(BusinessError, match="open it again") as caught:
        _read(edit(_columns()), _rows())
    assert caught.value.code == "rules.bad_grid"
