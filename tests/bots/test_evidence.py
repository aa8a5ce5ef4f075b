"""What a bot keeps of a page holds no secret. The canary is planted everywhere a portal can show it."""

import pytest
from pydantic import SecretStr

from bots.boundary import Boundary
from bots.browser import Browser
from bots.evidence import TALLEST_PICTURE, visible_text
from models.portal import PortalUnavailable
from tests.bots.fakes import FakeEvidence, wall_clock
from tests.bots.tiny_server import Answer, serving
from tests.bots.tiny_server import Page as Served

pytestmark = pytest.mark.behaviour("R8")
CANARY = SecretStr("canary-4711-secret")
NOWHERE = Boundary(frozenset())

FORM = """<style>body, input {{ font: 40px monospace; background: #fff; color: #000 }}</style>
<label>Login <input value="anna"></label><label>PIN <input type="{kind}"></label>
<p id="echo">{echo}</p><iframe srcdoc="{framed}" width="800" height="200"></iframe>"""


async def picture_of(browser: Browser, secret: str, kind: str = "password", echo: str = "", framed: str = "") -> bytes:
    """The recorded screenshot of a page on which `secret` was typed; `echo` and `framed` show it, too."""
    evidence = FakeEvidence()
    async with browser.open_session(NOWHERE, evidence, wall_clock) as session:
        html = FORM.format(kind=kind, echo=echo.format(secret), framed=framed.format(secret))
        await session.page.set_content(html)
        await session.type_secret(session.page.get_by_label("PIN"), SecretStr(secret))
        await session.page.get_by_label("Login").focus()
        await session.record("typed")
    (step,) = evidence.steps
    assert step.screenshot is not None
    return step.screenshot


@pytest.mark.parametrize(
    "shown",
    [
        {"kind": "password"},
        {"kind": "text"},
        {"echo": "PIN {} accepted"},
        {"framed": "<p>PIN {} accepted</p>"},
    ],
    ids=["password field", "text field", "echoed on the page", "echoed in a frame"],
)
async def test_the_picture_is_the_same_whatever_the_secret_is(browser: Browser, shown: dict[str, str]) -> None:
    """Two secrets of one length: were any of it visible, the pictures would differ."""
    assert await picture_of(browser, "canary-4711", **shown) == await picture_of(browser, "secret-0815", **shown)


async def test_a_password_field_that_the_portal_filled_itself_is_painted_over(browser: Browser) -> None:
    pictures = []
    for value in ("short", "much longer than that"):
        evidence = FakeEvidence()
        async with browser.open_session(NOWHERE, evidence, wall_clock) as session:
            await session.page.set_content(f'<input type="password" value="{value}">')
            await session.record("opened")
        pictures.append(evidence.steps[0].screenshot)
    assert pictures[0] == pictures[1]


async def test_action_target_and_digest_hold_no_secret(browser: Browser) -> None:
    digests = []
    for secret in (CANARY, SecretStr("another-of-same-len")):
        evidence = FakeEvidence()
        async with browser.open_session(NOWHERE, evidence, wall_clock) as session:
            await session.page.set_content(f'<input aria-label="PIN"><p>You typed {secret.get_secret_value()}</p>')
            await session.type_secret(session.page.get_by_label("PIN"), secret)
            await session.record(f"typed {secret.get_secret_value()}", f"field {secret.get_secret_value()}")
        (step,) = evidence.steps
        assert secret.get_secret_value() not in step.action + step.target
        digests.append(step.text_digest)
    assert digests[0] == digests[1]


async def test_an_error_while_typing_a_secret_does_not_tell_it(browser: Browser) -> None:
    """Playwright's own message repeats what it was about to type."""
    async with browser.open_session(NOWHERE, FakeEvidence(), wall_clock) as session:
        session.page.set_default_timeout(200)
        await session.page.set_content('<input aria-label="PIN" disabled>')
        with pytest.raises(PortalUnavailable, match="could not be typed") as failed:
            await session.type_secret(session.page.get_by_label("PIN"), CANARY)
    assert CANARY.get_secret_value() not in str(failed.value)
    assert failed.value.__cause__ is failed.value.__context__ is None


async def test_the_digest_covers_the_text_of_every_frame(browser: Browser) -> None:
    pages: dict[str, Answer | Served | None] = {
        "GET /": Answer("<frameset cols='50%,*'><frame src='/left'><frame src='/right'></frameset>"),
        "GET /left": Answer("<p>balance</p><p style='display:none'>hidden</p>"),
        "GET /right": Answer("<iframe srcdoc='<b>12,50 EUR</b>'></iframe>"),
    }
    async with serving(pages) as site:
        boundary = Boundary(frozenset({site.url}))
        async with browser.open_session(boundary, FakeEvidence(), wall_clock) as session:
            await session.page.goto(site.url + "/")
            text = await visible_text(session.page)
    assert "balance" in text
    assert "12,50 EUR" in text
    assert "hidden" not in text


async def test_without_durable_evidence_the_bot_does_not_go_on(browser: Browser) -> None:
    async with browser.open_session(NOWHERE, FakeEvidence(fails_at="opened"), wall_clock) as session:
        with pytest.raises(OSError, match="no space left"):
            await session.record("opened")


async def test_of_a_page_without_end_the_picture_shows_the_top_and_the_digest_covers_all(browser: Browser) -> None:
    digests, heights = [], []
    for last in ("one", "two"):
        evidence = FakeEvidence()
        async with browser.open_session(NOWHERE, evidence, wall_clock) as session:
            await session.page.set_content(f'<div style="height: 60000px">top</div><p>{last}</p>')
            await session.record("opened")
        (step,) = evidence.steps
        assert step.screenshot is not None
        digests.append(step.text_digest)
        heights.append(int.from_bytes(step.screenshot[20:24], "big"))
    assert heights == [TALLEST_PICTURE] * 2
    assert digests[0] != digests[1]


async def test_an_empty_window_that_a_page_opens_does_not_take_the_place_of_the_portal(browser: Browser) -> None:
    evidence = FakeEvidence()
    pages: dict[str, Answer | Served | None] = {"GET /": Answer("<p>Order 1 executed</p>")}
    async with serving(pages) as site:
        boundary = Boundary(frozenset({site.url}))
        async with browser.open_session(boundary, evidence, wall_clock) as session:
            await session.page.goto(site.url + "/")
            await session.record("before")
            async with session.page.expect_popup():
                await session.page.evaluate("window.open('about:blank')")
            await session.record("after")
    before, after = evidence.steps
    assert before.text_digest == after.text_digest
