"""What a table answers when several of its rows match (DMN 1.3, 8.2.10 and 8.2.11).

`matched` names every row that matched; under FIRST only the first, because evaluation halts there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models.errors import BusinessError, Finding
from rules.definitions import Aggregation, HitPolicy
from rules.feel import values


@dataclass(frozen=True, slots=True)
class Hits:
    """The rows that match, in table order. `output` is a row's output, `rank` an output's priority, lowest first."""

    decision: str
    rows: tuple[int, ...]
    ids: tuple[str, ...]
    output: Callable[[int], Any]
    rank: Callable[[Any], tuple[int, ...]]

    def outputs(self) -> list[Any]:
        return [self.output(row) for row in self.rows]

    def refusal(self, code: str, message: str) -> BusinessError:
        names = tuple(self.ids[row] for row in self.rows)
        finding = Finding(field=self.decision, problem=f"rows {', '.join(names)} match the same input", code=code)
        return BusinessError(code, message, (finding,))


Answer = tuple[Any, tuple[int, ...]]


def _unique(hits: Hits) -> Answer:
    if len(hits.rows) > 1:
        raise hits.refusal("rules.not_unique", f"More than one row of {hits.decision} matches; exactly one may.")
    return hits.output(hits.rows[0]), hits.rows


def _any(hits: Hits) -> Answer:
    first, *others = hits.outputs()
    if any(values.equal(first, other) is not True for other in others):
        raise hits.refusal("rules.not_equal", f"Matching rows of {hits.decision} disagree; they have to say the same.")
    return first, hits.rows


def _first(hits: Hits) -> Answer:
    return hits.output(hits.rows[0]), hits.rows[:1]


def _priority(hits: Hits) -> Answer:
    return min(hits.outputs(), key=hits.rank), hits.rows


def _output_order(hits: Hits) -> Answer:
    return sorted(hits.outputs(), key=hits.rank), hits.rows


def _list(hits: Hits) -> Answer:
    return hits.outputs(), hits.rows


_POLICIES: dict[HitPolicy, Callable[[Hits], Answer]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.ANY: _any,
    HitPolicy.FIRST: _first,
    HitPolicy.PRIORITY: _priority,
    HitPolicy.OUTPUT_ORDER: _output_order,
    HitPolicy.RULE_ORDER: _list,
    HitPolicy.COLLECT: _list,
}
MULTIPLE = frozenset({HitPolicy.OUTPUT_ORDER, HitPolicy.RULE_ORDER, HitPolicy.COLLECT})
RANKED = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})


def answer(policy: HitPolicy, aggregation: Aggregation | None, hits: Hits) -> Answer:
    """The result in DMN's shape and the rows it came from. There is at least one hit.

    Raises BusinessError `rules.not_unique`, `rules.not_equal` or `rules.bad_output`.
    """
    result, rows = _POLICIES[policy](hits)
    if policy is HitPolicy.COLLECT and aggregation is not None:
        return _aggregate(aggregation, result, hits), rows
    return result, rows


def _aggregate(aggregation: Aggregation, outputs: list[Any], hits: Hits) -> Any:
    if aggregation is Aggregation.COUNT:
        return Decimal(len(outputs))
    total = outputs[0]
    for output in outputs[1:]:
        total = _combine(aggregation, total, output)
    if total is None:
        raise hits.refusal("rules.bad_output", f"Outputs of {hits.decision} have no {aggregation.lower()}.")
    return total


def _combine(aggregation: Aggregation, left: Any, right: Any) -> Any:
    if aggregation is Aggregation.SUM:
        return values.arithmetic("+", left, right)
    smaller = values.compare("<", left, right)
    if smaller is None:
        return None
    return left if smaller is (aggregation is Aggregation.MIN) else right
