"""The demo is killed at random moments and started again with the same home folder until it ends: as if nothing was.

One kill of each kind is made; TALLYWRIGHT_TEST_KILLS asks for more of them, TALLYWRIGHT_TEST_SEED for the same ones.
"""

import json
import os
import random
import secrets
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chaos.processes import children, descendants
from sandbox.bank import ledger as bank
from sandbox.demo.ending import Ending
from sandbox.demo.purchases import PURCHASES
from sandbox.stack import Ports
from tests.databases import database_in
from tests.end_to_end.stage import free_ports

KILLS = int(os.environ.get("TALLYWRIGHT_TEST_KILLS", "1"))
SEED = int(os.environ.get("TALLYWRIGHT_TEST_SEED", secrets.randbits(32)))
LATEST_SECONDS = 60
ENDS_WITHIN_SECONDS = 60
"""A demo that has lost a process notices it and stops the others."""


@dataclass
class Demo:
    home: Path
    ports: Ports
    chance: random.Random
    log: list[str] = field(default_factory=list)
    """What was done to it, for the one who reads a failure."""

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "cli", "demo", "--json", "--base-port", str(self.ports.base)],
            env=os.environ | {"TALLYWRIGHT_HOME": str(self.home), "TALLYWRIGHT_DATABASE_URL": database_in(self.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def kill_all(self) -> None:
        """At a random moment, every process of it at once, browser and server included."""
        demo, after = self._run_for_a_while()
        for pid in [demo.pid, *descendants(demo.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        demo.communicate()
        self.log.append(f"all after {after:.1f} s")

    def kill_one(self) -> int | None:
        """At a random moment, one process that it has started; gives the exit status that follows."""
        demo, after = self._run_for_a_while()
        started = children(demo.pid)
        if not started:
            demo.kill()
        else:
            victim = self.chance.choice(sorted(started))
            self.log.append(f"{_name(victim)} after {after:.1f} s")
            os.kill(victim, signal.SIGKILL)
        demo.communicate(timeout=ENDS_WITHIN_SECONDS)
        return demo.returncode if started else None

    def run(self) -> tuple[int, dict[str, Any]]:
        """To its end; exit status and answer."""
        demo = self.start()
        answer, _ = demo.communicate()
        return demo.returncode, json.loads(answer or "{}")

    @property
    def runs(self) -> int:
        """How often all purchases and sales were played; more than once when a kill came after the end."""
        return int(json.loads((self.home / "demo.json").read_text())["run"])

    def verify(self) -> int:
        """The exit status of `tallywright audit verify`."""
        command = [sys.executable, "-m", "cli", "audit", "verify"]
        environment = os.environ | {"TALLYWRIGHT_HOME": str(self.home)}
        return subprocess.run(command, env=environment, capture_output=True, check=False).returncode

    def _run_for_a_while(self) -> tuple[subprocess.Popen[str], float]:
        demo, after = self.start(), self.chance.uniform(0.5, LATEST_SECONDS)
        with suppress(subprocess.TimeoutExpired):
            demo.communicate(timeout=after)
        return demo, after


def _name(pid: int) -> str:
    return " ".join(Path(f"/proc/{pid}/cmdline").read_text().split("\0")[1:6])


def paid_obligations(home: Path) -> Counter[tuple[object, object]]:
    """How often the banks paid each payee each amount, their own old payment aside."""
    rows = [row for name in ("bank", "bank_b") for row in bank.payments(home / "sandbox" / name / "ledger.db")]
    return Counter((row["payee_iban"], row["amount"]) for row in rows if row["order_number"] != bank.KNOWN_ORDER_NUMBER)


@pytest.mark.behaviour("P10", "R1", "E1", "D1")
@pytest.mark.timeout(600 + 200 * KILLS)
def test_a_demo_killed_at_random_moments_and_started_again_ends_with_the_same_outcomes(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - moments to kill at, no secret
    demo = Demo(tmp_path / "home", free_ports(), chance)
    for _ in range(KILLS):
        assert demo.kill_one() != 0, f"seed {SEED}: {demo.log}"
        demo.kill_all()
    status, answer = demo.run()
    story = f"seed {SEED}: {demo.log}: {answer}"
    assert (status, answer["ok"]) == (0, True), story
    assert answer["bots"] == dict.fromkeys(
        ("payments_by_schedule", "statement_by_schedule", "changed_portal_healed", "failed_canary_parked"), True
    ), story
    expected = demo.runs * sum(purchase.ending is Ending.PAID for purchase in PURCHASES)
    paid = paid_obligations(demo.home)
    assert (len(paid), set(paid.values())) == (expected, {1}), story
    assert demo.verify() == 0, story
