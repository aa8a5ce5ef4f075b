"""What a decision costs with its explanation: the same tables of 10, 100 and 1,000 rows evaluated by this engine and by
zen-engine (Rust) from Python, the same answers demanded of both.

Tables are bands of amounts by category and cost centre, as approval policies are; the cases are spread over all rows.
The floor is a decision made from its JSON and kept, as zen-engine's own page shows it. `, compiled ahead` is its
fastest way: content compiled beforehand and handed out by a loader.
"""

import asyncio
import itertools
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import zen

from benchmarks.pairing import Run, arguments, paired, show
from rules.definitions import Decision, DecisionTable, Definitions, HitPolicy, InputClause, OutputClause, Rule
from rules.engine import CompiledDecision, compile_decision

_SIZES = (10, 100, 1000)
_TARGET = ">=5"
_CASES = 1000
_SECONDS, _QUICK_SECONDS = 0.5, 0.1
_CATEGORIES = ("goods", "services", "it", "travel", "office")
_COLUMNS = {"amount": "number", "category": "string", "cost_centre": "string", "over_budget": "boolean"}
_LOWEST_BAND = 100

Evaluate = Callable[[dict[str, Any]], Mapping[str, Any]]
Row = tuple[tuple[int, int], str, str, bool]
"""Net total from (included) and to (left out), category, cost centre, over budget."""


@dataclass(frozen=True)
class Case:
    amount: Decimal
    category: str
    cost_centre: str
    over_budget: bool


def rows(count: int) -> list[Row]:
    """The first `count` of every combination, no two of which match the same case."""
    bands = [(_LOWEST_BAND * band, _LOWEST_BAND * (band + 1)) for band in range(count)]
    centres = [str(4000 + place) for place in range(5)]
    whole = itertools.product(bands, _CATEGORIES, centres, (False, True))
    return list(itertools.islice(whole, count))


def cases(table: Sequence[Row], count: int) -> list[Case]:
    """Most of them met by some row, each row as likely as the other; some by none."""
    chance = random.Random(count)  # noqa: S311
    found = []
    for _ in range(count):
        (low, high), category, centre, over_budget = chance.choice(table)
        amount = Decimal(chance.randrange(low * 100, high * 100)) / 100
        found.append(Case(amount, category, centre if chance.random() < 0.95 else "none", over_budget))
    return found


def ours(table: Sequence[Row]) -> CompiledDecision:
    rules = tuple(
        Rule(
            id=f"row-{number}",
            inputs=(f"[{low}..{high})", f'"{category}"', f'"{centre}"', str(over_budget).lower()),
            outputs=(f'"approver {number}"',),
            annotations=(f"Band {low}",),
        )
        for number, ((low, high), category, centre, over_budget) in enumerate(table)
    )
    decision = Decision(
        id="approval",
        name="approval",
        table=DecisionTable(
            hit_policy=HitPolicy.FIRST,
            inputs=tuple(InputClause(expression=name, type_ref=kind) for name, kind in _COLUMNS.items()),
            outputs=(OutputClause(name="approver", type_ref="string"),),
            rules=rules,
        ),
    )
    return compile_decision(Definitions(name="approval", decisions=(decision,)), "approval")


def their_content(table: Sequence[Row]) -> str:
    rules = [
        {
            "_id": f"row-{number}",
            "amount": f"[{low}..{high})",
            "category": f'"{category}"',
            "cost_centre": f'"{centre}"',
            "over_budget": str(over_budget).lower(),
            "approver": f'"approver {number}"',
        }
        for number, ((low, high), category, centre, over_budget) in enumerate(table)
    ]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in _COLUMNS],
        "outputs": [{"id": "approver", "name": "approver", "field": "approver"}],
        "rules": rules,
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": content},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def from_json(content: str) -> Evaluate:
    decision = zen.ZenEngine().create_decision(content)
    return lambda case: decision.evaluate(case, {"trace": True})


def compiled_ahead(content: str) -> Evaluate:
    compiled = zen.ZenDecisionContent(content)
    engine = zen.ZenEngine({"loader": lambda key: compiled})
    return lambda case: engine.evaluate("table", case, {"trace": True})


@dataclass(frozen=True)
class Contest:
    """One table in both engines with the cases as each of them takes numbers."""

    name: str
    target: str
    ours: CompiledDecision
    theirs: Evaluate
    exact: Sequence[dict[str, Any]]
    floating: Sequence[dict[str, Any]]

    def our_answer(self, case: dict[str, Any]) -> str | None:
        answer: str | None = self.ours.evaluate(case).result
        return answer

    def their_answer(self, case: dict[str, Any]) -> str | None:
        result: str | None = (self.theirs(case)["result"] or {}).get("approver")
        return result

    def check(self) -> None:
        """Raises SystemExit at the first case that the two answer differently."""
        for exact, floating in zip(self.exact, self.floating, strict=True):
            mine, other = self.our_answer(exact), self.their_answer(floating)
            if mine != other:
                raise SystemExit(f"{self.name}, {exact}: we answer {mine}, zen-engine {other}")


def contests(size: int) -> Iterator[Contest]:
    table = rows(size)
    decision, content = ours(table), their_content(table)
    given = [vars(case) for case in cases(table, _CASES)]
    floating = [case | {"amount": float(case["amount"])} for case in given]
    name = f"decisions per second, {size} rows"
    yield Contest(name, _TARGET, decision, from_json(content), given, floating)
    yield Contest(f"{name}, compiled ahead", "", decision, compiled_ahead(content), given, floating)


def _per_second(answer: Callable[[dict[str, Any]], Any], given: Iterable[dict[str, Any]], seconds: float) -> float:
    done, began = 0, time.perf_counter()
    for case in itertools.cycle(given):
        answer(case)
        done += 1
        if done % 10 == 0 and time.perf_counter() - began > seconds:
            break
    return done / (time.perf_counter() - began)


def _run(held: Sequence[Contest], seconds: float, *, is_ours: bool) -> Run:
    async def run() -> Mapping[str, float]:
        return {
            each.name: _per_second(each.our_answer, each.exact, seconds)
            if is_ours
            else _per_second(each.their_answer, each.floating, seconds)
            for each in held
        }

    return run


async def main() -> None:
    options = arguments(__doc__ or "")
    held = [each for size in _SIZES for each in contests(size)]
    for each in held:
        each.check()
    seconds = _QUICK_SECONDS if options.quick else _SECONDS
    targets = {each.name: each.target for each in held}
    mine, other = _run(held, seconds, is_ours=True), _run(held, seconds, is_ours=False)
    show(await paired(mine, other, targets, quick=options.quick), options.json)


if __name__ == "__main__":
    asyncio.run(main())
