"""The business clock: one time for all of the product, so that a demo can live a month in minutes."""

from datetime import UTC, datetime, timedelta
from typing import Self

from pydantic import AwareDatetime, Field, model_validator

from models.base import Model


class BusinessClock(Model):
    """Business time is `start` at the wall-clock moment `epoch` and runs `speed` times as fast.

    Without `start` business time is wall-clock time. The wall clock is passed in by the caller.
    """

    start: AwareDatetime | None = None
    epoch: AwareDatetime | None = None
    speed: float = Field(default=1.0, gt=0)

    @model_validator(mode="after")
    def _start_needs_epoch(self) -> Self:
        if (self.start is None) != (self.epoch is None):
            raise ValueError("a clock start and a clock epoch are set together or not at all")
        if self.start is None and self.speed != 1.0:
            raise ValueError("a clock that runs at another speed needs a start and an epoch")
        return self

    def at(self, wall: datetime) -> datetime:
        """Business time (UTC) at the wall-clock moment `wall`."""
        if self.start is None or self.epoch is None:
            return wall.astimezone(UTC)
        return (self.start + (wall - self.epoch) * self.speed).astimezone(UTC)

    def wall_at(self, business: datetime) -> datetime:
        """The wall-clock moment (UTC) at which business time is `business`."""
        if self.start is None or self.epoch is None:
            return business.astimezone(UTC)
        return (self.epoch + (business - self.start) / self.speed).astimezone(UTC)

    def wall_duration(self, business: timedelta) -> timedelta:
        """How long a span of business time takes on the wall."""
        return business / self.speed
