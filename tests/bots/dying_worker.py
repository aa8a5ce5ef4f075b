"""`python -m tests.bots.dying_worker URL`: a worker that is killed between its click and the gate's last look."""

import asyncio
import os
import signal
import sys

from bots.boundary import Boundary, origin_of, posts
from bots.browser import Browser
from tests.bots.fakes import FakeClaims, FakeEvidence, wall_clock


async def main(url: str) -> None:
    boundary = Boundary(frozenset({origin_of(url)}), final=posts("/confirm"))
    claims = FakeClaims()
    claims.on_last_look = lambda: os.kill(os.getpid(), signal.SIGKILL)
    async with Browser() as browser, browser.open_session(boundary, FakeEvidence(), wall_clock) as session:
        await session.page.goto(url + "/")
        claim = await claims.claim()
        assert claim is not None
        session.gate.open(claim, claims)
        await session.page.get_by_role("button", name="Pay").click()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
