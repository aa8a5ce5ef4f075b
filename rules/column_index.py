"""Which rows of one input column accept a value, found by a look-up instead of a scan.

Rows are bits of an integer. The constants of a column's cells, sorted, cut its values into regions: below the first,
the first itself, between first and second, and so on. Every region has the bits of the rows that accept it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

from rules.unary_tests import CellTests, Span


class ColumnIndex:
    def __init__(self, cells: Sequence[CellTests]) -> None:
        self._any = _bits(row for row, cell in enumerate(cells) if cell.accepts_all)
        self._restricted = _bits(row for row, cell in enumerate(cells) if not cell.accepts_all)
        self._kind = _kind_of_column(cells)
        indexed = [(row, cell) for row, cell in enumerate(cells) if not cell.accepts_all and self._is_indexed(cell)]
        self._open = self._restricted & ~_bits(row for row, _ in indexed)
        self._bounds = sorted({end for _, cell in indexed for span in cell.spans or () for end in span.ends})
        self._regions = _sweep(self._bounds, indexed, self._any)
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


def _sweep(bounds: list[Any], indexed: list[tuple[int, CellTests]], always: int) -> list[int]:
    """The rows of each region: each row's bit is switched on and off where its stretches start and end."""
    count = 2 * len(bounds) + 1
    places = {bound: place for place, bound in enumerate(bounds)}
    switches = [0] * (count + 1)
    for row, cell in indexed:
        stretches = _merged(sorted(_stretch(span, places, count) for span in cell.spans or ()))
        for start, end in _complement(stretches, count) if cell.negated else stretches:
            switches[start] ^= 1 << row
            switches[end] ^= 1 << row
    regions, rows = [], always
    for switch in switches[:count]:
        rows ^= switch
        regions.append(rows)
    return regions


def _stretch(span: Span, places: dict[Any, int], count: int) -> tuple[int, int]:
    """The regions of a span, from the first to before the last."""
    start = 0 if span.low is None else 2 * places[span.low] + (1 if span.low_included else 2)
    end = count if span.high is None else 2 * places[span.high] + (2 if span.high_included else 1)
    return start, end


def _merged(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in stretches:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _complement(stretches: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    edges = [0, *(edge for stretch in stretches for edge in stretch), count]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
