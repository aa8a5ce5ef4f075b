"""One Chromium per process, one fresh context per case."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from types import TracebackType
from typing import Self

from playwright.async_api import Browser as Chromium
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright, StorageState, async_playwright

from bots.boundary import Boundary
from bots.session import Session
from models.portal import EvidenceSink, PortalUnavailable

LAUNCH_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ACTION_TIMEOUT = 10.0
"""Seconds until a field or button that does not appear is given up."""
NAVIGATION_TIMEOUT = 30.0
SESSION_TIMEOUT = 20.0
"""Seconds until a browser that opens no window counts as hung."""
CASES_PER_BROWSER = 200
"""A browser's memory grows with every case; after so many a new one takes its place."""


class Browser:
    """Starts on first use, starts again when it died, stops with `stop()` or at the end of `async with`.

    After `cases` sessions a new one takes its place; the old one ends with the last session that is open in it.
    `executable` is the browser's path; without it Debian's Chromium is taken, else the one Playwright installed.
    `hosts` are the host names and addresses of this process's portals: the browser then knows no other, so that not
    even a redirect, which comes by no gate, leads anywhere else. Without `hosts` only the gates hold the bots.
    """

    def __init__(
        self,
        executable: str | None = None,
        *,
        hosts: Collection[str] = (),
        headless: bool = True,
        cases: int = CASES_PER_BROWSER,
    ) -> None:
        self._executable = executable or _installed(headless)
        self._hosts = tuple(hosts)
        self._headless = headless
        self._cases = cases
        self._served = 0
        self._retired: set[Chromium] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._driver: Playwright | None = None
        self._chromium: Chromium | None = None
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Launches the browser. Raises PortalUnavailable when there is none or it does not start."""
        await self._running()

    async def stop(self) -> None:
        """Closes the browser and its driver; a browser that is dead already is no error."""
        browsers, self._chromium, self._retired = [self._chromium, *self._retired], None, set()
        driver, self._driver = self._driver, None
        for chromium in browsers:
            with suppress(PlaywrightError):
                if chromium is not None:
                    await chromium.close()
        with suppress(PlaywrightError):
            if driver is not None:
                await driver.stop()

    @asynccontextmanager
    async def open_session(
        self,
        boundary: Boundary,
        sink: EvidenceSink,
        clock: Callable[[], datetime],
        login: StorageState | None = None,
    ) -> AsyncIterator[Session]:
        """A session of its own, without anything of earlier ones but `login`, for one case behind a closed gate."""
        session = await self.new_session(boundary, sink, clock, login)
        try:
            yield session
        finally:
            await session.close()

    async def new_session(
        self,
        boundary: Boundary,
        sink: EvidenceSink,
        clock: Callable[[], datetime],
        login: StorageState | None = None,
    ) -> Session:
        """Like `open_session`; the caller closes it."""
        chromium = await self._running()
        self._served += 1
        try:
            async with asyncio.timeout(SESSION_TIMEOUT):
                return await _fresh_session(chromium, boundary, sink, clock, login)
        except PlaywrightError as error:
            problem = f"{error.message.splitlines()[0]}; it is started anew"
            # A browser whose driver was killed never says that it is disconnected.
            await self._discard(chromium)
        except TimeoutError:
            problem = f"not within {SESSION_TIMEOUT:.0f} seconds; it is started anew"
            await self.stop()
        raise PortalUnavailable(f"the browser gave no new session: {problem}")

    async def _discard(self, chromium: Chromium) -> None:
        async with self._starting:
            if self._chromium is chromium:
                await self.stop()

    async def _running(self) -> Chromium:
        async with self._starting:
            if self._chromium is not None and self._chromium.is_connected():
                if self._served < self._cases:
                    return self._chromium
                self._retire(self._chromium)
            else:
                await self.stop()
            self._chromium, self._served = await self._launch(), 0
            return self._chromium

    def _retire(self, chromium: Chromium) -> None:
        """Closes a browser as soon as no session is open in it."""

        def close_when_idle() -> None:
            if chromium in self._retired and not chromium.contexts:
                self._retired.discard(chromium)
                closing = asyncio.ensure_future(_close(chromium))
                self._closing.add(closing)
                closing.add_done_callback(self._closing.discard)

        self._retired.add(chromium)
        for context in chromium.contexts:
            context.on("close", lambda _: close_when_idle())
        close_when_idle()

    async def _launch(self) -> Chromium:
        try:
            if self._driver is None:
                self._driver = await async_playwright().start()
            return await self._driver.chromium.launch(
                executable_path=self._executable,
                headless=self._headless,
                args=_arguments(self._hosts),
                chromium_sandbox=not _is_root(),
            )
        except PlaywrightError as error:
            raise PortalUnavailable(f"Chromium did not start: {error.message.splitlines()[0]}") from error


async def _close(chromium: Chromium) -> None:
    with suppress(PlaywrightError):
        await chromium.close()


async def _fresh_session(
    chromium: Chromium,
    boundary: Boundary,
    sink: EvidenceSink,
    clock: Callable[[], datetime],
    login: StorageState | None,
) -> Session:
    context = await chromium.new_context(
        service_workers="block", viewport={"width": 1280, "height": 960}, storage_state=login
    )
    try:
        context.set_default_timeout(ACTION_TIMEOUT * 1000)
        context.set_default_navigation_timeout(NAVIGATION_TIMEOUT * 1000)
        return await Session.over(context, boundary, sink, clock, carries_login=login is not None)
    except BaseException:
        await context.close()
        raise


def _installed(headless: bool) -> str | None:
    """Debian's headless build of Chromium does the same for a third of the processor time."""
    lighter = shutil.which("chromium-headless-shell") if headless else None
    return lighter or shutil.which("chromium")


def _arguments(hosts: Collection[str]) -> list[str]:
    arguments = list(LAUNCH_ARGUMENTS)
    if hosts:
        known = "".join(f", EXCLUDE {host}" for host in hosts)
        arguments.append(f"--host-resolver-rules=MAP * ~NOTFOUND{known}")
    if _is_root():
        arguments.append("--no-sandbox")
    return arguments


def _is_root() -> bool:
    return os.geteuid() == 0
