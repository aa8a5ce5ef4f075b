"""What a bot works with while its author tries it: a login of one's own, and a stand-in's own claim."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import SecretStr

from models.portal import Claim, CodeKind, Credential

_CLAIM_LASTS = timedelta(seconds=20)


@dataclass
class OwnLogin:
    """A credential typed for one run; no vault knows it, and nothing of it is kept."""

    given: Credential
    ask: Callable[[CodeKind, str], SecretStr]
    """For a code that came to the author's phone, with the portal's words."""
    _window: int = field(default=-1, init=False)

    async def credential(self, portal: str) -> Credential:
        return self.given

    async def take_login(self, portal: str) -> SecretStr | None:
        return None

    async def keep_login(self, portal: str, state: SecretStr) -> None:
        return None

    async def claim_window(self, portal: str, window: int) -> bool:
        unused = window > self._window
        self._window = max(window, self._window)
        return unused

    async def typed_code(self, portal: str, kind: CodeKind, said: str) -> SecretStr:
        return await asyncio.to_thread(self.ask, kind, said)


@dataclass
class StandInClaim:
    """The right to one final request to a stand-in that the run itself has started. Real ones come from the store."""

    clock: Callable[[], datetime]
    _taken: bool = field(default=False, init=False)

    async def claim(self) -> Claim | None:
        if self._taken:
            return None
        self._taken = True
        return Claim(token="stand-in", deadline=self.clock() + _CLAIM_LASTS)  # noqa: S106 - no secret

    async def may_send(self, claim: Claim) -> bool:
        return self.clock() < claim.deadline
