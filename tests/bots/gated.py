"""A session on a tiny server whose POST /confirm is final."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bots.boundary import Boundary, origin_of, posts
from bots.browser import Browser
from bots.gate import CommitGate
from bots.session import Session
from tests.bots.fakes import FakeClaims, FakeEvidence, wall_clock
from tests.bots.tiny_server import Answer, Page, TinyServer, serving

FORM = '<form method="post" action="/confirm"><input name="amount" value="10"><button>Pay</button></form>'


@dataclass
class Gated:
    """The page `GET /` in a browser behind its gate."""

    session: Session
    site: TinyServer

    @property
    def gate(self) -> CommitGate:
        return self.session.gate

    @property
    def confirmed(self) -> int:
        """How many final requests really arrived."""
        return self.site.count("POST", "/confirm")

    async def open(self, claims: FakeClaims | None = None) -> None:
        """Gives the gate the right to send one final request."""
        holder = claims or FakeClaims()
        claim = await holder.claim()
        assert claim is not None
        self.gate.open(claim, holder)

    async def press(self) -> None:
        await self.session.page.get_by_role("button", name="Pay").click()

    async def sees(self, heading: str) -> None:
        await self.session.page.get_by_role("heading", name=heading).wait_for()

    async def sees_error_page(self) -> None:
        await self.session.page.wait_for_url("chrome-error://**")

    async def settled(self) -> None:
        """A request of the page's own, which the server answers after everything sent before it."""
        await self.session.page.evaluate("fetch('/', {cache: 'no-store'}).then(answer => answer.text())")


@asynccontextmanager
async def gated(browser: Browser, pages: dict[str, Answer | Page | None] | None = None) -> AsyncIterator[Gated]:
    """`pages` beside the form at `GET /`."""
    async with serving({"GET /": Answer(FORM), **(pages or {})}) as site:
        boundary = Boundary(frozenset({origin_of(site.url)}), final=posts("/confirm"), steps=posts("/(login|check|go)"))
        async with browser.open_session(boundary, FakeEvidence(), wall_clock) as session:
            await session.page.goto(site.url + "/")
            yield Gated(session, site)
