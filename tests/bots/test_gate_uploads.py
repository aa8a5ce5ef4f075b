"""Uploads through the gate: whole, once, and only what was declared."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bots.browser import Browser
from bots.gate import CommitLost
from bots.uploads import Upload
from tests.bots.gated import Gated, gated
from tests.bots.tiny_server import Answer, Arrived, Page

pytestmark = pytest.mark.behaviour("R1")

CONTENT = b"<Document>\r\n--not-a-boundary\r\n\r\n\xff</Document>" * 1000
FILE = Upload("TW0001.xml", "text/xml", CONTENT)
AS_FORM = """<form method="post" action="/confirm" enctype="multipart/form-data"><input name="kind" value="SEPA ü">
<input type="file" name="f" title="File"><input type="file" name="none"><input name="last" value="">
<button>Pay</button></form>"""
AS_FETCH = """<input type="file" title="File"><button onclick="
  const data = new FormData(), [file] = document.querySelector('input').files;
  data.append('kind', 'SEPA ü'); data.append('f', file);
  fetch('/confirm', {method: 'POST', body: data}).then(() => document.body.innerHTML = '<h1>Done</h1>')
">Pay</button>"""
AS_BODY = """<input type="file" title="File"><button onclick="
  fetch('/confirm', {method: 'POST', body: document.querySelector('input').files[0]})
    .then(() => document.body.innerHTML = '<h1>Done</h1>')
">Pay</button>"""
CHANGED = """<input type="file" title="File"><button onclick="
  const data = new FormData(); data.append('f', new Blob(['other']), 'TW0001.xml');
  fetch('/confirm', {method: 'POST', body: data}).catch(() => 0)
">Pay</button>"""
LEFT_OUT = """<input type="file" title="File"><form method="post" action="/confirm" enctype="multipart/form-data">
<input type="file" name="other"><button>Pay</button></form>"""


@asynccontextmanager
async def uploading(browser: Browser, html: str, answer: Answer | Page | None = None) -> AsyncIterator[Gated]:
    done: Answer | Page = answer or Answer("<h1>Done</h1>")
    async with gated(browser, {"GET /": Answer(html), "POST /confirm": done, "POST /check": done}) as page:
        yield page


async def as_bytes(page: Gated, folder: Path) -> None:
    """The bot's own way: the page gets the bytes, and the gate knows them."""
    await page.session.choose_file(page.session.page.get_by_title("File"), FILE)


async def as_path(page: Gated, folder: Path) -> None:
    """A file on disk, which the browser's driver leaves out of the body that it shows."""
    page.gate.declare_upload(FILE)
    file = folder / FILE.name
    file.write_bytes(FILE.content)
    await page.session.page.get_by_title("File").set_input_files(file)


WAYS = pytest.mark.parametrize("choose", [as_bytes, as_path], ids=["given as bytes", "given as a path"])
Choice = Callable[[Gated, Path], Awaitable[None]]


def parts_of(request: Arrived) -> list[bytes]:
    boundary = request.headers["content-type"].partition("boundary=")[2].encode()
    assert request.body.endswith(b"--" + boundary + b"--\r\n")
    return (b"\r\n" + request.body).split(b"\r\n--" + boundary)[1:-1]


@WAYS
async def test_a_final_upload_of_a_form_arrives_whole_with_all_its_parts(
    browser: Browser, choose: Choice, tmp_path: Path
) -> None:
    async with uploading(browser, AS_FORM) as page:
        await choose(page, tmp_path)
        await page.open()
        await page.press()
        assert (await page.gate.answer()).status == 200
        await page.sees("Done")
        post = page.site.arrived[-1]
    kind, file, none, last = parts_of(post)
    assert kind.endswith("\r\n\r\nSEPA ü".encode())
    assert b'name="f"; filename="TW0001.xml"\r\nContent-Type: text/xml\r\n\r\n' in file
    assert file.endswith(b"\r\n\r\n" + CONTENT)
    assert b'filename=""' in none
    assert last.endswith(b'name="last"\r\n\r\n')
    assert int(post.headers["content-length"]) == len(post.body)
    assert page.confirmed == 1


@WAYS
async def test_a_final_upload_by_fetch_arrives_whole(browser: Browser, choose: Choice, tmp_path: Path) -> None:
    async with uploading(browser, AS_FETCH) as page:
        await choose(page, tmp_path)
        await page.open()
        await page.press()
        await page.gate.answer()
        await page.sees("Done")
        kind, file = parts_of(page.site.arrived[-1])
    assert kind.endswith("SEPA ü".encode())
    assert file.endswith(b"\r\n\r\n" + CONTENT)


async def test_a_file_that_is_the_body_itself_arrives_byte_for_byte(browser: Browser, tmp_path: Path) -> None:
    async with uploading(browser, AS_BODY) as page:
        await as_bytes(page, tmp_path)
        await page.open()
        await page.press()
        await page.gate.answer()
        await page.sees("Done")
        assert page.site.arrived[-1].body == CONTENT


@WAYS
async def test_an_upload_on_the_way_to_the_confirmation_arrives_whole(
    browser: Browser, choose: Choice, tmp_path: Path
) -> None:
    async with uploading(browser, AS_FORM.replace("/confirm", "/check")) as page:
        await choose(page, tmp_path)
        await page.press()
        await page.sees("Done")
        assert parts_of(page.site.arrived[-1])[1].endswith(b"\r\n\r\n" + CONTENT)
        assert page.gate.blocked == page.gate.breaches == ()


async def test_redirect_and_cookies_of_an_upload_are_kept(browser: Browser, tmp_path: Path) -> None:
    pages: dict[str, Answer | Page | None] = {
        "GET /": Answer(AS_FORM, headers=(("Set-Cookie", "sid=one; HttpOnly; Path=/"),)),
        "POST /confirm": Answer(status=303, headers=(("Location", "/done"), ("Set-Cookie", "sid=two; Path=/"))),
        "GET /done": Answer("<h1>Done</h1>"),
    }
    async with gated(browser, pages) as page:
        await as_bytes(page, tmp_path)
        await page.open()
        await page.press()
        assert (await page.gate.answer()).status == 303
        await page.sees("Done")
        post, done = page.site.arrived[-2:]
    assert (post.headers["cookie"], done.path, done.headers["cookie"]) == ("sid=one", "/done", "sid=two")


async def test_when_the_connection_is_dropped_the_upload_was_sent_once(browser: Browser, tmp_path: Path) -> None:
    async def drop(request: Arrived) -> None:
        """Takes the file and closes the connection without an answer."""

    async with uploading(browser, AS_FORM, drop) as page:
        await as_bytes(page, tmp_path)
        await page.open()
        await page.press()
        with pytest.raises(CommitLost, match="did not answer") as lost:
            await page.gate.answer()
        await page.sees_error_page()
        assert lost.value.sent
        assert page.confirmed == 1


@pytest.mark.parametrize(
    ("html", "told"),
    [(CHANGED, "changed 'TW0001.xml'"), (LEFT_OUT, "did not take TW0001.xml along")],
    ids=["page sends another file", "page leaves the file out"],
)
async def test_an_upload_that_is_not_the_declared_one_does_not_go_out(
    browser: Browser, tmp_path: Path, html: str, told: str
) -> None:
    async with uploading(browser, html) as page:
        await as_bytes(page, tmp_path)
        await page.open()
        await page.press()
        with pytest.raises(CommitLost, match=told) as lost:
            await page.gate.answer()
        assert not lost.value.sent
        assert page.confirmed == 0


@pytest.mark.parametrize("action", ["/confirm", "/check"])
async def test_a_file_that_nobody_declared_does_not_go_out(browser: Browser, tmp_path: Path, action: str) -> None:
    async with uploading(browser, AS_FORM.replace("/confirm", action)) as page:
        await page.session.page.get_by_title("File").set_input_files(
            {"name": "other.xml", "mimeType": "text/xml", "buffer": b"<Document/>"}
        )
        if action == "/confirm":
            await page.open()
        await page.press()
        await page.sees_error_page()
        assert page.gate.blocked == (f"POST {action}",)
        assert [request.path for request in page.site.arrived if request.method == "POST"] == []


async def test_the_page_shows_which_file_it_holds(browser: Browser, tmp_path: Path) -> None:
    async with uploading(browser, AS_FORM) as page:
        await as_bytes(page, tmp_path)
        assert await page.session.chosen_file(page.session.page.get_by_title("File")) == FILE.sha256
