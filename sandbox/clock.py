"""The business clock of the portals: it may start at another moment and run faster than real time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BANK_ZONE = ZoneInfo("Europe/Berlin")


def real_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class BusinessClock:
    """Business time is `start` at the real moment `epoch` and advances `speed` times as fast as real time.

    Without `start` it is real time.
    """

    start: datetime | None = None
    epoch: datetime | None = None
    speed: float = 1.0
    real_now: Callable[[], datetime] = real_now

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "BusinessClock":
        """Reads TALLYWRIGHT_CLOCK_START, _EPOCH (ISO date-times) and _SPEED; raises ValueError on a bad value."""
        start = environment.get("TALLYWRIGHT_CLOCK_START")
        if not start:
            return cls()
        epoch = environment.get("TALLYWRIGHT_CLOCK_EPOCH")
        return cls(
            start=_moment(start),
            epoch=_moment(epoch) if epoch else real_now(),
            speed=float(environment.get("TALLYWRIGHT_CLOCK_SPEED") or 1),
        )

    def now(self) -> datetime:
        """The business moment in the bank's zone."""
        real = self.real_now()
        if self.start is None:
            return real.astimezone(BANK_ZONE)
        elapsed = (real - (self.epoch or real)) * self.speed
        return (self.start + elapsed).astimezone(BANK_ZONE)

    def today(self) -> date:
        return self.now().date()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
