import pytest

from models.errors import BusinessError
from rules.analysis.findings import Severity
from rules.analysis.terms import ROLES
from rules.dmn import read_definitions
from rules.grid import EditedGrid, GridRow, ReadGrid, Spot, grid_of, read_grid
from rules.shipped import shipped_tables

pytestmark = pytest.mark.behaviour("A2")

NAME = "purchase_approval"
PURCHASES = read_definitions(shipped_tables()[NAME])
GRID = grid_of(PURCHASES, NAME)


def _read(rows: list[GridRow]) -> ReadGrid:
    return read_grid(PURCHASES, NAME, EditedGrid(rows=tuple(rows)), (ROLES,))


def _with(row: int, column: int, text: str) -> list[GridRow]:
    rows = list(GRID.rows)
    cells = list(rows[row].cells)
    cells[column] = text
    rows[row] = GridRow(name=rows[row].name, cells=tuple(cells))
    return rows


@pytest.mark.parametrize("name", shipped_tables())
def test_a_table_shown_as_a_grid_reads_back_as_it_was(name: str) -> None:
    source = read_definitions(shipped_tables()[name])
    read = read_grid(source, name, EditedGrid(rows=grid_of(source, name).rows), (ROLES,))
    assert read.definitions == source
    assert read.is_readable
    assert all(finding.severity is Severity.NOTE for finding in read.findings)


def test_a_cell_that_cannot_be_read_is_told_at_its_place() -> None:
    read = _read(_with(2, 0, "< 5,000"))
    assert not read.is_readable
    (finding,) = read.findings
    assert finding.spots == (Spot(row=2, column=0),)
    assert finding.message.startswith("Net total in EUR: '< 5,000' could be read in two ways")


def test_a_blank_condition_is_not_taken_for_any_value() -> None:
    (finding,) = _read(_with(0, 1, "  ")).findings
    assert "write - where every value is meant" in finding.message


def test_what_the_analysis_finds_is_told_at_its_cells() -> None:
    read = _read(_with(0, 0, "<= 40"))
    assert read.is_readable
    gap = next(finding for finding in read.findings if finding.severity is Severity.ERROR)
    assert gap.code == "rules.gap"
    slip = next(finding for finding in _read(_with(0, 1, "offices")).findings if finding.spots)
    assert Spot(row=0, column=1) in slip.spots
    assert not slip.message.startswith(NAME)


def test_copied_and_new_rows_get_names_of_their_own() -> None:
    rows = [GRID.rows[0], GRID.rows[0], GridRow(name="", cells=GRID.rows[0].cells), *GRID.rows[1:]]
    table = _read(rows).definitions.decisions[0].table
    assert table is not None
    assert [rule.id for rule in table.rules][:4] == ["petty_office", "petty_office-2", "row-1", "small_office"]


def test_a_name_that_a_file_cannot_hold_is_told_at_its_row() -> None:
    (finding,) = _read([GridRow(name="not a name!", cells=GRID.rows[0].cells), *GRID.rows]).findings
    assert finding.spots == (Spot(row=0, column=None),)


def test_a_row_of_another_table_is_refused() -> None:
    with pytest.raises(BusinessError, match="has 7 cells") as caught:
        _read([GridRow(name="", cells=("-",))])
    assert caught.value.code == "rules.bad_grid"
