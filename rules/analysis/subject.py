"""A table that is looked at, and how its rows are called."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.analysis.boxes import Box, touching
from rules.analysis.findings import AnalysisFinding, Cell, Code, Severity
from rules.analysis.grid import Grid, make_grid
from rules.analysis.outputs import Output, read_outputs
from rules.analysis.tested import tested_expressions
from rules.compiled_table import CompiledTable, bits_from
from rules.decision_compiler import DecisionCompiler
from rules.inputs import Variable
from rules.reasons import joined

_NAMED_ROWS = 8


@dataclass(frozen=True, slots=True)
class Subject:
    table: CompiledTable
    compiler: DecisionCompiler
    grid: Grid
    outputs: tuple[tuple[Output, ...], ...]
    """By row, then by column."""
    touching: tuple[int, ...]
    """For each row those that certainly match some of what it matches, as bits."""

    def row(self, row: int) -> str:
        """`row 3 (medium)`."""
        identity = self.table.ids[row]
        return f"row {row + 1}" if identity == f"row-{row + 1}" else f"row {row + 1} ({identity})"

    def rows(self, rows: Sequence[int]) -> str:
        named = [self.row(row) for row in rows[:_NAMED_ROWS]]
        if len(rows) > _NAMED_ROWS:
            named.append(f"{len(rows) - _NAMED_ROWS} more")
        return joined(named, "and")

    def ids(self, rows: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.table.ids[row] for row in rows)

    @property
    def unknown_rows(self) -> int:
        """Those with a cell that cannot be looked into, as bits."""
        return bits_from({unknown.row for unknown in self.grid.unknown if unknown.row is not None})

    def perhaps_touching(self, row: int) -> int:
        """The rows that may match some of what `row` may match, as bits."""
        everything = (1 << len(self.touching)) - 1
        unknown = self.unknown_rows
        return everything if unknown >> row & 1 else self.touching[row] | unknown

    def doubts(self, box: Box) -> tuple[str, ...]:
        """Why inputs like these may not exist."""
        limited = {unknown.column: unknown.text for unknown in self.grid.unknown if unknown.row is None}
        doubts = list(self.grid.doubts(box))
        for axis, chosen in zip(self.grid.axes, box, strict=True):
            if chosen == axis.null:
                doubts.append(f"{axis.title!r} is computed and may never be null")
            if chosen != axis.allowed and axis.title in limited:
                doubts.append(f"{axis.title!r} may not allow it: {limited[axis.title]}")
        return tuple(doubts)

    def finding(
        self,
        severity: Severity,
        code: Code,
        message: str,
        *,
        rows: Sequence[int] = (),
        cells: Sequence[Cell] = (),
        box: Box | None = None,
        doubts: tuple[str, ...] = (),
        values: tuple[object, ...] = (),
    ) -> AnalysisFinding:
        """`severity` is lowered to a warning where there are doubts."""
        return AnalysisFinding(
            severity=Severity.WARNING if doubts and severity is Severity.ERROR else severity,
            code=code,
            decision=self.table.decision,
            message=f"{message}{''.join(f'; {doubt}' for doubt in doubts)}.",
            rows=self.ids(rows),
            cells=tuple(cells) or tuple(Cell(row=identity) for identity in self.ids(rows)),
            conditions=self.grid.conditions(box) if box else (),
            example=self.grid.example(box) if box else {},
            values=values,
            doubts=doubts,
        )


def subject_of(table: CompiledTable, variables: Sequence[Variable], compiler: DecisionCompiler) -> Subject:
    grid = make_grid(tested_expressions(table, variables, compiler), len(table.ids))
    return Subject(
        table=table,
        compiler=compiler,
        grid=grid,
        outputs=read_outputs(table, compiler.known),
        touching=tuple(touching(grid.surely)),
    )
