"""The commit gate: lets exactly one final request of a claim out to the portal, and nothing else that changes anything.

One click can send two requests: Chromium itself repeats a POST when a kept-alive connection is dropped, and a page's
script may post a second time. A browser also goes on clicking while the process that steers it is frozen. So every
request of every page, frame and pop-up of a case stops here, in our own process, before it leaves.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from playwright.async_api import APIResponse, BrowserContext, Request, Route, WebSocketRoute
from playwright.async_api import Error as PlaywrightError

from bots.boundary import Boundary, origin_of
from bots.uploads import Upload, UploadBroken, carries_file, whole_body
from models.portal import Claim, Claims

PREPARE_REQUEST_TIMEOUT = 60.0
"""Seconds for one form post on the way to the confirmation page."""

_NO_SHARED_WORKERS = "Object.defineProperty(self, 'SharedWorker', {value: undefined})"
"""Playwright does not see what a shared worker sends, so there must be none."""

MOST_STRANGERS = 10
"""Addresses outside of the portal that are reported of one case; a page may name as many as it likes."""

_ADDRESS_LENGTH = 200
_METHOD_KEEPING_REDIRECTS = frozenset({307, 308})


class CommitLost(Exception):
    """The gate cannot say what became of the final request; `sent` is False when it surely never went out."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


@dataclass(frozen=True)
class GateAnswer:
    status: int


@dataclass(frozen=True)
class _Right:
    claim: Claim
    claims: Claims


class CommitGate:
    """Guards one browser context for one case. Opened once, with a claim; it never closes again and never reopens.

    Before it is opened, the boundary's steps pass, each sent once; every other changing request is stopped and stands
    in `breaches`. After it is opened, one final request passes the last look at claim and deadline; every other
    changing request is stopped. Requests that were stopped stand in `blocked` as `METHOD path`.
    """

    def __init__(self, boundary: Boundary, clock: Callable[[], datetime]) -> None:
        self._boundary = boundary
        self._clock = clock
        self._right: _Right | None = None
        self._final_taken = False
        self._uploads: dict[str, Upload] = {}
        self._blocked: list[str] = []
        self._breaches: list[str] = []
        self._strangers: dict[tuple[str, str], None] = {}
        self._answer: asyncio.Future[GateAnswer] = asyncio.get_running_loop().create_future()
        self._answer.add_done_callback(_retrieve)

    @property
    def blocked(self) -> tuple[str, ...]:
        return tuple(self._blocked)

    @property
    def strangers(self) -> tuple[tuple[str, str], ...]:
        """Method and origin of the requests that pages wanted to send outside of the portal, each once."""
        return tuple(self._strangers)

    @property
    def breaches(self) -> tuple[str, ...]:
        """Changing requests, steps apart, that were tried without a claim or that a redirect carried past the gate."""
        return tuple(self._breaches)

    async def guard(self, context: BrowserContext) -> None:
        """Puts the gate between `context` and the network; must run before the context's first page."""
        await context.add_init_script(_NO_SHARED_WORKERS)
        await context.route(re.compile(".*"), self._handle)
        await context.route_web_socket(re.compile(".*"), self._refuse_socket)
        context.on("request", self._notice_redirect)

    def declare_upload(self, upload: Upload) -> None:
        """Lets `upload` leave with the request that carries a file of its name, and no other file with that one."""
        self._uploads[upload.name] = upload

    def open(self, claim: Claim, claims: Claims) -> None:
        """Gives the right to send one final request. Raises RuntimeError when it was given before."""
        if self._right is not None:
            raise RuntimeError("the commit gate was opened before; one gate serves one claim")
        self._right = _Right(claim, claims)

    def seal(self) -> bool:
        """Takes the right back. True when no final request had come by: then none goes out any more."""
        unused = not self._final_taken
        self._final_taken = True
        return unused

    async def answer(self) -> GateAnswer:
        """Waits until the portal has answered the final request. Raises CommitLost; bound it by the deadline."""
        return await asyncio.shield(self._answer)

    async def _handle(self, route: Route) -> None:
        try:
            await self._decide(route)
        except Exception as error:
            # Playwright would print an exception of a handler and leave the request hanging.
            if self._boundary.is_final(*_sent(route.request)):
                self._lose(f"the gate failed: {type(error).__name__}", sent=self._right is not None)
            await self._block(route)

    async def _decide(self, route: Route) -> None:
        method, url, body = _sent(route.request)
        if not self._boundary.is_home(url):
            self._notice_stranger(method, url)
            await self._block(route)
        elif not self._boundary.changes(method, url, body):
            await route.continue_()
        elif self._right is None:
            await self._before_claim(route)
        elif self._final_taken or not self._boundary.is_final(method, url, body):
            await self._block(route)
        else:
            self._final_taken = True
            await self._send_final(route, self._right)

    async def _before_claim(self, route: Route) -> None:
        request = route.request
        if not self._boundary.is_step(*_sent(request)):
            self._breaches.append(_named(request))
            await self._block(route)
        else:
            await self._send_once(route)

    async def _send_once(self, route: Route) -> None:
        try:
            response = await _fetch(route, self._upload_of(route.request), PREPARE_REQUEST_TIMEOUT)
        except UploadBroken as broken:
            self._breaches.append(f"{_named(route.request)} ({broken})")
            return await self._block(route)
        except PlaywrightError:
            return await _abort(route, "connectionfailed")
        return await self._hand_over(route, response)

    def _upload_of(self, request: Request) -> bytes | None:
        """The whole body of a request that carries a file, None of any other. Raises UploadBroken."""
        content_type, shown = request.headers.get("content-type", ""), request.post_data_buffer or b""
        return whole_body(content_type, shown, self._uploads) if carries_file(content_type, shown) else None

    async def _send_final(self, route: Route, right: _Right) -> None:
        try:
            upload = self._upload_of(route.request)
        except UploadBroken as broken:
            self._lose(f"{broken}; nothing went out", sent=False)
            return await self._block(route)
        if not await self._may_send(right):
            self._lose("the claim was lost or its deadline passed before the request; nothing went out", sent=False)
            return await self._block(route)
        try:
            left = (right.claim.deadline - self._clock()).total_seconds()
            response = await _fetch(route, upload, max(0.001, left))
        except PlaywrightError:
            self._lose("the request went out and the portal did not answer", sent=True)
            return await _abort(route, "connectionfailed")
        return await self._deliver(route, response)

    async def _may_send(self, right: _Right) -> bool:
        try:
            granted = await right.claims.may_send(right.claim)
        except Exception as error:
            self._lose(f"the last look at the claim failed ({type(error).__name__}); nothing went out", sent=False)
            return False
        # The last look may have taken long, for instance in a worker that was frozen meanwhile.
        return granted and self._clock() < right.claim.deadline

    async def _deliver(self, route: Route, response: APIResponse) -> None:
        # The page may have closed itself meanwhile; the portal's answer stands all the same.
        with suppress(PlaywrightError):
            await self._hand_over(route, response)
        if response.status in _METHOD_KEEPING_REDIRECTS:
            self._lose(f"the portal answered {response.status} and asked to send the request again", sent=True)
        elif not self._answer.done():
            self._answer.set_result(GateAnswer(response.status))

    async def _hand_over(self, route: Route, response: APIResponse) -> None:
        """Chromium follows redirects without asking the gate, so an answer that leads astray is not handed over."""
        target = urljoin(route.request.url, response.headers.get("location", ""))
        redirects = 300 <= response.status < 400
        astray = not self._boundary.is_home(target) or self._boundary.changes("GET", target)
        if response.status in _METHOD_KEEPING_REDIRECTS or (redirects and astray):
            await self._block(route)
        else:
            await route.fulfill(response=response)

    async def _block(self, route: Route) -> None:
        self._blocked.append(_named(route.request))
        await _abort(route, "blockedbyclient")

    async def _refuse_socket(self, socket: WebSocketRoute) -> None:
        self._blocked.append(f"WEBSOCKET {urlsplit(socket.url).path}")
        if origin_of(socket.url).replace("ws", "http", 1) not in self._boundary.origins:
            self._notice_stranger("WEBSOCKET", socket.url)
        await socket.close(code=1008, reason="not allowed")

    def _notice_stranger(self, method: str, url: str) -> None:
        if len(self._strangers) < MOST_STRANGERS:
            # Without path and query: a page may have put there what nobody else is to read.
            self._strangers[method, origin_of(url)[:_ADDRESS_LENGTH]] = None

    def _notice_redirect(self, request: Request) -> None:
        if request.redirected_from is None:
            return
        if not self._boundary.is_home(request.url) or self._boundary.is_final(*_sent(request)):
            self._breaches.append(f"{_named(request)} (redirected)")

    def _lose(self, message: str, *, sent: bool) -> None:
        if not self._answer.done():
            self._answer.set_exception(CommitLost(message, sent=sent))


async def _fetch(route: Route, upload: bytes | None, seconds: float) -> APIResponse:
    """Sends what the page meant to send, once; `upload` takes the place of a body that is shown without its files."""
    timeout = seconds * 1000
    if upload is None:
        return await route.fetch(max_retries=0, max_redirects=0, timeout=timeout)
    return await route.fetch(max_retries=0, max_redirects=0, timeout=timeout, post_data=upload)


async def _abort(route: Route, reason: str) -> None:
    # When the page is gone or the request was answered, it does not go out any more either.
    with suppress(PlaywrightError):
        await route.abort(reason)


def _sent(request: Request) -> tuple[str, str, bytes]:
    """Method, address and body of a request; of a file that it carries nothing shows in the body."""
    return request.method, request.url, request.post_data_buffer or b""


def _named(request: Request) -> str:
    parts = urlsplit(request.url)
    return f"{request.method} {parts.path}"


def _retrieve(answer: "asyncio.Future[GateAnswer]") -> None:
    """Marks the exception as seen; a gate that nobody asks any more must not warn at shutdown."""
    if not answer.cancelled():
        answer.exception()
