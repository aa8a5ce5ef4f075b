"""What a person may decide, for themselves and for others."""

from datetime import datetime
from typing import Self

from pydantic import model_validator

from models.approval import ApprovalSubject
from models.base import Model
from models.money import Money


class Delegation(Model):
    """`delegate` answers for `principal`, within bounds, and gains no other right by it."""

    id: str
    principal: str
    delegate: str
    starts_at: datetime
    ends_at: datetime | None
    """None for a single request, which ends with its answer."""
    subjects: tuple[ApprovalSubject, ...] = ()
    """What they may decide about; empty: everything the principal may."""
    cost_centre: str = ""
    """Empty: any."""
    limit: Money | None = None
    """The largest amount; None: as much as the principal may."""
    request: str = ""
    """The one request that is handed on; empty for an absence."""
    reason: str = ""
    revoked_at: datetime | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise ValueError("an absence ends after it starts")
        return self

    def is_in_force(self, at: datetime) -> bool:
        is_over = (self.ends_at is not None and self.ends_at <= at) or (
            self.revoked_at is not None and self.revoked_at <= at
        )
        return self.starts_at <= at and not is_over


class RightLimit(Model):
    """One thing a person may approve. Who has none of these is bound by their roles alone."""

    id: str
    person: str
    entity: str = ""
    """Empty: any."""
    cost_centre: str = ""
    """Empty: any."""
    limit: Money | None = None
    """The largest amount; None: any."""
