"""Files from a portal: hashed, limited, typed by content."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from bots import downloads
from bots.boundary import Boundary
from bots.browser import Browser
from bots.downloads import download, type_of
from bots.session import Session
from models.errors import BusinessError
from models.portal import Download, PortalUnavailable
from tests.bots.fakes import FakeEvidence, wall_clock
from tests.bots.tiny_server import Answer, Page, serving

pytestmark = pytest.mark.behaviour("R9")
LINK = '<a href="/file">statement</a>'
STATEMENT = "<?xml version='1.0'?><Document/>"


def attached(content: str) -> Answer:
    return Answer(content, headers=(("Content-Disposition", 'attachment; filename="day.xml"'),))


@asynccontextmanager
async def page_with_link(browser: Browser, file: Answer | Page, evidence: FakeEvidence) -> AsyncIterator[Session]:
    async with serving({"GET /": Answer(LINK), "GET /file": file}) as site:
        boundary = Boundary(frozenset({site.url}))
        async with browser.open_session(boundary, evidence, wall_clock) as session:
            await session.page.goto(site.url + "/")
            yield session


async def fetch(session: Session, limit: int = 1000, media_type: str = "application/xml") -> Download | None:
    return await download(
        session,
        session.page.get_by_role("link", name="statement").click,
        missing=session.page.get_by_text("no statement"),
        media_type=media_type,
        limit=limit,
    )


async def test_a_file_comes_with_its_hash_and_type_and_stands_in_the_evidence(browser: Browser) -> None:
    evidence = FakeEvidence()
    async with page_with_link(browser, attached(STATEMENT), evidence) as session:
        file = await fetch(session)
    assert file is not None
    assert (file.name, file.media_type, file.content) == ("day.xml", "application/xml", STATEMENT.encode())
    assert file.sha256 == hashlib.sha256(file.content).hexdigest() == evidence.steps[0].download_sha256


async def test_where_the_portal_says_that_there_is_none_there_is_none(browser: Browser) -> None:
    async with page_with_link(browser, Answer("<p>no statement</p>"), FakeEvidence()) as session:
        assert await fetch(session) is None


async def test_an_error_page_under_the_name_of_a_statement_is_found_out(browser: Browser) -> None:
    page = attached("<!DOCTYPE html><h1>Sorry</h1>")
    async with page_with_link(browser, page, FakeEvidence()) as session:
        with pytest.raises(BusinessError, match="is text/html where application/xml was expected") as found:
            await fetch(session)
    assert found.value.code == "portal.download_unexpected"


async def test_a_file_beyond_the_limit_is_refused(browser: Browser) -> None:
    async with page_with_link(browser, attached(STATEMENT + " " * 1000), FakeEvidence()) as session:
        with pytest.raises(BusinessError, match="more than 1,000 bytes") as refused:
            await fetch(session)
    assert refused.value.code == "portal.download_too_large"


@asynccontextmanager
async def page_with_raw_file(
    browser: Browser, headers: str, stream: Callable[[asyncio.StreamWriter], Awaitable[None]]
) -> AsyncIterator[Session]:
    """The file's bytes come from `stream`, which may never end or break off."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (await reader.readline()).strip():
            continue
        head = f'HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename="day.xml"\r\n{headers}\r\n'
        writer.write(head.encode())
        with suppress(ConnectionError):
            await stream(writer)
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    async with browser.open_session(Boundary(frozenset({url})), FakeEvidence(), wall_clock) as session:
        await session.page.set_content(f'<a href="{url}/file">statement</a>')
        yield session
    listener.close()


async def test_a_file_that_never_ends_is_given_up_at_the_limit(browser: Browser) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"<" * 65536)
            await writer.drain()

    async with page_with_raw_file(browser, "", endless) as session:
        with pytest.raises(BusinessError, match="more than"):
            await fetch(session, limit=500_000)


async def test_a_file_that_breaks_off_did_not_arrive(browser: Browser) -> None:
    async def broken(writer: asyncio.StreamWriter) -> None:
        writer.write(STATEMENT.encode())
        await writer.drain()

    async with page_with_raw_file(browser, "Content-Length: 5000\r\n", broken) as session:
        with pytest.raises(PortalUnavailable, match="did not arrive whole"):
            await fetch(session, limit=10_000)


async def test_a_pdf_without_its_end_did_not_arrive_whole(browser: Browser) -> None:
    async with page_with_link(browser, attached("%PDF-1.4\n1 0 obj"), FakeEvidence()) as session:
        with pytest.raises(PortalUnavailable, match="a PDF without its end"):
            await fetch(session, media_type="application/pdf")


async def test_a_pdf_that_cannot_be_opened_is_found_out(browser: Browser) -> None:
    evidence = FakeEvidence()
    async with page_with_link(browser, attached("%PDF-1.4\nnothing\n%%EOF\n"), evidence) as session:
        with pytest.raises(BusinessError, match="cannot be opened") as found:
            await fetch(session, media_type="application/pdf")
    assert found.value.code == "portal.download_unexpected"
    assert evidence.steps == []


async def test_a_file_that_stands_still_is_given_up(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stalled(writer: asyncio.StreamWriter) -> None:
        writer.write(STATEMENT.encode())
        await over.wait()

    over = asyncio.Event()
    monkeypatch.setattr(downloads, "ARRIVAL_TIMEOUT", 0.5)
    async with page_with_raw_file(browser, "Content-Length: 5000\r\n", stalled) as session:
        with pytest.raises(PortalUnavailable, match="did not arrive whole"):
            await fetch(session, limit=10_000)
        over.set()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"<?xml version='1.0'?><a/>", "application/xml"),
        (b"\xef\xbb\xbf<a/>", "application/xml"),
        (b"\n <!doctype HTML><p>", "text/html"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04rest", "application/zip"),
        (b":20:STARTUMS\r\n", "text/plain"),
        (b"\x00\x01", "application/octet-stream"),
    ],
)
def test_content_is_typed_by_what_it_is(content: bytes, media_type: str) -> None:
    assert type_of(content) == media_type
