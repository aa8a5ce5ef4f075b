"""What every portal object is: one login, one session at a time."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from bots.action import PREPARE_TIMEOUT, Attempt, PortalAction, look, submit
from bots.boundary import Boundary
from bots.browser import Browser
from bots.canary import never_sent, require_whole
from bots.carried_login import CarriedLogin
from bots.otp import OneTimePasswords
from bots.rehearsal import Rehearsal, rehearsed
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

    @property
    def login(self) -> CarriedLogin:
        return CarriedLogin(self.credentials, self.name)


class ActingPortal(ABC, Generic[ContentT]):
    """A `models.portal.ActionPortal` over one `PortalAction` for each kind of content. Portals end an older session of
    the same login, so submissions, probes and downloads of one object wait for each other."""

    def __init__(self, access: PortalAccess, *content_types: type[ContentT]) -> None:
        self._access = access
        self._content_types = content_types
        self._turn = asyncio.Lock()

    @abstractmethod
    def _action(self, content: ContentT) -> PortalAction[Any]:
        """A new action for one submission or probe of `content`."""

    async def submit(self, content: PortalContent, claims: Claims, evidence: EvidenceSink) -> Submission:
        """See `models.portal.ActionPortal.submit` and `bots.action.submit`."""
        checked = self._checked(content)
        attempt = Attempt(self._access.browser, claims, evidence, self._access.clock, self._access.login)
        async with self._turn:
            return await submit(self._action(checked), checked, attempt)

    async def probe(self, content: PortalContent, evidence: EvidenceSink) -> ProbeResult:
        """See `models.portal.ActionPortal.probe`. It signs in afresh, and so ends whatever login is still at work."""
        checked = self._checked(content)
        action, login = self._action(checked), self._access.login.afresh()
        return await self._look(action.boundary, lambda session: action.probe(session, checked), evidence, login)

    async def rehearse(
        self, content: PortalContent, evidence: EvidenceSink, patience: float = PREPARE_TIMEOUT
    ) -> Rehearsal:
        """Goes to the confirmation page and no further: nothing is claimed and the gate stays closed.

        `patience` is how many seconds that may take. Raises PortalUnavailable or BusinessError.
        """
        checked = self._checked(content)
        action, login = self._action(checked), self._access.login.afresh()
        work = rehearsed(action, checked)
        return await self._look(action.boundary, work, evidence, login, patience)

    async def walk(self, evidence: EvidenceSink) -> None:
        """See `models.portal.WalkedPortal`: looks for something that was never there."""
        content = never_sent(self._content_types[0])
        require_whole(self._access.name, content, await self.probe(content, evidence))

    async def _look(
        self,
        boundary: Boundary,
        reading: Callable[[Session], Awaitable[ResultT]],
        evidence: EvidenceSink,
        login: CarriedLogin | None = None,
        patience: float = PREPARE_TIMEOUT,
    ) -> ResultT:
        access = self._access
        async with self._turn:
            return await look(
                access.browser, boundary, evidence, access.clock, login or access.login, reading, patience
            )

    def _checked(self, content: PortalContent) -> ContentT:
        if not isinstance(content, self._content_types):
            taken = " or ".join(each.__name__ for each in self._content_types)
            raise BusinessError(
                "portal.wrong_content", f"{self._access.name} takes {taken}, not a {content.kind}; route it elsewhere"
            )
        return content


def login_refused(portal: str, text: str) -> BusinessError:
    """A wrong password must not be tried again: some portals lock the login at the third."""
    return BusinessError("portal.login_refused", f"{portal} refused the login: {text}")
