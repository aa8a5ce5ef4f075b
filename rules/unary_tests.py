"""The tests of one input cell: as a closure for any value, and as spans of an ordered kind where they are simple."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rules.feel import syntax, values
from rules.feel.budget import REMEMBERED, Scope
from rules.feel.compiler import Test, compile_expression, compile_test, constant
from rules.feel.errors import FeelError
from rules.feel.parser import parse_unary_tests
from rules.feel.tokens import KnownNames


@dataclass(frozen=True, slots=True)
class Span:
    """Values between two ends, both of one kind; an end that is None is open to infinity."""

    low: Any = None
    high: Any = None
    low_included: bool = False
    high_included: bool = False

    @property
    def ends(self) -> tuple[Any, ...]:
        return tuple(end for end in (self.low, self.high) if end is not None)

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low == self.high and self.low_included and self.high_included

    @property
    def is_empty(self) -> bool:
        if self.low is None or self.high is None or self.low < self.high:
            return False
        return not self.is_point


@dataclass(frozen=True, slots=True)
class CellTests:
    """`spans` is None where the cell says more than constants of one kind can; then only `accepts` knows."""

    text: str
    syntax: syntax.UnaryTests
    tests: tuple[Test, ...]
    spans: tuple[Span, ...] | None

    @property
    def accepts_all(self) -> bool:
        return not self.tests

    @property
    def negated(self) -> bool:
        return self.syntax.negated

    def accepts(self, value: Any, scope: Scope) -> bool | None:
        if not self.tests:
            return True
        answer = values.any_of(test(value, scope) for test in self.tests)
        return values.negation(answer) if self.syntax.negated else answer


@lru_cache(REMEMBERED)
def compile_unary_tests(text: str, names: KnownNames) -> CellTests:
    """Raises FeelError for a cell that cannot be read or speaks of unknown names."""
    parsed = parse_unary_tests(text, names)
    known = names.variables | {syntax.INPUT_VALUE}
    for test in parsed.tests:
        compile_expression(test.operand if isinstance(test, syntax.UnaryComparison) else test, known, names.knowledge)
    return CellTests(text.strip(), parsed, tuple(map(compile_test, parsed.tests)), _spans(parsed.tests))


def compile_allowed_values(text: str, names: KnownNames) -> CellTests:
    """What a column or a type allows: it has to hold without any other input. Raises FeelError."""
    tests = compile_unary_tests(text, names)
    others = sorted(syntax.names_in(tests.syntax) - {syntax.INPUT_VALUE})
    if others:
        raise FeelError(f"allows values that depend on {others[0]!r}; allowed values have to stand for themselves")
    return tests


def _spans(tests: Iterable[syntax.Node]) -> tuple[Span, ...] | None:
    found: list[Span] = []
    for test in tests:
        spans = spans_of(test)
        if spans is None:
            return None
        found += spans
    kinds = {type(end) for span in found for end in span.ends}
    return tuple(found) if len(kinds) <= 1 else None


def spans_of(test: syntax.Node) -> list[Span] | None:
    """What one test of a cell accepts; None where that depends on inputs or is no span of values."""
    if syntax.names_in(test):
        return None
    if isinstance(test, syntax.UnaryComparison):
        return _comparison_spans(test.operator, constant(test.operand))
    return _value_spans(constant(test))


def _value_spans(value: Any) -> list[Span] | None:
    if isinstance(value, values.Range):
        return _range_span(value)
    if isinstance(value, list) and value:
        parts = [_value_spans(item) for item in value]
        return None if None in parts else [span for part in parts for span in part or ()]
    return [Span(value, value, True, True)] if _is_indexable(value) else None


def _comparison_spans(sign: str, value: Any) -> list[Span] | None:
    if not _is_indexable(value):
        return None
    if sign == "=":
        return [Span(value, value, True, True)]
    if isinstance(value, bool):
        return [Span(not value, not value, True, True)] if sign == "!=" else None
    return {
        "!=": [Span(high=value), Span(low=value)],
        "<": [Span(high=value)],
        "<=": [Span(high=value, high_included=True)],
        ">": [Span(low=value)],
        ">=": [Span(low=value, low_included=True)],
    }[sign]


def _range_span(value: values.Range) -> list[Span] | None:
    if type(value.low) is not type(value.high) or type(value.low) not in values.ORDERED:
        raise FeelError("has an interval whose ends cannot be compared")
    if not (_is_indexable(value.low) and _is_indexable(value.high)):
        return None
    span = Span(value.low, value.high, value.low_included, value.high_included)
    if span.is_empty:
        raise FeelError("has an interval that is empty, because its end comes before its start")
    return [span]


def _is_indexable(value: Any) -> bool:
    """Times with an offset stay out: they have no order with those that lack one."""
    return (type(value) in values.ORDERED or isinstance(value, bool)) and getattr(value, "tzinfo", None) is None
