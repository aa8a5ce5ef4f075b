"""The commit gate against a server that counts what really arrives: one final request of a claim, and no second."""

import asyncio
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.async_api import async_playwright

from bots.browser import Browser
from bots.gate import CommitLost
from tests.bots.fakes import FakeClaims
from tests.bots.gated import FORM, gated
from tests.bots.tiny_server import Answer, Arrived, Page, serving

pytestmark = pytest.mark.behaviour("R1")


async def _drop(request: Arrived) -> None:
    """Takes the request and closes the connection without an answer."""


async def _reset(request: Arrived) -> None:
    raise ConnectionResetError


async def test_without_the_gate_one_click_sends_two_posts_when_the_connection_is_dropped() -> None:
    """The hazard itself: Chromium repeats a POST on a kept-alive connection. If this fails, the gate lost a reason."""
    async with serving({"GET /": Answer(FORM), "POST /confirm": _drop}) as site, async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await chromium.new_page()
        await page.goto(site.url + "/")
        await page.get_by_role("button", name="Pay").click()
        await page.wait_for_url("chrome-error://**")
        await chromium.close()
        assert site.count("POST", "/confirm") >= 2


@pytest.mark.parametrize("dropping", [_drop, _reset], ids=["after taking it", "with an error"])
async def test_when_the_connection_is_dropped_one_post_was_sent(browser: Browser, dropping: Page) -> None:
    async with gated(browser, {"POST /confirm": dropping}) as page:
        await page.open()
        await page.press()
        with pytest.raises(CommitLost, match="did not answer") as lost:
            await page.gate.answer()
        await page.sees_error_page()
        assert lost.value.sent
        assert page.confirmed == 1


async def test_the_form_arrives_byte_for_byte_and_redirect_and_cookie_work(browser: Browser) -> None:
    pages = {
        "GET /": Answer(FORM, headers=(("Set-Cookie", "sid=one; HttpOnly; Path=/"),)),
        "POST /confirm": Answer(status=303, headers=(("Location", "/done"), ("Set-Cookie", "sid=two; Path=/"))),
        "GET /done": Answer("<h1>Done</h1>"),
    }
    async with gated(browser, {**pages}) as page:
        await page.open()
        await page.press()
        answer = await page.gate.answer()
        await page.sees("Done")
        post, done = (request for request in page.site.arrived if request.path in ("/confirm", "/done"))
    assert answer.status == 303
    assert post.body == b"amount=10"
    assert post.headers["cookie"] == "sid=one"
    assert post.headers["content-type"] == "application/x-www-form-urlencoded"
    assert done.headers["cookie"] == "sid=two"


async def test_given_a_double_click_one_post_arrives(browser: Browser) -> None:
    async with gated(browser, {"POST /confirm": Answer("<h1>Done</h1>")}) as page:
        await page.open()
        await page.session.page.get_by_role("button", name="Pay").dblclick()
        await page.gate.answer()
        await page.sees("Done")
        await page.settled()
        assert page.confirmed == 1


SECOND_POSTS = {
    "fetch": "fetch('/confirm', {method: 'POST', body: 'amount=10'}).catch(() => 0)",
    "put": "fetch('/transfer', {method: 'PUT', body: 'amount=10'}).catch(() => 0)",
    "other path": "fetch('/transfer', {method: 'POST', body: 'amount=10'}).catch(() => 0)",
    "keepalive": "fetch('/confirm', {method: 'POST', keepalive: true, body: 'amount=10'}).catch(() => 0)",
    "xhr": "const x = new XMLHttpRequest(); x.open('POST', '/confirm'); x.send('amount=10')",
    "beacon": "navigator.sendBeacon('/confirm', 'amount=10')",
    "link ping": "const a = document.createElement('a'); a.href = '#x'; a.ping = '/confirm';"
    "document.body.append(a); a.click()",
    "frame": "const f = document.createElement('iframe'); f.src = '/twice'; document.body.append(f)",
    "nested frame": "const f = document.createElement('iframe'); f.src = '/framed'; document.body.append(f)",
    "pop-up": "window.open('/twice')",
    "worker": "new Worker('/worker.js')",
}
SECOND_PAGES = {
    "POST /confirm": Answer("<h1>Done</h1>"),
    "GET /twice": Answer(FORM + "<script>document.forms[0].submit()</script>"),
    "GET /framed": Answer("<iframe src='/twice'></iframe>"),
    "GET /worker.js": Answer("fetch('/confirm', {method: 'POST'})", headers=(("Content-Type", "text/javascript"),)),
}


@pytest.mark.parametrize("script", SECOND_POSTS.values(), ids=SECOND_POSTS.keys())
async def test_after_the_click_a_second_post_of_the_page_is_stopped(browser: Browser, script: str) -> None:
    async with gated(browser, {**SECOND_PAGES}) as page:
        await page.open()
        await page.press()
        await page.gate.answer()
        await page.sees("Done")
        await page.session.page.evaluate(script)
        async with asyncio.timeout(10):
            while not page.gate.blocked:
                await page.settled()
        await page.settled()
        assert [request.path for request in page.site.arrived if request.method != "GET"] == ["/confirm"]


async def test_a_page_cannot_hide_a_second_post_in_a_shared_worker(browser: Browser) -> None:
    """What a shared worker sends comes by no gate, so pages have none."""
    async with gated(browser, {**SECOND_PAGES}) as page:
        assert await page.session.page.evaluate("typeof SharedWorker") == "undefined"


def _lose(claims: FakeClaims) -> None:
    claims.held = False


def _break(claims: FakeClaims) -> None:
    raise OSError("the database is gone")


def _nothing(claims: FakeClaims) -> None:
    """The claim is fine; only its deadline has passed."""


@pytest.mark.parametrize(
    ("strike", "lasts", "told"),
    [
        (_lose, 20, "the claim was lost"),
        (_break, 20, "the last look at the claim failed"),
        (_nothing, -1, "its deadline passed"),
    ],
    ids=["claim lost", "store gone", "deadline passed"],
)
async def test_when_the_last_look_says_no_nothing_goes_out(
    browser: Browser, strike: Callable[[FakeClaims], None], lasts: int, told: str
) -> None:
    claims = FakeClaims(timedelta(seconds=lasts))
    claims.on_last_look = lambda: strike(claims)
    async with gated(browser) as page:
        await page.open(claims)
        await page.press()
        with pytest.raises(CommitLost, match=told) as lost:
            await page.gate.answer()
        assert not lost.value.sent
        assert claims.looks == 1
        assert page.confirmed == 0


async def test_when_the_right_was_taken_back_a_late_request_does_not_go_out(browser: Browser) -> None:
    claims = FakeClaims()
    async with gated(browser) as page:
        await page.open(claims)
        assert page.gate.seal()
        await page.press()
        await page.sees_error_page()
        assert page.confirmed == claims.looks == 0


async def test_when_the_worker_is_killed_between_click_and_gate_nothing_goes_out() -> None:
    """The driver must not let go of a stopped request when it loses the worker that stopped it."""
    async with serving({"GET /": Answer(FORM), "POST /confirm": Answer("paid")}) as site:
        worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.bots.dying_worker", site.url)
        assert await worker.wait() == -signal.SIGKILL
        async with asyncio.timeout(30):
            await site.deserted()
        assert site.count("GET", "/") == 1
        assert site.count("POST", "/confirm") == 0


async def test_a_gate_is_opened_once(browser: Browser) -> None:
    async with gated(browser) as page:
        await page.open()
        with pytest.raises(RuntimeError, match="one gate serves one claim"):
            await page.open()


@pytest.mark.parametrize("status", [307, 308])
async def test_when_the_answer_asks_to_send_the_request_again_it_is_not_sent_again(
    browser: Browser, status: int
) -> None:
    again = Answer(status=status, headers=(("Location", "/again"),))
    async with gated(browser, {"POST /confirm": again, "POST /again": Answer("paid again")}) as page:
        await page.open()
        await page.press()
        with pytest.raises(CommitLost, match="asked to send the request again"):
            await page.gate.answer()
        await page.sees_error_page()
        assert page.site.count("POST", "/again") == 0
