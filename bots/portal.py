"""What every portal object is: one login, one session at a time, one kind of action."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bots.action import Attempt, PortalAction, look, submit
from bots.boundary import Boundary
from bots.browser import Browser
from bots.otp import OneTimePasswords
from bots.session import Session
from models.errors import BusinessError
from models.portal import Claims, CredentialSource, EvidenceSink, PortalContent, ProbeResult, Submission

ContentT = TypeVar("ContentT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class PortalAccess:
    """How the bots of one portal get in. `base_url` has no slash at its end; `clock` gives wall-clock UTC."""

    name: str
    browser: Browser
    credentials: CredentialSource
    base_url: str
    clock: Callable[[], datetime]
    one_time_passwords: OneTimePasswords


class ActingPortal(ABC, Generic[ContentT]):
    """A `models.portal.ActionPortal` over one `PortalAction`. Portals end an older session of the same login, so
    submissions, probes and downloads of one object wait for each other."""

    def __init__(self, access: PortalAccess, boundary: Boundary, content_type: type[ContentT]) -> None:
        self._access = access
        self._boundary = boundary
        self._content_type = content_type
        self._turn = asyncio.Lock()

    @abstractmethod
    def _action(self) -> PortalAction[ContentT]:
        """A new action for one submission or probe."""

    async def submit(self, content: PortalContent, claims: Claims, evidence: EvidenceSink) -> Submission:
        """See `models.portal.ActionPortal.submit` and `bots.action.submit`."""
        checked = self._checked(content)
        attempt = Attempt(self._access.browser, claims, evidence, self._access.clock)
        async with self._turn:
            return await submit(self._action(), checked, attempt)

    async def probe(self, content: PortalContent, evidence: EvidenceSink) -> ProbeResult:
        """See `models.portal.ActionPortal.probe`."""
        action, checked = self._action(), self._checked(content)
        return await self._look(lambda session: action.probe(session, checked), evidence)

    async def _look(self, reading: Callable[[Session], Awaitable[ResultT]], evidence: EvidenceSink) -> ResultT:
        async with self._turn:
            return await look(self._access.browser, self._boundary, evidence, self._access.clock, reading)

    def _checked(self, content: PortalContent) -> ContentT:
        if not isinstance(content, self._content_type):
            raise BusinessError(
                "portal.wrong_content",
                f"{self._access.name} takes {self._content_type.__name__}, not a {content.kind}; route it elsewhere",
            )
        return content


def login_refused(portal: str, text: str) -> BusinessError:
    """A wrong password must not be tried again: some portals lock the login at the third."""
    return BusinessError("portal.login_refused", f"{portal} refused the login: {text}")
