"""The commit gate against a server that counts what really arrives."""

import asyncio
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from playwright.async_api import async_playwright

from bots.boundary import Boundary, RequestPattern, origin_of
from bots.browser import Browser
from bots.gate import CommitLost
from bots.session import Session
from models.portal import Claim
from tests.bots.fakes import FakeClaims, FakeEvidence, wall_clock
from tests.bots.tiny_server import Answer, Arrived, Page, TinyServer, serving

FORM = '<form method="post" action="/confirm"><input name="amount" value="10"><button>Pay</button></form>'


async def _drop(request: Arrived) -> None:
    return None


def _boundary(site: TinyServer) -> Boundary:
    return Boundary(origins=frozenset({origin_of(site.url)}), final=(RequestPattern("POST", "/confirm"),))


@asynccontextmanager
async def _session(browser: Browser, site: TinyServer) -> AsyncIterator[Session]:
    async with browser.open_session(_boundary(site), FakeEvidence(), wall_clock) as session:
        await session.page.goto(site.url + "/")
        yield session


async def _claim(claims: FakeClaims) -> Claim:
    claim = await claims.claim()
    assert claim is not None
    return claim


async def _press(session: Session, button: str = "Pay") -> None:
    await session.page.get_by_role("button", name=button).click()


async def _settled(session: Session) -> None:
    """A request of the page's own that the server answers after everything sent before it."""
    await session.page.evaluate("fetch('/', {cache: 'no-store'}).then(answer => answer.text())")


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


@pytest.mark.behaviour("R1")
async def test_when_the_connection_is_dropped_the_gate_has_sent_one_post(browser: Browser) -> None:
    async with serving({"GET /": Answer(FORM), "POST /confirm": _drop}) as site, _session(browser, site) as session:
        claims = FakeClaims()
        session.gate.open(await _claim(claims), claims)
        await _press(session)
        with pytest.raises(CommitLost, match="did not answer") as lost:
            await session.gate.answer()
        await session.page.wait_for_url("chrome-error://**")
        assert lost.value.sent
        assert site.count("POST", "/confirm") == 1


@pytest.mark.behaviour("R1")
async def test_when_nobody_listens_any_more_nothing_is_sent_twice(browser: Browser) -> None:
    async def drop_before_reading(request: Arrived) -> None:
        raise ConnectionResetError

    pages: dict[str, Answer | Page | None] = {"GET /": Answer(FORM), "POST /confirm": drop_before_reading}
    async with serving(pages) as site, _session(browser, site) as session:
        claims = FakeClaims()
        session.gate.open(await _claim(claims), claims)
        await _press(session)
        with pytest.raises(CommitLost):
            await session.gate.answer()
        assert site.count("POST", "/confirm") == 1


@pytest.mark.behaviour("R1")
async def test_given_a_claim_the_form_arrives_byte_for_byte_and_the_redirect_and_cookie_work(browser: Browser) -> None:
    pages: dict[str, Answer | Page | None] = {
        "GET /": Answer(FORM, headers=(("Set-Cookie", "sid=one; HttpOnly; Path=/"),)),
        "POST /confirm": Answer(status=303, headers=(("Location", "/done"), ("Set-Cookie", "sid=two; Path=/"))),
        "GET /done": Answer("<h1>Done</h1>"),
    }
    async with serving(pages) as site, _session(browser, site) as session:
        claims = FakeClaims()
        session.gate.open(await _claim(claims), claims)
        await _press(session)
        answer = await session.gate.answer()
        await session.page.get_by_role("heading", name="Done").wait_for()
        post, done = [request for request in site.arrived if request.path in ("/confirm", "/done")]
    assert answer.status == 303
    assert post.body == b"amount=10"
    assert post.headers["cookie"] == "sid=one"
    assert post.headers["content-type"] == "application/x-www-form-urlencoded"
    assert done.headers["cookie"] == "sid=two"


@pytest.mark.behaviour("R1")
async def test_given_a_double_click_one_post_arrives(browser: Browser) -> None:
    async with serving({"GET /": Answer(FORM), "POST /confirm": Answer("ok")}) as site:
        async with _session(browser, site) as session:
            claims = FakeClaims()
            session.gate.open(await _claim(claims), claims)
            await session.page.get_by_role("button", name="Pay").dblclick()
            await session.gate.answer()
            await session.page.get_by_text("ok").wait_for()
            await _settled(session)
            assert site.count("POST", "/confirm") == 1


async def _until(met: Callable[[], bool], session: Session) -> None:
    async with asyncio.timeout(10):
        while not met():
            await _settled(session)


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
    "shared worker": "new SharedWorker('/worker.js')",
}


@pytest.mark.behaviour("R1")
@pytest.mark.parametrize("script", SECOND_POSTS.values(), ids=SECOND_POSTS.keys())
async def test_after_the_click_a_second_post_of_the_page_is_stopped(browser: Browser, script: str) -> None:
    pages: dict[str, Answer | Page | None] = {
        "GET /": Answer(FORM),
        "GET /twice": Answer(FORM + "<script>document.forms[0].submit()</script>"),
        "GET /framed": Answer("<iframe src='/twice'></iframe>"),
        "GET /worker.js": Answer("fetch('/confirm', {method: 'POST'})", headers=(("Content-Type", "text/javascript"),)),
        "POST /confirm": Answer("<h1>Done</h1>"),
        "POST /transfer": Answer("ok"),
        "PUT /transfer": Answer("ok"),
    }
    async with serving(pages) as site, _session(browser, site) as session:
        claims = FakeClaims()
        session.gate.open(await _claim(claims), claims)
        await _press(session)
        await session.gate.answer()
        await session.page.get_by_role("heading", name="Done").wait_for()
        await session.page.evaluate(f"try {{ {script} }} catch (refused) {{ }}")
        await _until(lambda: bool(session.gate.blocked) or "shared" in script.lower(), session)
        for _ in range(10):
            await _settled(session)
        changing = [request for request in site.arrived if request.method not in ("GET", "HEAD")]
        assert len(changing) == 1


@pytest.mark.behaviour("R1")
async def test_before_the_claim_a_final_request_is_stopped_and_reported(browser: Browser) -> None:
    async with serving({"GET /": Answer(FORM)}) as site, _session(browser, site) as session:
        await _press(session)
        await session.page.wait_for_url("chrome-error://**")
        assert site.count("POST", "/confirm") == 0
        assert session.gate.breaches == ("POST /confirm",)


async def test_before_the_claim_other_forms_pass_with_their_redirects(browser: Browser) -> None:
    form = '<form method="post" action="/login"><input name="user" value="anna"><button>Pay</button></form>'
    pages: dict[str, Answer | Page | None] = {
        "GET /": Answer(form),
        "POST /login": Answer(status=303, headers=(("Location", "/home"),)),
        "GET /home": Answer("<h1>Home</h1>"),
    }
    async with serving(pages) as site, _session(browser, site) as session:
        await _press(session)
        await session.page.get_by_role("heading", name="Home").wait_for()
        assert site.arrived[1].body == b"user=anna"
        assert session.gate.blocked == session.gate.breaches == ()


async def test_before_the_claim_an_upload_passes_with_its_file(browser: Browser) -> None:
    form = '<form method="post" action="/check" enctype="multipart/form-data"><input type="file" name="f" title="File">'
    pages: dict[str, Answer | Page | None] = {
        "GET /": Answer(form + "<button>Pay</button></form>"),
        "POST /check": Answer("<h1>Checked</h1>"),
    }
    async with serving(pages) as site, _session(browser, site) as session:
        content = {"name": "pain.xml", "mimeType": "text/xml", "buffer": b"<Document/>" * 4000}
        await session.page.get_by_title("File").set_input_files(content)  # type: ignore[arg-type]
        await _press(session)
        await session.page.get_by_role("heading", name="Checked").wait_for()
        assert b"<Document/>" * 4000 in site.arrived[1].body


async def test_a_final_request_that_uploads_a_file_is_refused_because_the_file_would_be_lost(browser: Browser) -> None:
    form = (
        '<form method="post" action="/confirm" enctype="multipart/form-data"><input type="file" name="f" title="File">'
    )
    async with serving({"GET /": Answer(form + "<button>Pay</button></form>")}) as site:
        async with _session(browser, site) as session:
            content = {"name": "pain.xml", "mimeType": "text/xml", "buffer": b"<Document/>"}
            await session.page.get_by_title("File").set_input_files(content)  # type: ignore[arg-type]
            claims = FakeClaims()
            session.gate.open(await _claim(claims), claims)
            await _press(session)
            with pytest.raises(CommitLost, match="uploads a file"):
                await session.gate.answer()
            assert site.count("POST", "/confirm") == 0


def _lose(claims: FakeClaims) -> None:
    claims.held = False


def _break(claims: FakeClaims) -> None:
    raise OSError("the database is gone")


@pytest.mark.behaviour("R1")
@pytest.mark.parametrize(
    ("strike", "lasts", "told"),
    [
        (_lose, 20, "the claim was lost"),
        (_break, 20, "the last look at the claim failed"),
        (lambda claims: None, -1, "its deadline passed"),
    ],
    ids=["claim lost", "store gone", "deadline passed"],
)
async def test_when_the_last_look_says_no_nothing_goes_out(
    browser: Browser, strike: Callable[[FakeClaims], None], lasts: int, told: str
) -> None:
    async with serving({"GET /": Answer(FORM)}) as site, _session(browser, site) as session:
        claims = FakeClaims(timedelta(seconds=lasts))
        claims.on_last_look = lambda: strike(claims)
        session.gate.open(await _claim(claims), claims)
        await _press(session)
        with pytest.raises(CommitLost, match=told) as lost:
            await session.gate.answer()
        assert not lost.value.sent
        assert claims.looks == 1
        assert site.count("POST", "/confirm") == 0


async def test_when_the_right_was_taken_back_a_late_request_does_not_go_out(browser: Browser) -> None:
    async with serving({"GET /": Answer(FORM)}) as site, _session(browser, site) as session:
        claims = FakeClaims()
        session.gate.open(await _claim(claims), claims)
        assert session.gate.seal()
        await _press(session)
        await session.page.wait_for_url("chrome-error://**")
        assert site.count("POST", "/confirm") == claims.looks == 0


@pytest.mark.behaviour("R1")
async def test_when_the_worker_is_killed_between_click_and_gate_nothing_goes_out() -> None:
    """The driver must not let go of a stopped request when it loses the worker that stopped it."""
    async with serving({"GET /": Answer(FORM), "POST /confirm": Answer("paid")}) as site:
        worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.bots.dying_worker", site.url)
        assert await worker.wait() == -signal.SIGKILL
        async with asyncio.timeout(30):
            while site.connections:
                await asyncio.sleep(0.05)
        assert site.count("GET", "/") == 1
        assert site.count("POST", "/confirm") == 0


async def test_a_gate_is_opened_once(browser: Browser) -> None:
    async with serving({"GET /": Answer(FORM)}) as site, _session(browser, site) as session:
        claims = FakeClaims()
        claim = await _claim(claims)
        session.gate.open(claim, claims)
        with pytest.raises(RuntimeError, match="one gate serves one claim"):
            session.gate.open(claim, claims)


@pytest.mark.behaviour("R1")
@pytest.mark.parametrize("status", [307, 308])
async def test_when_the_answer_asks_to_send_the_request_again_it_is_not_sent_again(
    browser: Browser, status: int
) -> None:
    pages: dict[str, Answer | Page | None] = {
        "GET /": Answer(FORM),
        "POST /confirm": Answer(status=status, headers=(("Location", "/again"),)),
        "POST /again": Answer("paid again"),
    }
    async with serving(pages) as site, _session(browser, site) as session:
        claims = FakeClaims()
        session.gate.open(await _claim(claims), claims)
        await _press(session)
        with pytest.raises(CommitLost, match="asked to send the request again"):
            await session.gate.answer()
        await session.page.wait_for_url("chrome-error://**")
        assert site.count("POST", "/again") == 0


@pytest.mark.behaviour("R1")
async def test_before_the_claim_no_redirect_carries_a_form_to_the_final_request(browser: Browser) -> None:
    form = '<form method="post" action="/check"><button>Pay</button></form>'
    pages: dict[str, Answer | Page | None] = {
        "GET /": Answer(form),
        "POST /check": Answer(status=307, headers=(("Location", "/confirm"),)),
        "POST /confirm": Answer("paid"),
    }
    async with serving(pages) as site, _session(browser, site) as session:
        await _press(session)
        await session.page.wait_for_url("chrome-error://**")
        assert site.count("POST", "/confirm") == 0


@pytest.mark.behaviour("R12")
@pytest.mark.parametrize("way", ["picture", "form", "redirected form"])
async def test_nothing_goes_to_a_foreign_origin(browser: Browser, way: str) -> None:
    async with serving({"GET /": Answer("leak"), "POST /": Answer("leak")}) as stranger:
        pages: dict[str, Answer | Page | None] = {
            "GET /picture": Answer(f'<img src="{stranger.url}/">'),
            "GET /form": Answer(
                f'<form method="post" action="{stranger.url}/"><script>document.forms[0].submit()</script>'
            ),
            "GET /redirected form": Answer(
                '<form method="post" action="/go"><script>document.forms[0].submit()</script>'
            ),
            "POST /go": Answer(status=303, headers=(("Location", stranger.url + "/"),)),
        }
        pages = {name.replace("redirected form", "redirected%20form"): page for name, page in pages.items()}
        async with serving({"GET /": Answer(), **pages}) as site, _session(browser, site) as session:
            await session.page.evaluate("way => { location.href = '/' + way }", way)
            async with asyncio.timeout(10):
                while not session.gate.blocked:
                    await asyncio.sleep(0)
            assert stranger.arrived == []


@pytest.mark.behaviour("R12")
async def test_a_redirected_look_at_a_foreign_origin_is_reported(browser: Browser) -> None:
    async with serving({"GET /": Answer("leak")}) as stranger:
        pages: dict[str, Answer | Page | None] = {
            "GET /": Answer(),
            "GET /go": Answer(status=302, headers=(("Location", stranger.url + "/"),)),
        }
        async with serving(pages) as site, _session(browser, site) as session:
            await session.page.goto(site.url + "/go")
            assert session.gate.breaches == ("GET / (redirected)",)


@pytest.mark.behaviour("R12")
async def test_a_web_socket_is_refused(browser: Browser) -> None:
    async with serving({"GET /": Answer(), "GET /socket": Answer("leak")}) as site:
        async with _session(browser, site) as session:
            code = await session.page.evaluate(
                "new Promise(told => { new WebSocket(`ws://${location.host}/socket`).onclose = e => told(e.code) })"
            )
            assert code == 1008
            assert session.gate.blocked == ("WEBSOCKET /socket",)
            assert site.count("GET", "/socket") == 0
