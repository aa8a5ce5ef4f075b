"""Payments under fault, leg by leg: each leg has a fresh installation, so that no ledger grows without end."""

import asyncio
import sys
import time
from collections.abc import Sequence
from functools import partial

from chaos import stack
from chaos.leg import run_leg
from chaos.plan import Harm, planned, sample
from chaos.points import Point
from chaos.report import PaymentsReport, added
from chaos.unguarded import harms_of_unguarded, run_unguarded_leg

LEG = 200
BANKS = 8
_MOST_REPEATS = 3


def pay_under_fault(runs: int, seed: int, points: Sequence[Point], banks: int = BANKS) -> PaymentsReport:
    """`runs` payments as the product makes them, harmed as `seed` says."""
    return _in_legs(planned(runs, seed, points), banks)


def pay_sample(seed: int, banks: int = BANKS) -> PaymentsReport:
    """The fewest payments in which every point, every blow and every fault of the bank occurs.

    A harm that did not come to pass, because the bot found out by itself before a person could answer, is tried again.
    """
    harms = sample(seed)
    report = _in_legs(harms, banks)
    for _ in range(_MOST_REPEATS):
        missed = [harm for harm in harms if {harm.blow_name, harm.fault_name} - {"", *report.faults}]
        if missed:
            report = added([report, _in_legs(missed, banks)])
    return report


def pay_unguarded(runs: int, seed: int) -> PaymentsReport:
    """`runs` payments as plain Temporal would make them."""
    return asyncio.run(run_unguarded_leg(harms_of_unguarded(runs, seed)))


def _in_legs(harms: Sequence[Harm], banks: int) -> PaymentsReport:
    stack.preload()
    began, reports = time.monotonic(), list[PaymentsReport]()
    for first in range(0, len(harms), LEG):
        leg = partial(run_leg, harms[first : first + LEG], first + 1, banks)
        reports.append(asyncio.run(leg()))
        done = added(reports)
        pace = (time.monotonic() - began) / done.runs
        sys.stderr.write(f"{done.runs} of {len(harms)} payments, {pace:.1f} s each: {done.summary}\n")
    return added(reports)
