"""What befalls which payment: drawn from a seed, so that a run can be repeated."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chaos.points import ASKING, BLOWS, FAULTY_LOOKS, PORTAL_FAULTS, SILENT, STATEMENTS, Blow, Point
from models.errors import BusinessError, Finding
from sandbox.faults import SUBMISSION_FAULTS, Fault

_ALONE = 0.5


@dataclass(frozen=True)
class Harm:
    """What befalls one payment: a blow at a point, a fault of the bank, both, or (neither given) the bank's silence."""

    point: Point | None = None
    blow: Blow | None = None
    fault: Fault | None = None

    @property
    def blow_name(self) -> str:
        return f"{self.blow} at {self.point}" if self.point and self.blow else ""

    @property
    def fault_name(self) -> str:
        return f"portal {self.fault}" if self.fault else ""

    @property
    def name(self) -> str:
        return ", ".join(filter(None, (self.blow_name, self.fault_name))) or SILENT

    @property
    def argument(self) -> str:
        """What the bank's fault is told."""
        return PORTAL_FAULTS[self.fault] if self.fault else ""

    @property
    def is_silence(self) -> bool:
        return self.blow is None and self.fault is None

    @property
    def needs_a_person(self) -> bool:
        return self.point in ASKING

    @property
    def needs_a_statement(self) -> bool:
        return self.point in STATEMENTS


def harms(points: Sequence[Point]) -> tuple[Harm, ...]:
    """Everything that can befall a payment, once: every blow at `points`, every fault of the bank, and its silence."""
    blows = [Harm(point, blow) for point in points for blow in BLOWS.get(point, ())]
    faults = [Harm(fault=fault) for fault in PORTAL_FAULTS]
    return (*blows, *faults, Harm())


def planned(runs: int, seed: int, points: Sequence[Point] = ()) -> tuple[Harm, ...]:
    """The harm of each of `runs` payments: every harm in a shuffled order, again and again.

    Half of the blows to a look at the portal meet a payment whose final request went wrong as well.
    """
    chance, known = random.Random(seed), harms(points or list(Point))  # noqa: S311 - to be repeated, not secret
    drawn: list[Harm] = []
    while len(drawn) < runs:
        drawn += (_with_fault(harm, chance) for harm in chance.sample(known, len(known)))
    return tuple(drawn[:runs])


def sample(seed: int) -> tuple[Harm, ...]:
    """Few harms with every point, every blow, every fault of the bank and its silence among them."""
    chance, drawn = random.Random(seed), list[Harm]()  # noqa: S311 - to be repeated, not secret
    missing, faults = {blow for each in BLOWS.values() for blow in each}, list(PORTAL_FAULTS)
    for point in sorted(BLOWS, key=lambda each: len(BLOWS[each])):
        blow = chance.choice([blow for blow in BLOWS[point] if blow in missing] or BLOWS[point])
        missing.discard(blow)
        meets = next((fault for fault in faults if point in FAULTY_LOOKS and fault in SUBMISSION_FAULTS), None)
        if meets is not None:
            faults.remove(meets)
        drawn.append(Harm(point, blow, meets))
    return (*drawn, *(Harm(fault=fault) for fault in faults), Harm())


def points_named(names: Sequence[str]) -> tuple[Point, ...]:
    """Raises BusinessError `chaos.points` with every name that is none."""
    known = [point.value for point in Point]
    wrong = [name for name in names if name not in known]
    if wrong:
        findings = tuple(Finding(field="points", problem=f"{name!r} is no point") for name in wrong)
        raise BusinessError("chaos.points", f"The points are: {', '.join(known)}.", findings)
    return tuple(Point(name) for name in names)


def _with_fault(harm: Harm, chance: random.Random) -> Harm:
    if harm.point not in FAULTY_LOOKS or chance.random() < _ALONE:
        return harm
    return replace(harm, fault=chance.choice(SUBMISSION_FAULTS))
