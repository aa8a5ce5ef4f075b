"""Where a person's messages go, one place after the other, and what may stand in them there."""

from datetime import time
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from models.base import Model

MAIL = "mail"
"""Id of everybody's target that is their e-mail address."""
MOST_TARGETS = 4


class Amounts(StrEnum):
    """Where messages say amounts, accounts and what people wrote; elsewhere they say only what waits, and its link."""

    EVERYWHERE = "everywhere"
    IN_MAIL = "in_mail"
    """In the mail to the address the company knows, not on services of a person's own."""
    NOWHERE = "nowhere"


ALARMS = (
    "canary_failed",
    "code_wanted",
    "credential_parked",
    "cut_off_near",
    "payment_waiting",
    "person_unreachable",
    "schedule_missed",
    "schedule_silent",
)
"""Kinds of tasks that are urgent where a company has not chosen."""


class MessagePolicy(Model):
    """What holds for everybody of a tenant."""

    amounts: Amounts = Amounts.EVERYWHERE
    urgent_tasks: tuple[str, ...] = ALARMS
    """Kinds of tasks that people are told of at once, whatever their quiet hours."""


class MessageTimes(Model):
    """When a person wants messages that can wait, by the clock of their own zone."""

    quiet_from: time | None = None
    quiet_until: time | None = None
    digest_at: time | None = None
    """Once a day, all in one message; None: each by itself."""

    @model_validator(mode="after")
    def _has_both_ends(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("quiet hours have a beginning and an end; give both or neither")
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            raise ValueError(f"quiet hours cannot end when they begin, at {self.quiet_from:%H:%M}")
        return self


class Target(Model):
    """One place; the ones after it are tried where it fails."""

    id: str
    name: str = Field(min_length=1, max_length=60)
    service: str
    """What the service is called, e.g. "ntfy"; empty: the e-mail address."""
    hides_amounts: bool = False

    @property
    def is_mail(self) -> bool:
        return self.id == MAIL

    def hides(self, policy: MessagePolicy) -> bool:
        """Whether amounts are left out here. A person may leave out more than the policy asks for, never less."""
        is_outside = policy.amounts is Amounts.NOWHERE or (policy.amounts is Amounts.IN_MAIL and not self.is_mail)
        return self.hides_amounts or is_outside
