"""Time-based one-time passwords (RFC 6238) that are never sent twice and never about to expire."""

import asyncio
import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime

from pydantic import SecretStr

from bots.session import Session
from models.errors import BusinessError
from models.portal import CodeKind, Credential, CredentialSource

MINIMUM_LEFT = 5.0
"""Seconds a code must still be valid when it is handed out; never more than a third of its period."""

_WINDOW_EDGE = 0.05
"""Seconds waited beyond a window's start, because a timer may fire a moment early."""


class OneTimePasswords:
    """Gives each login at most one code per window; whoever asks again waits for the next window.

    Portals refuse a code that was used before, and some lock the login. Which windows are used is kept where all
    processes see it.
    """

    def __init__(
        self, clock: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._turn = asyncio.Lock()

    async def code(self, portal: str, credential: Credential, source: CredentialSource) -> SecretStr:
        """A fresh code of six digits for `credential`, which came from `source`.

        Raises BusinessError `portal.no_totp_seed` or `portal.bad_totp_seed`.
        """
        seed = _seed(portal, credential)
        async with self._turn:
            window = await self._fresh_window(portal, credential, source)
        return SecretStr(_hotp(seed, window))

    async def _fresh_window(self, portal: str, credential: Credential, source: CredentialSource) -> int:
        period = credential.totp_period
        least = min(MINIMUM_LEFT, period / 3)
        while True:
            window, elapsed = divmod(self._clock().timestamp(), period)
            if period - elapsed >= least and await source.claim_window(portal, int(window)):
                return int(window)
            await self._sleep(period - elapsed + _WINDOW_EDGE)


async def code_from_a_person(
    session: Session, source: CredentialSource, portal: str, kind: CodeKind, said: str
) -> SecretStr:
    """The code that `portal` sent to a phone, or an empty one when it was confirmed there. The browser is held, and the
    time that a bot has for its own work stands still. Raises BusinessError `portal.no_code`."""
    await session.record("waits for a person's code", portal)
    async with session.unhurried():
        return await source.typed_code(portal, kind, said)


def _seed(portal: str, credential: Credential) -> bytes:
    if credential.totp_seed is None:
        raise BusinessError(
            "portal.no_totp_seed", f"{portal} asks {credential.login} for a one-time password; store its TOTP seed"
        )
    base32 = credential.totp_seed.get_secret_value().replace(" ", "").rstrip("=").upper()
    try:
        return base64.b32decode(base32 + "=" * (-len(base32) % 8))
    except binascii.Error:
        problem = (
            f"the TOTP seed stored for {credential.login} on {portal} is not base32; store it as the portal gave it"
        )
    raise BusinessError("portal.bad_totp_seed", problem)


def _hotp(seed: bytes, counter: int) -> str:
    """RFC 4226. pyotp refuses the seeds of 80 bits that many portals still hand out."""
    digest = hmac.digest(seed, counter.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
