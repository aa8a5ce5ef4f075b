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


async def test_before_the_claim_an_upload_passes_with_its_file(browser: Browser) -> None:
    form = '<form method="post" action="/check" enctype="multipart/form-data"><input type="file" name="f" title="File">'
    pages = {"GET /": Answer(form + "<button>Pay</button></form>"), "POST /check": Answer("<h1>Checked</h1>")}
    async with gated(browser, {**pages}) as page:
        await page.session.page.get_by_title("File").set_input_files(
            {"name": "pain.xml", "mimeType": "text/xml", "buffer": b"<Document/>" * 4000}
        )
        await page.press()
        await page.sees("Checked")
        assert b"<Document/>" * 4000 in page.site.arrived[1].body


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
