"""The sorted constants of a column cut its values into regions: below the first, the first itself, between first and
second, and so on. Whatever is made of these constants says the same of every value of a region."""

from collections.abc import Iterable
from typing import Any

from rules.unary_tests import Span

Stretch = tuple[int, int]
"""Neighbouring regions, from the first to before the last."""


class Regions:
    def __init__(self, bounds: Iterable[Any]) -> None:
        """`bounds` are of one ordered kind."""
        self.bounds = sorted(set(bounds))
        self.count = 2 * len(self.bounds) + 1
        self._places = {bound: place for place, bound in enumerate(self.bounds)}

    def stretch(self, span: Span) -> Stretch:
        """The regions of a span whose ends are bounds."""
        start = 0 if span.low is None else 2 * self._places[span.low] + (1 if span.low_included else 2)
        end = self.count if span.high is None else 2 * self._places[span.high] + (2 if span.high_included else 1)
        return start, end

    def span(self, stretch: Stretch) -> Span:
        """The values of neighbouring regions."""
        start, end = stretch
        low = self.bounds[(start - 1) // 2] if start else None
        high = self.bounds[(end - 1) // 2] if end < self.count else None
        return Span(low, high, low is not None and start % 2 == 1, high is not None and end % 2 == 0)
