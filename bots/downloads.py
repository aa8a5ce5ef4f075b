"""Files from a portal: limited in size while they arrive, typed by what is in them, hashed."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Download as BrowserDownload
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page

from bots.pdf import can_be_opened, has_end
from bots.session import Session
from models.errors import BusinessError
from models.portal import Download, PortalUnavailable

SIZE_LIMIT = 20 * 1024 * 1024
"""Bytes. A day's statement of a busy account has a few megabytes."""

ARRIVAL_TIMEOUT = 60.0
"""Seconds from the download's start to its last byte."""

_MAGIC = ((b"%PDF-", "application/pdf"), (b"PK\x03\x04", "application/zip"))
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


async def download(
    session: Session,
    press: Callable[[], Awaitable[None]],
    *,
    missing: Locator,
    media_type: str,
    limit: int = SIZE_LIMIT,
) -> Download | None:
    """The file that `press` makes the portal send, recorded in the evidence; None when `missing` appears instead.

    Raises BusinessError `portal.download_too_large` or `portal.download_unexpected` (content is not `media_type`, or a
    PDF that cannot be opened), PortalUnavailable when it does not arrive whole, which of a PDF its own end tells, too.
    """
    watch = _SizeWatch(limit)
    await watch.follow(session.page)
    file = await _started(session.page, press, missing)
    if file is None:
        return None
    content = await _content(file, watch, limit)
    found = type_of(content)
    if found != media_type:
        raise BusinessError(
            "portal.download_unexpected",
            f"{file.suggested_filename} is {found} where {media_type} was expected; open the portal and look",
        )
    if found == "application/pdf":
        await _check_pdf(file.suggested_filename, content)
    fetched = Download(
        name=file.suggested_filename,
        media_type=found,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    await session.evidence.record_download("downloaded", fetched.name, fetched.sha256)
    return fetched


async def _check_pdf(name: str, content: bytes) -> None:
    if not has_end(content):
        raise PortalUnavailable(f"{name} did not arrive whole: a PDF without its end")
    if not await asyncio.to_thread(can_be_opened, content):
        raise BusinessError(
            "portal.download_unexpected", f"{name} is a PDF that cannot be opened; open the portal and look"
        )


async def _started(page: Page, press: Callable[[], Awaitable[None]], missing: Locator) -> BrowserDownload | None:
    starting = asyncio.ensure_future(page.wait_for_event("download"))
    told = asyncio.ensure_future(missing.wait_for())
    try:
        await press()
        await asyncio.wait({starting, told}, return_when=asyncio.FIRST_COMPLETED)
        if told.done() and told.exception() is None:
            return None
        return await starting
    finally:
        await _dropped(starting, told)


def type_of(content: bytes) -> str:
    """The media type that `content` itself shows, whatever its name says."""
    for magic, media_type in _MAGIC:
        if content.startswith(magic):
            return media_type
    head = content[:512].lstrip().lower()
    for mark in _MARKS:
        head = head.removeprefix(mark)
    if head.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    if head.startswith(b"<"):
        return "application/xml"
    return "application/octet-stream" if b"\x00" in content else "text/plain"


class _SizeWatch:
    """Notices that a download grows beyond its limit before the disk is full."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.exceeded = asyncio.Event()

    async def follow(self, page: Page) -> None:
        events = await page.context.new_cdp_session(page)
        await events.send("Page.enable")
        events.on("Page.downloadProgress", self._look)

    def _look(self, progress: dict[str, float]) -> None:
        if max(progress["receivedBytes"], progress["totalBytes"]) > self._limit:
            self.exceeded.set()


async def _content(file: BrowserDownload, watch: _SizeWatch, limit: int) -> bytes:
    arriving = asyncio.ensure_future(file.path())
    growing = asyncio.ensure_future(watch.exceeded.wait())
    try:
        await asyncio.wait({arriving, growing}, timeout=ARRIVAL_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
        if growing.done() or not arriving.done():
            await file.cancel()
        if growing.done():
            raise _too_large(file, limit)
        content = await asyncio.to_thread(_read, Path(await arriving), limit + 1)
        if len(content) > limit:
            raise _too_large(file, limit)
        return content
    except PlaywrightError as error:
        raise PortalUnavailable(f"{file.suggested_filename} did not arrive whole") from error
    finally:
        await _dropped(arriving, growing)


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


async def _dropped(*tasks: "asyncio.Future[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _too_large(file: BrowserDownload, limit: int) -> BusinessError:
    return BusinessError(
        "portal.download_too_large", f"{file.suggested_filename} has more than {limit:,} bytes; fetch it by hand"
    )
