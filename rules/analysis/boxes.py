"""Which combinations of inputs a set of rows leaves out, exactly and within a budget.

A box is a set of combinations: a set of regions per column, each set an integer with a bit per region. A combination is
in the box when each of its columns is. A row of a decision table is a box.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

Box = tuple[int, ...]


class OverBudget(Exception):
    """The question takes more work than was granted."""


@dataclass
class Budget:
    """Comparisons of a row with a box that may still be made."""

    left: int

    def spend(self, comparisons: int) -> None:
        self.left -= comparisons
        if self.left < 0:
            raise OverBudget


def intersection(one: Box, other: Box) -> Box | None:
    """None where they have no combination in common."""
    common = tuple(a & b for a, b in zip(one, other, strict=True))
    return common if all(common) else None


def size(box: Box) -> int:
    return prod(regions.bit_count() for regions in box)


def contains(outer: Box, inner: Box) -> bool:
    return all(not part & ~whole for whole, part in zip(outer, inner, strict=True))


def uncovered(box: Box, rows: Sequence[Box], budget: Budget, *, disjoint: bool = False) -> Box | None:
    """A part of `box` that no row has anything of; None where the rows cover all of it.

    `disjoint` says that no two rows have a combination in common: what they cover can then be counted.
    Raises OverBudget.
    """
    pending = [(box, list(rows))]
    while pending:
        place, candidates = pending.pop()
        budget.spend(len(candidates) + 1)
        parts = [part for row in candidates if (part := intersection(place, row)) is not None]
        if not parts:
            return place
        sizes = [size(part) for part in parts]
        whole, largest = size(place), max(sizes)
        if largest == whole or (disjoint and sum(sizes) == whole):
            continue
        inside, outside = _split(place, parts[sizes.index(largest)], parts)
        pending += [(inside, parts), (outside, parts)]
    return None


def _split(place: Box, part: Box, parts: Sequence[Box]) -> tuple[Box, Box]:
    """The place cut in two at a side of `part`, the side that cuts the fewest of `parts`."""
    columns = [column for column, regions in enumerate(part) if regions != place[column]]
    column = min(columns, key=lambda column: _cuts(part[column], column, parts)) if len(columns) > 1 else columns[0]
    rest = place[column] & ~part[column]
    return _with(place, column, part[column]), _with(place, column, rest)


def _cuts(regions: int, column: int, parts: Sequence[Box]) -> int:
    return sum(1 for part in parts if part[column] & regions and part[column] & ~regions)


def _with(box: Box, column: int, regions: int) -> Box:
    return (*box[:column], regions, *box[column + 1 :])


def grown(gap: Box, whole: Box, rows: Iterable[Box]) -> Box:
    """The gap made as wide as `whole` and the rows let it be, one column after the other."""
    candidates = list(rows)
    for column, regions in enumerate(whole):
        anywhere = _with(gap, column, regions)
        taken = 0
        for row in candidates:
            if intersection(anywhere, row) is not None:
                taken |= row[column]
        gap = _with(gap, column, regions & ~taken)
    return gap


def gaps(whole: Box, rows: Sequence[Box], budget: Budget, most: int, *, disjoint: bool = False) -> Iterable[Box]:
    """The widest gaps between the rows, at most `most`, each next one outside of those before. Raises OverBudget."""
    taken = list(rows)
    for _ in range(most):
        gap = uncovered(whole, taken, budget, disjoint=disjoint)
        if gap is None:
            return
        gap = grown(gap, whole, rows)
        disjoint = disjoint and all(intersection(gap, other) is None for other in taken[len(rows) :])
        taken.append(gap)
        yield gap


def touching(rows: Sequence[Box]) -> list[int]:
    """For each row the rows that have a combination in common with it, itself included, as bits."""
    if not rows:
        return []
    everything = (1 << len(rows)) - 1
    found = [everything] * len(rows)
    for column in range(len(rows[0])):
        by_regions = _rows_by_regions(rows, column)
        meeting = {regions: _meeting(regions, by_regions) for regions in by_regions}
        found = [bits & meeting[row[column]] for bits, row in zip(found, rows, strict=True)]
    return found


def _rows_by_regions(rows: Sequence[Box], column: int) -> dict[int, int]:
    found: dict[int, int] = {}
    for place, row in enumerate(rows):
        found[row[column]] = found.get(row[column], 0) | 1 << place
    return found


def _meeting(regions: int, by_regions: dict[int, int]) -> int:
    bits = 0
    for other, places in by_regions.items():
        if regions & other:
            bits |= places
    return bits
