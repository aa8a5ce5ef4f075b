"""The smallest portal with a confirmation page, and the bot for it."""

from collections.abc import Awaitable, Callable

from bots.action import PortalAction
from bots.boundary import Boundary, origin_of, posts
from bots.locators import shown_fields
from bots.readback import ConfirmationReading, Expectations, Text
from bots.session import Session
from models.portal import PortalState, ProbeResult
from tests.bots.fakes import wall_clock
from tests.bots.tiny_server import Answer, Page

CONFIRMATION = """<table><tr><th>Payee</th><td>Anna</td></tr></table>
<form method="post" action="/confirm"><input name="payee" value="Anna"><button>Pay</button></form>"""

PAGES: dict[str, Answer | Page | None] = {
    "GET /": Answer(CONFIRMATION),
    "POST /confirm": Answer("<h1>Paid</h1>"),
}


class TinyPayment(PortalAction[str]):
    """Pays the payee whose name is the content. `on_prepare` and `on_answer` let a test strike."""

    name = "tiny"

    def __init__(self, url: str) -> None:
        self.boundary = Boundary(frozenset({origin_of(url)}), final=posts("/confirm"))
        self.url = url
        self.on_prepare: Callable[[Session], Awaitable[None]] = _nothing
        self.on_answer: Callable[[Session], Awaitable[None]] = _nothing

    def expectations(self, content: str) -> Expectations:
        return {"Payee": Text(content)}

    async def prepare(self, session: Session, content: str) -> None:
        await session.page.goto(self.url + "/")
        await self.on_prepare(session)

    async def read_confirmation(self, session: Session) -> ConfirmationReading:
        return await shown_fields(session.page)

    async def press(self, session: Session) -> None:
        await session.page.get_by_role("button", name="Pay").click()

    async def read_answer(self, session: Session) -> str:
        await self.on_answer(session)
        return await session.page.get_by_role("heading").inner_text()

    async def probe(self, session: Session, content: str) -> ProbeResult:
        await session.page.goto(self.url + "/")
        return ProbeResult(state=PortalState.UNKNOWN, probed_at=wall_clock())


async def _nothing(session: Session) -> None:
    return None
