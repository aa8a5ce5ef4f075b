"""A thousand rows of six columns are analysed in under five seconds, whatever is wrong with them."""

import itertools
import random
import time
from collections.abc import Iterator

import pytest

from rules.analysis.analyse import analyse
from rules.analysis.findings import AnalysisFinding, Code
from rules.dmn import read_definitions
from tests.rules.tables import Column, table_xml

pytestmark = pytest.mark.behaviour("A3")
COLUMNS: list[Column] = [(f"c{place}", "number") for place in range(6)]
ALL = (0, 1_000_000)
Row = list[tuple[int, int]]
SECONDS = 5


def parted(count: int) -> list[Row]:
    """All inputs cut into `count` rows, again and again at a random place of a random column."""
    chance = random.Random(5)  # noqa: S311
    rows: list[Row] = [[ALL] * len(COLUMNS)]
    while len(rows) < count:
        row = rows.pop(chance.randrange(len(rows)))
        column = chance.randrange(len(COLUMNS))
        low, high = row[column]
        cut = chance.randrange(low, high) if high - low > 1 else high
        parts = [(low, cut), (cut, high)] if low < cut < high else [(low, high)]
        rows += [[*row[:column], part, *row[column + 1 :]] for part in parts]
    return rows


def gridded() -> list[Row]:
    """Every combination of bands."""
    bands = [[ALL], *([[(0, 10), (10, ALL[1])]] * 2), *([[(0, 5), (5, 10), (10, 20), (20, 30), (30, ALL[1])]] * 2)]
    ten = [(10 * band, 10 * band + 10) for band in range(9)]
    return [list(row) for row in itertools.product([*ten, (90, ALL[1])], *bands)]


def scattered(count: int) -> list[Row]:
    chance = random.Random(7)  # noqa: S311
    return [[_some(chance) for _ in COLUMNS] for _ in range(count)]


def _some(chance: random.Random) -> tuple[int, int]:
    low, high = sorted(chance.sample(range(1000), 2))
    return ALL if chance.random() < 0.3 else (low, high)


def findings_of(rows: list[Row], policy: str) -> tuple[AnalysisFinding, ...]:
    cells = [[*_cells(row), str(number % 7)] for number, row in enumerate(rows)]
    definitions = read_definitions(table_xml(COLUMNS, [("answer", "number")], cells, policy))
    began = time.process_time()
    findings = analyse(definitions)
    assert time.process_time() - began < SECONDS
    return findings


def _cells(row: Row) -> Iterator[str]:
    for low, high in row:
        below, above = "" if low else f"< {high}", "" if high < ALL[1] else f">= {low}"
        yield "-" if (low, high) == ALL else below or above or f"[{low}..{high})"


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST"])
def test_a_table_without_fault_has_no_finding(policy: str) -> None:
    assert len(gridded()) == 1000
    assert findings_of(parted(1000), policy) == ()
    assert findings_of(gridded(), policy) == ()


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST"])
def test_the_one_missing_row_is_found(policy: str) -> None:
    rows = parted(1000)
    missing = rows.pop(500)
    findings = findings_of(rows, policy)
    assert [finding.code for finding in findings] == [Code.GAP]
    assert {condition.column for condition in findings[0].conditions} == {
        column[0] for column, part in zip(COLUMNS, missing, strict=True) if part != ALL
    }


def test_the_one_row_too_much_is_found() -> None:
    rows = parted(999)
    findings = findings_of([*rows, rows[3]], "UNIQUE")
    assert [(finding.code, finding.rows) for finding in findings] == [(Code.OVERLAP, ("row-4", "row-1000"))]


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "COLLECT"])
def test_a_thousand_rows_at_random_are_answered_in_time(policy: str) -> None:
    assert findings_of(scattered(1000), policy)
