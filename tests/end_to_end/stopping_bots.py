"""`python -m tests.end_to_end.stopping_bots`: the bots worker as it is, except that it stops itself (SIGSTOP) once at
the point named in TALLYWRIGHT_TEST_STOP_AT. The test then kills it or wakes it again."""

import os
import signal
import sys
import threading
from dataclasses import dataclass
from enum import StrEnum
from unittest.mock import patch

import cli
from activities import portal_bots
from models.portal import Claim, EvidenceStep

STOP_AT = "TALLYWRIGHT_TEST_STOP_AT"


class Point(StrEnum):
    BEFORE_CLAIM = "before_claim"
    """The confirmation page was read back; nothing is claimed."""
    CLAIMED = "claimed"
    """The claim is in the database; nothing is clicked."""
    AT_GATE = "at_gate"
    """The click was made; its request waits at the gate, which has not looked at the claim yet."""
    LET_OUT = "let_out"
    """The gate's last look is in the database; the request has not left."""
    ANSWERED = "answered"
    """The portal has answered; neither evidence nor Temporal know of it."""


def stop_at(point: Point) -> None:
    if os.environ.get(STOP_AT) == point:
        del os.environ[STOP_AT]
        # To this thread, so that it does not get a step further.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


@dataclass(frozen=True)
class StoppingClaims(portal_bots.StoreClaims):
    async def claim(self) -> Claim | None:
        stop_at(Point.BEFORE_CLAIM)
        taken = await super().claim()
        stop_at(Point.CLAIMED)
        return taken

    async def may_send(self, claim: Claim) -> bool:
        stop_at(Point.AT_GATE)
        granted = await super().may_send(claim)
        stop_at(Point.LET_OUT)
        return granted


@dataclass
class StoppingEvidence(portal_bots.StoreEvidence):
    async def record(self, step: EvidenceStep) -> None:
        if step.action.startswith("submitted"):
            stop_at(Point.ANSWERED)
        await super().record(step)


if __name__ == "__main__":
    sys.argv = ["tallywright", "worker", "--role", "bots"]
    with (
        patch.object(portal_bots, "StoreClaims", StoppingClaims),
        patch.object(portal_bots, "StoreEvidence", StoppingEvidence),
    ):
        cli.main()
