"""Reads heal and say so; the final action leans on two ways to one element, or does not happen."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator

from bots.boundary import Boundary
from bots.browser import Browser
from bots.session import Session
from bots.ways import FOUND_ANOTHER_WAY, agreed, found
from models.portal import PortalUnavailable
from tests.bots.fakes import FakeEvidence, wall_clock

pytestmark = pytest.mark.behaviour("R6")
NOWHERE = Boundary(frozenset())
PAGE = "<form action=/pay><button {pay}>Pay</button><button type=button title=cancel>Cancel</button></form>"


class Desk:
    def __init__(self, session: Session, evidence: FakeEvidence) -> None:
        self.session = session
        self.evidence = evidence

    async def show(self, html: str) -> None:
        await self.session.page.set_content(html)

    @property
    def ways(self) -> dict[str, Locator]:
        page = self.session.page
        return {
            "words": page.get_by_role("button", name="Pay"),
            "form": page.locator("form[action$='/pay'] [type=submit]"),
            "hint": page.get_by_title("pay now"),
        }


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser) -> AsyncIterator[Desk]:
    evidence = FakeEvidence()
    async with browser.open_session(NOWHERE, evidence, wall_clock) as session:
        session.page.set_default_timeout(500)
        yield Desk(session, evidence)


WHOLE = PAGE.format(pay="type=submit title='pay now'")
DRIFTED = {
    "another word": WHOLE.replace(">Pay<", ">Send<"),
    "another form": WHOLE.replace("/pay", "/transfer"),
    "another hint": WHOLE.replace("pay now", "go"),
}
IN_DOUBT = {
    "one way alone": WHOLE.replace(">Pay<", ">Send<").replace("pay now", "go"),
    "ways to two elements": PAGE.format(pay="type=submit").replace("title=cancel", "title='pay now'"),
    "two buttons of that name": WHOLE.replace("</form>", "<button>Pay</button></form>").replace("pay now", "go"),
    "what is not shown": WHOLE.replace("<button type=submit", "<button style='display: none' type=submit"),
}


@pytest.mark.parametrize("html", [WHOLE, *DRIFTED.values()], ids=["whole", *DRIFTED])
async def test_two_ways_to_one_element_are_enough_to_act(desk: Desk, html: str) -> None:
    await desk.show(html)
    element = await agreed("the button", **desk.ways)
    assert await element.get_attribute("type") == "submit"


@pytest.mark.parametrize("html", IN_DOUBT.values(), ids=IN_DOUBT)
async def test_in_any_doubt_nothing_is_pressed(desk: Desk, html: str) -> None:
    await desk.show(html)
    with pytest.raises((PortalUnavailable, PlaywrightError), match=r"not certain|Timeout"):
        await agreed("the button", **desk.ways)


async def test_a_read_goes_the_first_way_and_leaves_no_word(desk: Desk) -> None:
    await desk.show(WHOLE)
    assert await (await found(desk.session, "the button", **desk.ways)).inner_text() == "Pay"
    assert desk.evidence.actions == []


async def test_a_read_heals_by_the_next_way_and_says_so(desk: Desk) -> None:
    await desk.show(DRIFTED["another word"])
    assert await (await found(desk.session, "the button", **desk.ways)).inner_text() == "Send"
    (step,) = desk.evidence.steps
    assert (step.action, step.target) == (FOUND_ANOTHER_WAY, "the button: by form, no longer by words")
    assert step.screenshot


async def test_where_no_way_leads_to_one_element_a_read_stops(desk: Desk) -> None:
    await desk.show("<button>Pay</button><button>Pay</button>")
    with pytest.raises(PortalUnavailable, match="no way leads to one button"):
        await found(desk.session, "button", **desk.ways)
