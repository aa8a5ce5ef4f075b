"""One case on one portal: a fresh browser context behind its gate, closed for good at the end."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from playwright.async_api import BrowserContext, Locator, Page
from playwright.async_api import Error as PlaywrightError
from pydantic import SecretStr

from bots.boundary import Boundary
from bots.evidence import Evidence
from bots.gate import CommitGate
from bots.secrets import Secrets
from models.portal import EvidenceSink, PortalUnavailable

CLOSE_TIMEOUT = 10.0
_ERROR_LENGTH = 300


class Session:
    """What a bot author works with: the page, typed secrets, recorded steps. The gate belongs to the framework."""

    def __init__(self, context: BrowserContext, page: Page, gate: CommitGate, sink: EvidenceSink) -> None:
        self._context = context
        self._secrets = Secrets()
        self.page = page
        self.gate = gate
        self.evidence = Evidence(sink, self._secrets)

    @classmethod
    async def over(
        cls, context: BrowserContext, boundary: Boundary, sink: EvidenceSink, clock: Callable[[], datetime]
    ) -> "Session":
        """A session on `context`, which has no page yet, so that nothing ever runs outside the gate."""
        gate = CommitGate(boundary, clock)
        await gate.guard(context)
        return cls(context, await context.new_page(), gate, sink)

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

    async def record(self, action: str, target: str = "") -> None:
        """Keeps a step in the evidence, with what the newest window shows: a pop-up lies on top."""
        await self.evidence.record(self._context.pages[-1], action, target)

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
