"""A decision table ready to run: every cell read, every column indexed, every row's sentence made."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.errors import BusinessError, Finding
from rules.column_index import ColumnIndex
from rules.definitions import DecisionTable, HitPolicy
from rules.feel.budget import Scope
from rules.feel.compiler import Expression
from rules.hit_policies import MULTIPLE, Hits, answer
from rules.inputs import shown
from rules.unary_tests import CellTests


@dataclass(frozen=True, slots=True)
class Column:
    """A compiled condition column. `allowed` is checked here only where its value is computed from the inputs."""

    title: str
    expression: Expression
    cells: Sequence[CellTests]
    index: ColumnIndex
    allowed: CellTests | None
    variable: str
    """The variable that the column tests as it is; empty where its value has to be computed or checked."""

    def value(self, scope: Scope) -> Any:
        if self.variable:
            return scope.variables[self.variable]
        value = self.expression(scope.begin_expression())
        if self.allowed is not None and self.allowed.accepts(value, scope) is not True:
            problem = f"{shown(value)} is not allowed; expected is {self.allowed.text}"
            finding = Finding(field=self.title, problem=problem, code="rules.bad_input")
            raise BusinessError("rules.bad_input", "A value that the table tests is not allowed.", (finding,))
        return value


class Answered(NamedTuple):
    result: Any
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CompiledTable:
    decision: str
    source: DecisionTable
    columns: tuple[Column, ...]
    outputs: tuple[tuple[Expression, ...], ...]
    """By row, then by column."""
    defaults: tuple[Expression, ...]
    """By column; none where no column has a default."""
    priorities: tuple[tuple[Any, ...], ...]
    """The values of each output column in falling priority; none where the column has no order."""
    ids: tuple[str, ...]
    reasons: tuple[str, ...]

    def evaluate(self, scope: Scope) -> Answered:
        """Raises BusinessError as the hit policy demands and BudgetExceededError."""
        matching = self.matching_rows(scope)
        if not matching:
            return Answered(self._without_match(scope), ())
        if matching & (matching - 1) == 0 and not self._gives_several:
            row = matching.bit_length() - 1
            return Answered(self._output(self.outputs[row], scope), (row,))
        rows = tuple(bits_of(matching))
        hits = Hits(self.decision, rows, self.ids, lambda row: self._output(self.outputs[row], scope), self.rank)
        return Answered(*answer(self.source.hit_policy, self.source.aggregation, hits))

    def matching_rows(self, scope: Scope) -> int:
        """A bit per row. Cells that no index can answer are asked only for rows that every index lets pass."""
        values = [column.value(scope) for column in self.columns]
        rows = (1 << len(self.ids)) - 1
        unsure: list[tuple[Column, Any, int]] = []
        for column, value in zip(self.columns, values, strict=True):
            accepted, asked = column.index.look_up(value)
            rows &= accepted | asked
            if not rows:
                return 0
            if asked:
                unsure.append((column, value, asked))
        for column, value, asked in unsure:
            for row in bits_of(rows & asked):
                if column.cells[row].accepts(value, scope.begin_expression()) is not True:
                    rows &= ~(1 << row)
        return rows

    def _without_match(self, scope: Scope) -> Any:
        if self.defaults:
            default = self._output(self.defaults, scope)
            return [default] if self._gives_several and self.source.aggregation is None else default
        return [] if self.source.hit_policy is HitPolicy.COLLECT and self.source.aggregation is None else None

    @property
    def _gives_several(self) -> bool:
        """Whether even one row that matches has to be put into a list, counted or checked."""
        return self.source.hit_policy in MULTIPLE

    def _output(self, expressions: tuple[Expression, ...], scope: Scope) -> Any:
        if len(expressions) == 1:
            return expressions[0](scope.begin_expression())
        return {
            column.name: expression(scope.begin_expression())
            for column, expression in zip(self.source.outputs, expressions, strict=True)
        }

    def rank(self, output: Any) -> tuple[int, ...]:
        """The priority of an output, lowest first."""
        parts = [output] if len(self.priorities) == 1 else list(output.values())
        return tuple(
            order.index(part) if part in order else len(order)
            for part, order in zip(parts, self.priorities, strict=True)
            if order
        )


def bits_of(rows: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while rows:
        lowest = rows & -rows
        yield lowest.bit_length() - 1
        rows ^= lowest


def bits_from(rows: Iterable[int]) -> int:
    """A bit for each of the rows."""
    bits = 0
    for row in rows:
        bits |= 1 << row
    return bits
