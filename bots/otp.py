"""Time-based one-time passwords (RFC 6238) that are never sent twice and never about to expire."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pyotp
from pydantic import SecretStr

from models.errors import BusinessError
from models.portal import Credential

MINIMUM_LEFT = 5.0
"""Seconds a code must still be valid when it is handed out; never more than a third of its period."""

_WINDOW_EDGE = 0.05
"""Seconds waited beyond a window's start, because a timer may fire a moment early."""


class OneTimePasswords:
    """Gives each login at most one code per window; whoever asks again waits for the next window.

    Portals refuse a code that was used before, and some lock the login. One object serves the whole process.
    """

    def __init__(
        self, clock: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._last_window: dict[tuple[str, str], int] = {}
        self._turn = asyncio.Lock()

    async def code(self, portal: str, credential: Credential) -> SecretStr:
        """A fresh code for `credential`. Raises BusinessError `portal.no_totp_seed` when it has no seed."""
        if credential.totp_seed is None:
            raise BusinessError(
                "portal.no_totp_seed", f"{portal} asks {credential.login} for a one-time password; store its TOTP seed"
            )
        totp = pyotp.TOTP(credential.totp_seed.get_secret_value(), interval=credential.totp_period)
        async with self._turn:
            window = await self._fresh_window(portal, credential)
            self._last_window[portal, credential.login] = window
        return SecretStr(totp.generate_otp(window))

    async def _fresh_window(self, portal: str, credential: Credential) -> int:
        period = credential.totp_period
        least = min(MINIMUM_LEFT, period / 3)
        last = self._last_window.get((portal, credential.login), -1)
        while True:
            window, elapsed = divmod(self._clock().timestamp(), period)
            if window > last and period - elapsed >= least:
                return int(window)
            await self._sleep(max(0.0, (max(window, last) + 1) * period - window * period - elapsed) + _WINDOW_EDGE)
