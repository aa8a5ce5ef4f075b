"""Small tables whose every combination of inputs can be tried."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rules.analysis.analyse import analyse
from rules.analysis.findings import AnalysisFinding, Code, Condition
from rules.compiled_table import CompiledTable, bits_of
from rules.dmn import read_definitions
from rules.engine import compile_decision
from rules.feel.budget import Scope
from tests.rules.tables import Column, table_xml

COLUMNS: list[Column] = [
    ("amount", "number", ">= 0"),
    ("category", "string", '"goods","it","travel"'),
    ("urgent", "boolean"),
    ("day", "date"),
]
LIMITED: list[Column] = [COLUMNS[0], ("limit", "number", ">= 0")]
DAYS = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(5)]
VALUES: dict[str, list[Any]] = {
    "amount": [Decimal(halves) / 2 for halves in range(9)],
    "category": ["goods", "it", "travel"],
    "urgent": [False, True],
    "day": DAYS,
    "limit": [Decimal(halves) / 2 for halves in range(9)],
}
"""One value of every region that the cells below can make, and no value that the columns do not allow."""


def _number_cells() -> st.SearchStrategy[str]:
    numbers = st.integers(0, 3)
    intervals = st.tuples(numbers, numbers).map(lambda ends: f"[{min(ends)}..{max(ends)}]")
    single = st.one_of(
        numbers.map(str), st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "!="]), numbers)
    )
    return _several(st.one_of(single, intervals))


def _several(single: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tests = st.lists(single, min_size=1, max_size=2).map(", ".join)
    return st.one_of(st.just("-"), tests, tests, tests.map(lambda text: f"not({text})"))


_DAY = st.sampled_from(DAYS[1:4]).map(lambda day: f'@"{day}"')
CELLS = {
    "amount": _number_cells(),
    "category": _several(st.sampled_from(['"goods"', '"it"', '"travel"', '"other"', '["it", "goods"]'])),
    "urgent": st.sampled_from(["-", "true", "false", "not(true)", "!= false"]),
    "day": _several(st.one_of(_DAY, st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), _DAY))),
}


@dataclass(frozen=True)
class Tried:
    """A table with what every combination of inputs matches."""

    findings: tuple[AnalysisFinding, ...]
    matches: list[tuple[dict[str, Any], tuple[int, ...]]]

    def of(self, code: Code) -> list[AnalysisFinding]:
        return [finding for finding in self.findings if finding.code == code]


def tried(columns: Sequence[Column], rows: Sequence[Sequence[str]], policy: str) -> Tried:
    xml = table_xml(columns, [("answer", "string", '"a","b"')], rows, policy)
    definitions = read_definitions(xml)
    table = compile_decision(definitions, "decided").steps[-1].logic
    assert isinstance(table, CompiledTable)
    names = [column[0] for column in columns]
    matches = [(inputs, tuple(bits_of(table.matching_rows(Scope(dict(inputs)))))) for inputs in _combinations(names)]
    return Tried(analyse(definitions), matches)


def _combinations(names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for values in itertools.product(*(VALUES[name] for name in names)):
        yield dict(zip(names, values, strict=True))


@st.composite
def tables(draw: st.DrawFn, most_rows: int = 6) -> tuple[list[Column], list[list[str]]]:
    columns = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=3, unique_by=lambda column: column[0]))
    answers = st.sampled_from(['"a"', '"b"'])
    row = st.tuples(*(CELLS[column[0]] for column in columns), answers).map(list)
    return columns, draw(st.lists(row, min_size=1, max_size=most_rows))


@st.composite
def tables_with_computed_cells(draw: st.DrawFn) -> tuple[list[Column], list[list[str]]]:
    amounts = st.one_of(CELLS["amount"], st.sampled_from(["> limit", "<= limit", "limit", "? + 1 > limit"]))
    row = st.tuples(amounts, CELLS["amount"], st.sampled_from(['"a"', '"b"'])).map(list)
    return LIMITED, draw(st.lists(row, min_size=1, max_size=5))


def holds(conditions: Sequence[Condition], inputs: dict[str, Any]) -> bool:
    return all(_accepts(condition, inputs[condition.expression]) for condition in conditions)


def _accepts(condition: Condition, value: Any) -> bool:
    within = any(
        (each.low is None or value > each.low or (each.low_included and value == each.low))
        and (each.high is None or value < each.high or (each.high_included and value == each.high))
        for each in condition.intervals
    )
    return within is not condition.negated
