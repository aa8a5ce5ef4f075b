"""Which rows of one input column accept a value, found by a look-up instead of a scan.

Rows are bits of an integer. Every region of the column's values has the bits of the rows that accept it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

from rules.regions import Regions, Stretch
from rules.unary_tests import CellTests


class ColumnIndex:
    def __init__(self, cells: Sequence[CellTests]) -> None:
        self._any = _bits(row for row, cell in enumerate(cells) if cell.accepts_all)
        self._restricted = _bits(row for row, cell in enumerate(cells) if not cell.accepts_all)
        self._kind = _kind_of_column(cells)
        indexed = [(row, cell) for row, cell in enumerate(cells) if not cell.accepts_all and self._is_indexed(cell)]
        self._open = self._restricted & ~_bits(row for row, _ in indexed)
        regions = Regions(end for _, cell in indexed for span in cell.spans or () for end in span.ends)
        self._bounds = regions.bounds
        self._regions = _sweep(regions, indexed, self._any)
        self._points = {bound: self._regions[2 * place + 1] for place, bound in enumerate(self._bounds)}

    def look_up(self, value: Any) -> tuple[int, int]:
        """The rows that surely accept `value`, and those whose cell has to be asked."""
        if type(value) is not self._kind or getattr(value, "tzinfo", None) is not None:
            return self._any, self._restricted
        rows = self._points.get(value)
        if rows is None:
            rows = self._regions[2 * bisect_left(self._bounds, value)]
        return rows, self._open

    def _is_indexed(self, cell: CellTests) -> bool:
        return cell.spans is not None and all(type(end) is self._kind for span in cell.spans for end in span.ends)


def _kind_of_column(cells: Iterable[CellTests]) -> type | None:
    for cell in cells:
        for span in cell.spans or ():
            return type(span.ends[0])
    return None


def _bits(rows: Iterable[int]) -> int:
    bits = 0
    for row in rows:
        bits |= 1 << row
    return bits


def _sweep(regions: Regions, indexed: list[tuple[int, CellTests]], always: int) -> list[int]:
    """The rows of each region: each row's bit is switched on and off where its stretches start and end."""
    switches = [0] * (regions.count + 1)
    for row, cell in indexed:
        stretches = _merged(sorted(regions.stretch(span) for span in cell.spans or ()))
        for start, end in _complement(stretches, regions.count) if cell.negated else stretches:
            switches[start] ^= 1 << row
            switches[end] ^= 1 << row
    found, rows = [], always
    for switch in switches[: regions.count]:
        rows ^= switch
        found.append(rows)
    return found


def _merged(stretches: list[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for start, end in stretches:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _complement(stretches: list[Stretch], count: int) -> list[Stretch]:
    edges = [0, *(edge for stretch in stretches for edge in stretch), count]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
