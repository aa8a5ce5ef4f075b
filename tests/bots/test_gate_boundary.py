"""What the gate lets through before the claim, and where it lets a page go at all."""

import asyncio

import pytest

from bots.browser import Browser
from tests.bots.gated import Gated, gated
from tests.bots.tiny_server import Answer, serving


@pytest.mark.behaviour("R1")
async def test_before_the_claim_a_final_request_is_stopped_and_reported(browser: Browser) -> None:
    async with gated(browser) as page:
        await page.press()
        await page.sees_error_page()
        assert page.confirmed == 0
        assert page.gate.breaches == ("POST /confirm",)


async def test_before_the_claim_other_forms_pass_with_their_redirects(browser: Browser) -> None:
    form = '<form method="post" action="/login"><input name="user" value="anna"><button>Pay</button></form>'
    to_home = Answer(status=303, headers=(("Location", "/home"),))
    pages = {"GET /": Answer(form), "POST /login": to_home, "GET /home": Answer("<h1>Home</h1>")}
    async with gated(browser, {**pages}) as page:
        await page.press()
        await page.sees("Home")
        assert page.site.arrived[1].body == b"user=anna"
        assert page.gate.blocked == page.gate.breaches == ()


@pytest.mark.behaviour("R1")
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_before_the_claim_a_changing_request_that_is_no_declared_step_is_stopped_and_reported(
    browser: Browser, method: str
) -> None:
    """So a portal whose final request moved to another address does not get it before the claim."""
    async with gated(browser, {f"{method} /confirm-2": Answer("paid")}) as page:
        await page.session.page.evaluate(
            "method => fetch('/confirm-2', {method, body: 'amount=10'}).catch(() => 0)", method
        )
        assert page.gate.breaches == (f"{method} /confirm-2",)
        assert page.site.count(method, "/confirm-2") == 0


@pytest.mark.behaviour("R1")
async def test_before_the_claim_no_redirect_carries_a_form_to_the_final_request(browser: Browser) -> None:
    """Chromium follows a redirect without asking the gate, and 307 keeps the POST."""
    pages = {
        "GET /": Answer('<form method="post" action="/check"><button>Pay</button></form>'),
        "POST /check": Answer(status=307, headers=(("Location", "/confirm"),)),
        "POST /confirm": Answer("paid"),
    }
    async with gated(browser, {**pages}) as page:
        await page.press()
        await page.sees_error_page()
        assert page.confirmed == 0


@pytest.mark.behaviour("R12")
@pytest.mark.parametrize("way", ["picture", "form", "redirected"])
async def test_nothing_goes_to_a_foreign_origin(browser: Browser, way: str) -> None:
    submit_at_once = "<script>document.forms[0].submit()</script>"
    async with serving({"GET /": Answer("leak"), "POST /": Answer("leak")}) as stranger:
        pages = {
            "GET /picture": Answer(f'<img src="{stranger.url}/">'),
            "GET /form": Answer(f'<form method="post" action="{stranger.url}/">{submit_at_once}'),
            "GET /redirected": Answer(f'<form method="post" action="/go">{submit_at_once}'),
            "POST /go": Answer(status=303, headers=(("Location", stranger.url + "/"),)),
        }
        async with gated(browser, {**pages}) as page:
            await page.session.page.evaluate("way => { location.href = '/' + way }", way)
            await _stopped(page)
            assert stranger.arrived == []


@pytest.mark.behaviour("R12")
async def test_a_look_that_is_redirected_to_a_foreign_origin_is_reported(browser: Browser) -> None:
    async with serving({"GET /": Answer("leak")}) as stranger:
        away = Answer(status=302, headers=(("Location", stranger.url + "/"),))
        async with gated(browser, {"GET /go": away}) as page:
            await page.session.page.goto(page.site.url + "/go")
            assert page.gate.breaches == ("GET / (redirected)",)


@pytest.mark.behaviour("R12")
async def test_a_web_socket_is_refused(browser: Browser) -> None:
    async with gated(browser, {"GET /socket": Answer("leak")}) as page:
        code = await page.session.page.evaluate(
            "new Promise(told => { new WebSocket(`ws://${location.host}/socket`).onclose = e => told(e.code) })"
        )
        assert code == 1008
        assert page.gate.blocked == ("WEBSOCKET /socket",)
        assert page.site.count("GET", "/socket") == 0


async def _stopped(page: Gated) -> None:
    async with asyncio.timeout(10):
        while not page.gate.blocked:
            await page.session.page.wait_for_event("requestfailed")
