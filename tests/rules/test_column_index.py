"""The index must answer what a scan of the rows answers, whatever the cells say."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.column_index import ColumnIndex
from rules.compiled_table import CompiledTable
from rules.feel.budget import Scope
from rules.feel.functions import BUILTINS
from rules.feel.tokens import KnownNames
from rules.unary_tests import CellTests, compile_unary_tests
from tests.rules.tables import compiled, table_xml

NAMES = KnownNames(["n", "s", "b", "d"], BUILTINS)

NUMBERS = st.decimals(-20, 20, places=1, allow_nan=False)
DATES = st.dates(date(2026, 1, 1), date(2026, 1, 20))


def _literals(numbers: bool) -> st.SearchStrategy[str]:
    return NUMBERS.map(str) if numbers else DATES.map(lambda day: f'date("{day}")')


@st.composite
def _ordered_test(draw: st.DrawFn, literals: st.SearchStrategy[str]) -> str:
    literal = draw(literals)
    kind = draw(st.sampled_from(["", "<", "<=", ">", ">=", "=", "!=", "interval", "point"]))
    if kind == "interval":
        low, high = sorted([literal, draw(literals)], key=_sort_key)
        opening, closing = draw(st.sampled_from("[(]")), draw(st.sampled_from("])["))
        if low == high:
            return f"[{low}..{high}]"
        return f"{opening}{low}..{high}{closing}"
    return literal if kind == "point" else f"{kind} {literal}".strip()


def _sort_key(text: str) -> Decimal | str:
    return text if text.startswith("date") else Decimal(text)


def _cells(test: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(test, min_size=1, max_size=3).map(", ".join)
    return st.one_of(st.just("-"), several, several.map(lambda text: f"not({text})"))


NUMBER_CELLS = _cells(_ordered_test(_literals(True)))
DATE_CELLS = _cells(_ordered_test(_literals(False)))
TEXT_CELLS = _cells(st.sampled_from(['"a"', '"b"', '"c"', '!= "b"', '> "a"', '["a"..."c")'.replace("...", "..")]))
TRUTH_CELLS = _cells(st.sampled_from(["true", "false", "!= true", "= false"]))


def _scan(cells: list[CellTests], value: object) -> int:
    return sum(1 << row for row, cell in enumerate(cells) if cell.accepts(value, Scope({})) is True)


def _by_index(cells: list[CellTests], value: object) -> int:
    sure, asked = ColumnIndex(cells).look_up(value)
    return sure | sum(
        1 << row for row, cell in enumerate(cells) if asked >> row & 1 and cell.accepts(value, Scope({})) is True
    )


@pytest.mark.behaviour("A1")
@settings(max_examples=200)
@given(
    st.lists(st.one_of(NUMBER_CELLS, TEXT_CELLS), min_size=1, max_size=12),
    st.one_of(NUMBERS, st.sampled_from(["a", "b", "c", "d"]), st.none(), st.booleans()),
)
def test_a_column_finds_the_rows_that_a_scan_finds(texts: list[str], value: object) -> None:
    cells = [compile_unary_tests(text, NAMES) for text in texts]
    assert _by_index(cells, value) == _scan(cells, value)


@pytest.mark.behaviour("A1")
@settings(max_examples=100)
@given(st.lists(DATE_CELLS, min_size=1, max_size=12), DATES)
def test_a_date_column_finds_the_rows_that_a_scan_finds(texts: list[str], value: date) -> None:
    cells = [compile_unary_tests(text, NAMES) for text in texts]
    assert _by_index(cells, value) == _scan(cells, value)


@pytest.mark.behaviour("A1")
@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(NUMBER_CELLS, TEXT_CELLS, TRUTH_CELLS), min_size=1, max_size=10),
    NUMBERS,
    st.sampled_from("abcd"),
    st.booleans(),
)
def test_a_table_gives_the_rows_that_a_naive_scan_gives(
    rows: list[tuple[str, str, str]], number: Decimal, text: str, truth: bool
) -> None:
    columns = [("n", "number"), ("s", "string"), ("b", "boolean")]
    xml = table_xml(columns, [("row", "number")], [[*row, str(i)] for i, row in enumerate(rows)], "COLLECT")
    decision = compiled(xml)
    table = decision.steps[-1].logic
    assert isinstance(table, CompiledTable)
    expected = [
        row
        for row in range(len(rows))
        if all(
            column.cells[row].accepts(value, Scope({})) is True
            for column, value in zip(table.columns, (number, text, truth), strict=True)
        )
    ]
    evaluation = decision.evaluate({"n": number, "s": text, "b": truth})
    assert list(evaluation.matched) == [f"row-{row + 1}" for row in expected]
    assert evaluation.result == [Decimal(row) for row in expected]
