"""Ours and the floor in turn, in one process tree, so that a machine whose speed drifts cannot decide the ratio."""

import argparse
import json
import math
import statistics
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

PAIRS = 7
_QUICK_PAIRS = 3
# Student's t, two-sided 95 %, by degrees of freedom.
_T95 = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26, 10: 2.23}

Run = Callable[[], Awaitable[Mapping[str, float]]]
"""One run: figures by name, each above zero."""


@dataclass(frozen=True)
class Ratio:
    """Ours divided by the floor over all counted pairs."""

    name: str
    ratio: float
    low: float
    high: float
    target: str
    pairs: int
    ours: float
    floor: float

    def document(self) -> dict[str, object]:
        return {
            "name": self.name,
            "ratio": round(self.ratio, 3),
            "ci95": [round(self.low, 3), round(self.high, 3)],
            "target": self.target,
            "pairs": self.pairs,
            "ours": round(self.ours, 4),
            "floor": round(self.floor, 4),
        }


def arguments(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="one line of JSON on standard output")
    parser.add_argument("--quick", action="store_true", help="fewer and smaller runs: to see that it works")
    return parser.parse_args()


async def paired(ours: Run, floor: Run, targets: Mapping[str, str], *, quick: bool) -> list[Ratio]:
    """The ratio of each figure in `targets`, and before it that of the floor against itself (`A/A`).

    Eight pairs (four when quick), the first of which warms up and is dropped.
    """
    counted = _QUICK_PAIRS if quick else PAIRS
    same = await _pairs(floor, floor, counted)
    different = await _pairs(ours, floor, counted)
    ratios = [_ratio(f"A/A {name}", name, "", same) for name in targets]
    return ratios + [_ratio(name, name, target, different) for name, target in targets.items()]


def show(ratios: Sequence[Ratio], as_json: bool, notes: Sequence[str] = ()) -> None:
    """Prints the ratios; `notes` are figures of one run that have no floor, on standard error."""
    if as_json:
        sys.stdout.write(f"{json.dumps([ratio.document() for ratio in ratios])}\n")
    else:
        table = Table("", "Ratio", "95 %", "Target", "Ours", "Floor", "Pairs")
        for each in ratios:
            interval = f"{each.low:.2f} - {each.high:.2f}"
            figures = (f"{each.ours:.3f}", f"{each.floor:.3f}", str(each.pairs))
            table.add_row(each.name, f"{each.ratio:.2f}", interval, each.target, *figures)
        Console().print(table)
    for note in notes:
        sys.stderr.write(f"{note}\n")


async def _pairs(first: Run, second: Run, counted: int) -> list[tuple[Mapping[str, float], Mapping[str, float]]]:
    pairs = [(await first(), await second()) for _ in range(counted + 1)]
    return pairs[1:]


def _ratio(
    label: str, name: str, target: str, pairs: Sequence[tuple[Mapping[str, float], Mapping[str, float]]]
) -> Ratio:
    logs = [math.log(ours[name] / floor[name]) for ours, floor in pairs]
    middle = statistics.fmean(logs)
    spread = _T95[len(logs) - 1] * statistics.stdev(logs) / math.sqrt(len(logs))
    return Ratio(
        name=label,
        ratio=math.exp(middle),
        low=math.exp(middle - spread),
        high=math.exp(middle + spread),
        target=target,
        pairs=len(pairs),
        ours=statistics.median(ours[name] for ours, _ in pairs),
        floor=statistics.median(floor[name] for _, floor in pairs),
    )
