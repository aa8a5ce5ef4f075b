"""A decision table as boxes: an axis per expression that its columns test, a set of regions per row and axis."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from rules.analysis.axis import Axis, existing_regions, region_bits
from rules.analysis.boxes import Box
from rules.analysis.findings import Condition
from rules.analysis.sources import is_shared
from rules.analysis.tested import Tested
from rules.feel import syntax
from rules.feel.budget import Scope
from rules.feel.compiler import constant
from rules.feel.values import KINDS
from rules.item_types import ANY
from rules.portable import portable
from rules.reasons import joined
from rules.regions import Regions
from rules.unary_tests import CellTests, Span, spans_of

_KINDS_BY_NAME = {name: kind for kind, name in KINDS.items() if name not in ("list", "context", "interval")}


@dataclass(frozen=True, slots=True)
class Unknown:
    """A cell that no analysis can look into; with `row` None the allowed values of the column."""

    row: int | None
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """`surely` is what a row accepts in any case, `perhaps` what it may accept: they differ where cells are unknown."""

    axes: tuple[Axis, ...]
    surely: tuple[Box, ...]
    perhaps: tuple[Box, ...]
    unknown: tuple[Unknown, ...]
    untyped: tuple[str, ...]
    """Titles of columns whose type had to be taken from their cells."""

    @property
    def whole(self) -> Box:
        return tuple(axis.allowed for axis in self.axes)

    def conditions(self, box: Box) -> tuple[Condition, ...]:
        return tuple(axis.condition(chosen) for axis, chosen in self._narrowed(box))

    def words(self, box: Box) -> str:
        return joined([axis.words(chosen) for axis, chosen in self._narrowed(box)], "and") or "in every case"

    def example(self, box: Box) -> dict[str, Any]:
        return {axis.expression: portable(axis.example(chosen)) for axis, chosen in zip(self.axes, box, strict=True)}

    def doubts(self, box: Box) -> tuple[str, ...]:
        """Columns that depend on the same input cannot take every combination of their values."""
        narrowed = [axis for axis, _ in self._narrowed(box)]
        pairs = ((one, two, _shared(one, two)) for one, two in combinations(narrowed, 2))
        return tuple(
            f"{one.title!r} and {two.title!r} both depend on {joined(shared, 'and')}, "
            "so that this combination may be impossible"
            for one, two, shared in pairs
            if shared
        )

    def _narrowed(self, box: Box) -> Iterator[tuple[Axis, int]]:
        for axis, chosen in zip(self.axes, box, strict=True):
            if chosen != axis.allowed:
                yield axis, chosen


def _shared(one: Axis, two: Axis) -> list[str]:
    return sorted(mine for mine in one.inputs if any(is_shared(mine, other) for other in two.inputs))


def make_grid(tested: Sequence[Tested], rows: int) -> Grid:
    makers = [_AxisMaker(each) for each in tested]
    axes = [maker.make() for maker in makers]
    return Grid(
        axes=tuple(axes),
        surely=tuple(tuple(maker.surely[row] for maker in makers) for row in range(rows)),
        perhaps=tuple(tuple(maker.perhaps[row] for maker in makers) for row in range(rows)),
        unknown=tuple(unknown for maker in makers for unknown in maker.unknown),
        untyped=tuple(maker.tested.title for maker in makers if maker.is_untyped),
    )


class _AxisMaker:
    def __init__(self, tested: Tested) -> None:
        self.tested = tested
        self.unknown: list[Unknown] = []
        self.surely: list[int] = []
        self.perhaps: list[int] = []
        self._spans: dict[str, tuple[Span, ...] | None] = {}
        self._cells = {cell.text: cell for column in tested.columns for cell in column}
        self._read([*self._cells.values(), *tested.constraints])

    def _read(self, cells: Sequence[CellTests]) -> None:
        found = {cell.text: _constant_spans(cell) for cell in cells}
        kinds = {type(end) for spans in found.values() for span in spans or () for end in span.ends}
        named = _KINDS_BY_NAME.get(self.tested.kind)
        self.is_untyped = self.tested.kind == ANY and bool(kinds)
        self._kind = next(iter(kinds)) if self.is_untyped and len(kinds) == 1 else named
        fitting = all(kind is self._kind for kind in kinds)
        self._spans = found if fitting else dict.fromkeys(found)
        bounds = [end for spans in self._spans.values() for span in spans or () for end in span.ends]
        self._regions = Regions([*bounds, False, True] if self._kind is bool else bounds)

    def make(self) -> Axis:
        existing = existing_regions(self._kind, self._regions)
        self._values = existing
        self._null = 1 << self._regions.count
        allowed = existing | (self._null if self.tested.nullable else 0)
        for constraint in self.tested.constraints:
            accepted = self._accepted(constraint)
            if accepted is None:
                self.unknown.append(Unknown(None, self.tested.title, constraint.text))
            else:
                allowed &= accepted
        self._fill_rows(allowed)
        return Axis(
            title=self.tested.title,
            expression=self.tested.text,
            inputs=self.tested.inputs,
            kind=self._kind,
            regions=self._regions,
            existing=existing,
            allowed=allowed,
        )

    def _fill_rows(self, allowed: int) -> None:
        accepted = {text: self._accepted(cell) for text, cell in self._cells.items()}
        for row, cells in enumerate(zip(*self.tested.columns, strict=True)):
            surely = perhaps = allowed
            for cell in cells:
                regions = accepted[cell.text]
                surely &= regions or 0
                if regions is None:
                    self.unknown.append(Unknown(row, self.tested.title, cell.text))
                else:
                    perhaps &= regions
            self.surely.append(surely)
            self.perhaps.append(perhaps)

    def _accepted(self, cell: CellTests) -> int | None:
        if cell.accepts_all:
            return self._values | self._null
        spans = self._spans[cell.text]
        if spans is None:
            return None
        bits = region_bits(self._regions, spans)
        bits = self._values & (~bits if cell.negated else bits)
        return bits | self._null if cell.accepts(None, Scope({})) is True else bits


def _constant_spans(cell: CellTests) -> tuple[Span, ...] | None:
    """What the cell accepts apart from null, or where it is negated what it refuses; None where inputs decide that."""
    found: list[Span] = []
    for test in cell.syntax.tests:
        spans = _null_spans(test) if _speaks_of_null(test) else spans_of(test)
        if spans is None:
            return None
        found += spans
    return tuple(found)


def _speaks_of_null(test: syntax.Node) -> bool:
    operand = test.operand if isinstance(test, syntax.UnaryComparison) else test
    return not syntax.names_in(operand) and constant(operand) is None


def _null_spans(test: syntax.Node) -> list[Span] | None:
    """Of the values that are not null `null` accepts none and `!= null` all; null has no order."""
    operator = test.operator if isinstance(test, syntax.UnaryComparison) else "="
    return {"=": [], "!=": [Span()]}.get(operator)
