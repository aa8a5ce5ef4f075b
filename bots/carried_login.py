"""A portal's login, carried from one case that ended well into the fresh context of the next.

It spares the portal a login, and us the wait for the next one-time code. A state is taken by one case alone: where that
case dies, or ends in any doubt, the next signs in afresh, which on these portals ends the old login.
"""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Self

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import StorageState
from pydantic import SecretStr

from bots.session import Session
from models.portal import CredentialSource

KEEP_TIMEOUT = 5.0
"""Seconds for keeping the state, which must not hold up the outcome."""

_LARGEST = 64 * 1024
"""Characters; what a portal leaves in the browser beyond that is no login."""


@dataclass(frozen=True)
class CarriedLogin:
    credentials: CredentialSource
    portal: str
    starts_afresh: bool = False

    def afresh(self) -> Self:
        """For a case that must sign in itself, so that whoever is still in ends."""
        return replace(self, starts_afresh=True)

    async def taken(self) -> StorageState | None:
        """What the case's context starts with."""
        state = await self.credentials.take_login(self.portal)
        if state is None or self.starts_afresh:
            return None
        found: StorageState = json.loads(state.get_secret_value())
        return found

    async def keep(self, session: Session) -> None:
        """Hands the login on. That it cannot be kept costs the next case a login and never hides this one's outcome."""
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(KEEP_TIMEOUT):
                state = json.dumps(await session.login_state())
                if len(state) <= _LARGEST:
                    await self.credentials.keep_login(self.portal, SecretStr(state))
