"""One browser for many cases: none sees another, and the next case does not suffer from a dead browser."""

import asyncio
import os
import signal

import pytest
from playwright.async_api import Error as PlaywrightError

from bots import browser as browser_module
from bots.boundary import Boundary
from bots.browser import Browser
from bots.session import Session
from chaos.processes import children, named
from models.portal import PortalUnavailable
from tests.bots.fakes import FakeEvidence, wall_clock
from tests.bots.tiny_server import Answer, serving

NOWHERE = Boundary(frozenset())


@pytest.mark.behaviour("R12")
async def test_a_case_sees_nothing_of_the_case_before(browser: Browser) -> None:
    pages = {"GET /": Answer("hello", headers=(("Set-Cookie", "sid=one; Path=/"),))}
    async with serving({**pages}) as site:
        boundary = Boundary(frozenset({site.url}))
        for _ in range(2):
            async with browser.open_session(boundary, FakeEvidence(), wall_clock) as session:
                await session.page.goto(site.url + "/")
        assert ["cookie" in request.headers for request in site.arrived] == [False, False]


async def test_after_the_browser_has_died_the_next_case_gets_a_new_one() -> None:
    async with Browser() as browser:
        async with browser.open_session(NOWHERE, FakeEvidence(), wall_clock) as session:
            await _crashed(session)
        async with browser.open_session(NOWHERE, FakeEvidence(), wall_clock) as session:
            await session.page.set_content("<h1>alive</h1>")
            assert await session.page.get_by_role("heading").inner_text() == "alive"


async def _crashed(session: Session) -> None:
    chromium = session.page.context.browser
    assert chromium is not None
    gone = asyncio.Event()
    chromium.on("disconnected", lambda browser: gone.set())
    await (await chromium.new_browser_cdp_session()).send("Browser.close")
    await gone.wait()


async def test_after_the_driver_has_been_killed_the_next_but_one_case_gets_a_new_browser() -> None:
    known = children(os.getpid())
    async with Browser() as browser:
        async with browser.open_session(NOWHERE, FakeEvidence(), wall_clock):
            (driver,) = named(set(children(os.getpid())) - set(known), "node")
            os.kill(driver, signal.SIGKILL)
        with pytest.raises(PortalUnavailable, match="started anew"):
            await browser.new_session(NOWHERE, FakeEvidence(), wall_clock)
        async with browser.open_session(NOWHERE, FakeEvidence(), wall_clock) as session:
            await session.page.set_content("<h1>alive</h1>")
            assert await session.page.get_by_role("heading").inner_text() == "alive"


async def test_a_browser_that_is_not_there_makes_the_portal_unavailable() -> None:
    browser = Browser("/nowhere/chromium")
    with pytest.raises(PortalUnavailable, match="Chromium did not start"):
        await browser.start()
    await browser.stop()


async def test_stopping_twice_is_no_error() -> None:
    browser = Browser()
    await browser.start()
    await browser.stop()
    await browser.stop()


@pytest.mark.behaviour("R12")
async def test_a_browser_that_knows_its_hosts_follows_no_redirect_elsewhere() -> None:
    async with serving({"GET /": Answer("leak")}) as stranger:
        elsewhere = stranger.url.replace("127.0.0.1", "localhost")
        pages = {"GET /go": Answer(status=302, headers=(("Location", elsewhere + "/"),)), "GET /": Answer("home")}
        async with serving({**pages}) as site, Browser(hosts=["127.0.0.1"]) as browser:
            boundary = Boundary(frozenset({site.url}))
            async with browser.open_session(boundary, FakeEvidence(), wall_clock) as session:
                await session.page.goto(site.url + "/")
                with pytest.raises(PlaywrightError, match="ERR_NAME_NOT_RESOLVED"):
                    await session.page.goto(site.url + "/go")
        assert stranger.arrived == []


async def test_a_browser_that_hangs_makes_the_portal_unavailable_and_is_started_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(browser_module, "SESSION_TIMEOUT", 0.0)
    async with Browser() as browser:
        with pytest.raises(PortalUnavailable, match="started anew"):
            await browser.new_session(NOWHERE, FakeEvidence(), wall_clock)
        monkeypatch.undo()
        async with browser.open_session(NOWHERE, FakeEvidence(), wall_clock) as session:
            assert session.page.url == "about:blank"


@pytest.mark.behaviour("R4")
async def test_after_so_many_cases_a_new_browser_takes_over_and_the_old_one_ends_with_its_last_case() -> None:
    async with Browser(cases=2) as browser:
        first = await browser.new_session(NOWHERE, FakeEvidence(), wall_clock)
        old = first.page.context.browser
        assert old is not None
        gone = asyncio.Event()
        old.on("disconnected", lambda _: gone.set())
        used = []
        for _ in range(3):
            async with browser.open_session(NOWHERE, FakeEvidence(), wall_clock) as session:
                used.append(session.page.context.browser is old)
        assert used == [True, False, False]
        assert old.is_connected(), "a case is still open in it"
        await first.page.set_content("<h1>still here</h1>")
        await first.close()
        await gone.wait()
