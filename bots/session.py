"""One case on one portal: a fresh browser context behind its gate, closed for good at the end."""

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from playwright.async_api import BrowserContext, Locator, Page, StorageState
from playwright.async_api import Error as PlaywrightError
from pydantic import SecretStr

from bots.boundary import Boundary
from bots.evidence import Evidence
from bots.gate import CommitGate
from bots.secrets import Secrets
from bots.uploads import Upload
from models.portal import EvidenceSink, Finding, FindingKind, PortalUnavailable

CLOSE_TIMEOUT = 10.0
BLOCKED_STRANGER = "blocked a request"
"""The step that the evidence has of a request outside of the portal."""
_ERROR_LENGTH = 300
_READ_FILE = """async field => {
    const [file] = field.files, reader = new FileReader()
    await new Promise(done => { reader.onloadend = done; reader.readAsDataURL(file) })
    return reader.result.split(',')[1]
}"""


class Session:
    """What a bot author works with: the page, typed secrets, recorded steps. The gate belongs to the framework."""

    def __init__(
        self, context: BrowserContext, page: Page, gate: CommitGate, sink: EvidenceSink, *, carries_login: bool
    ) -> None:
        self._context = context
        self.carries_login = carries_login
        """Whether the context began with the login of an earlier case, which the portal may have ended since."""
        self._secrets = Secrets()
        self.page = page
        self.gate = gate
        self.evidence = Evidence(sink, self._secrets)
        self.hurry: asyncio.Timeout | None = None
        """The time limit under which the bot works at the moment."""

    @classmethod
    async def over(
        cls,
        context: BrowserContext,
        boundary: Boundary,
        sink: EvidenceSink,
        clock: Callable[[], datetime],
        *,
        carries_login: bool = False,
    ) -> "Session":
        """A session on `context`, which has no page yet, so that nothing ever runs outside the gate."""
        gate = CommitGate(boundary, clock)
        await gate.guard(context)
        return cls(context, await context.new_page(), gate, sink, carries_login=carries_login)

    async def type_secret(self, field: Locator, secret: SecretStr) -> None:
        """Fills `field`; neither a screenshot nor an error will show the value. Raises PortalUnavailable."""
        self._secrets.add(secret)
        self.evidence.declare_secret(field)
        problem = ""
        try:
            await field.fill(secret.get_secret_value())
        except PlaywrightError as error:
            # The call log of Playwright repeats the value. Raised below, outside, so that no context keeps it.
            problem = self.explain(error)
        if problem:
            raise PortalUnavailable(f"a secret could not be typed: {problem}")

    async def choose_file(self, field: Locator, upload: Upload) -> None:
        """Gives `upload` to the file field and lets it through the gate. Raises PortalUnavailable when the page holds
        another file than was given."""
        self.gate.declare_upload(upload)
        await field.set_input_files({"name": upload.name, "mimeType": upload.media_type, "buffer": upload.content})
        if await self.chosen_file(field) != upload.sha256:
            raise PortalUnavailable(f"the page does not hold {upload.name} as it was given")

    async def chosen_file(self, field: Locator) -> str:
        """SHA-256 of the file that the page holds in `field`, read from the page."""
        return hashlib.sha256(base64.b64decode(await field.evaluate(_READ_FILE))).hexdigest()

    @asynccontextmanager
    async def unhurried(self) -> AsyncIterator[None]:
        """Around waiting for a person: the bot's own time stands still."""
        loop, until = asyncio.get_running_loop(), self.hurry.when() if self.hurry else None
        if self.hurry is None or until is None:
            yield
            return
        left = until - loop.time()
        self.hurry.reschedule(None)
        try:
            yield
        finally:
            self.hurry.reschedule(loop.time() + left)

    async def login_state(self) -> StorageState:
        """What the portal knows this browser by. A secret."""
        return await self._context.storage_state()

    async def record(self, action: str, target: str = "", finding: Finding | None = None) -> None:
        """Keeps a step in the evidence, with what the newest window shows: a pop-up lies on top."""
        await self.evidence.record(self._front(), action, target, finding)

    async def report_strangers(self) -> None:
        """Keeps a step for every address outside of the portal that a page asked for; nothing went out to it."""
        for method, origin in self.gate.strangers:
            finding = Finding(kind=FindingKind.BLOCKED, sought=origin, found_by=method)
            await self.record(BLOCKED_STRANGER, f"{method} {origin}", finding)

    def _front(self) -> Page:
        """The newest window that shows something of the portal, else the newest; empty ones are adverts."""
        shown = [page for page in self._context.pages if page.url.startswith("http")]
        return (shown or self._context.pages)[-1]

    def explain(self, error: BaseException) -> str:
        """`error` in one short line without secrets, without addresses' queries."""
        first_line = (str(error) or type(error).__name__).splitlines()[0]
        return re.sub(r"\?\S*", "", self._secrets.redact(first_line))[:_ERROR_LENGTH]

    def redact(self, text: str) -> str:
        return self._secrets.redact(text)

    async def close(self) -> None:
        """Ends the case; a browser that does not obey is left to its owner and never hides an outcome."""
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._context.close()
