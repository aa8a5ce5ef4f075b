"""Stand-ins for the store and the vault at the protocols of models.portal."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from models.errors import BusinessError
from models.portal import Claim, CodeKind, Credential, EvidenceStep


def wall_clock() -> datetime:
    return datetime.now(UTC)


class FakeClaims:
    """One armed attempt. `on_claim` and `on_last_look` run inside the store's calls, where a test strikes."""

    def __init__(self, lasts: timedelta = timedelta(seconds=20), *, armed: bool = True) -> None:
        self.lasts = lasts
        self.armed = armed
        self.held = True
        self.claimed = 0
        self.looks = 0
        self.on_claim: Callable[[], None] = lambda: None
        self.on_last_look: Callable[[], None] = lambda: None

    async def claim(self) -> Claim | None:
        if not self.armed:
            return None
        self.armed = False
        self.claimed += 1
        self.on_claim()
        return Claim(token="token-1", deadline=wall_clock() + self.lasts)

    async def may_send(self, claim: Claim) -> bool:
        self.looks += 1
        self.on_last_look()
        return self.held and wall_clock() < claim.deadline


async def _nobody(kind: CodeKind, said: str) -> str:
    raise BusinessError("portal.no_code", "Nobody gave the code in time.")


class FakeEvidence:
    """Keeps the steps; raises OSError as a full disk does from the step on whose action starts with `fails_at`."""

    def __init__(self, fails_at: str = "") -> None:
        self.steps: list[EvidenceStep] = []
        self._fails_at = fails_at

    async def record(self, step: EvidenceStep) -> None:
        if self._fails_at and step.action.startswith(self._fails_at):
            raise OSError("no space left on device")
        self.steps.append(step)

    @property
    def actions(self) -> list[str]:
        return [step.action for step in self.steps]


class FakeCredentials:
    """A credential, and the login states that were handed on, newest last."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential
        self.logins: list[SecretStr] = []
        self.windows: dict[str, int] = {}
        self.person: Callable[[CodeKind, str], Awaitable[str]] = _nobody
        """Who types a code, given its kind and the portal's words."""

    async def credential(self, portal: str) -> Credential:
        return self._credential

    async def take_login(self, portal: str) -> SecretStr | None:
        return self.logins.pop() if self.logins else None

    async def keep_login(self, portal: str, state: SecretStr) -> None:
        self.logins.append(state)

    async def typed_code(self, portal: str, kind: CodeKind, said: str) -> SecretStr:
        return SecretStr(await self.person(kind, said))

    async def claim_window(self, portal: str, window: int) -> bool:
        if window <= self.windows.get(portal, -1):
            return False
        self.windows[portal] = window
        return True
