"""The values of one condition column, cut into regions: which of them exist, which are allowed, and how to say them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rules.analysis.findings import Condition, Interval
from rules.analysis.kinds import between
from rules.compiled_table import bits_of
from rules.feel.values import KINDS
from rules.portable import portable
from rules.reasons import condition
from rules.regions import Regions, Stretch
from rules.unary_tests import Span


@dataclass(frozen=True, slots=True)
class Axis:
    """Sets of regions are integers with a bit per region, and one above them for null."""

    title: str
    expression: str
    inputs: frozenset[str]
    """What the expression depends on, required decisions followed back."""
    kind: type | None
    """None where no cell says what the values are."""
    regions: Regions
    existing: int
    allowed: int
    """Of the existing regions, and null, those that the column can have."""

    @property
    def null(self) -> int:
        return 1 << self.regions.count

    def condition(self, chosen: int) -> Condition:
        spans, negated = ((), True) if self._is_any_value(chosen) else self._said(chosen)
        return Condition(
            column=self.title,
            expression=self.expression,
            kind=KINDS[self.kind] if self.kind else "",
            intervals=tuple(map(_interval, spans)),
            negated=negated,
            or_null=bool(chosen & self.null),
        )

    def words(self, chosen: int) -> str:
        if self._is_any_value(chosen):
            return f"{self.title} is not null"
        spans, negated = self._said(chosen)
        if not spans:
            return f"{self.title} is null"
        return f"{condition(self.title, spans, negated=negated)}{' or null' if chosen & self.null else ''}"

    def example(self, chosen: int) -> Any:
        """One of the chosen values, the plainest; None where only null is among them."""
        found = (self._example_of(place) for place in bits_of(chosen & ~self.null))
        return min(found, key=lambda value: (value != "other", len(str(value))), default=None)

    def _example_of(self, place: int) -> Any:
        span = self.regions.span((place, place + 1))
        return span.low if span.is_point else between(self.kind, span.low, span.high)

    def _is_any_value(self, chosen: int) -> bool:
        return chosen == self.allowed & ~self.null

    def _said(self, chosen: int) -> tuple[tuple[Span, ...], bool]:
        """The chosen values as spans; the others, negated, where that is shorter."""
        values = chosen & ~self.null
        spans, rest = self._spans(values), self._spans(self.allowed & ~self.null & ~values)
        if 0 < len(rest) < len(spans) and all(span.is_point for span in rest):
            return rest, True
        return spans, False

    def _spans(self, values: int) -> tuple[Span, ...]:
        return tuple(map(self.regions.span, self._stretches(values)))

    def _stretches(self, values: int) -> Iterator[Stretch]:
        start = end = -1
        for place in bits_of(self.existing):
            if values >> place & 1:
                start, end = (place if start < 0 else start), place + 1
            elif start >= 0:
                yield start, end
                start = -1
        if start >= 0:
            yield start, end


def _interval(span: Span) -> Interval:
    low, high = portable(span.low), portable(span.high)
    return Interval(low=low, high=high, low_included=span.low_included, high_included=span.high_included)


def existing_regions(kind: type | None, regions: Regions) -> int:
    """The regions that have any value: none lies between two days that follow each other."""
    bits = 0
    for place in range(regions.count):
        span = regions.span((place, place + 1))
        if kind is None or span.is_point or between(kind, span.low, span.high) is not None:
            bits |= 1 << place
    return bits


def region_bits(regions: Regions, spans: Iterable[Span]) -> int:
    bits = 0
    for span in spans:
        start, end = regions.stretch(span)
        bits |= (1 << end) - (1 << start)
    return bits
