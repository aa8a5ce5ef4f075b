"""What waits for a portal's one login: work items, in which order they come, and why one has to wait."""

from datetime import date, datetime
from enum import IntEnum, StrEnum

from models.base import Model

MONEY_KINDS = ("payment", "signature", "posting", "journal", "registration")
"""Kinds of work that change something on a portal; the others only read."""


class Priority(IntEnum):
    """The smaller comes first."""

    HIGH = 1
    NORMAL = 2
    LOW = 3


class WorkState(StrEnum):
    ANNOUNCED = "announced"
    """Prepared; no worker has asked for its turn yet."""
    WAITING = "waiting"
    """A worker waits for its turn, or was told to come for it."""
    PARKED = "parked"
    """Sent back to its workflow, which is told when to come again."""
    BEGUN = "begun"
    """It has, or had, the login."""
    ENDED = "ended"


class WorkItem(Model):
    """One piece of work on a portal. `reference` is unique in the tenant: a try's own reference on the portal."""

    reference: str
    portal: str
    kind: str
    """`payment`, `posting`, `registration`, `statement`, `receipt` or `canary`."""
    subject: str
    """The slice, the request or the invoice that it is about."""
    case: str
    title: str
    workflow: str = ""
    """Id of the workflow to tell when its turn may come."""
    priority: Priority = Priority.NORMAL
    due_on: date | None = None
    defer_until: datetime | None = None
    """Business time before which it is not begun."""
    payment_run: str | None = None
    """The schedule for whose next run it is put off; None where it waits for no run."""


class Lease(Model):
    """The right to use a portal's login until `until` (wall-clock UTC). A later lease has a higher `fence`."""

    tenant: str
    portal: str
    reference: str
    fence: int
    until: datetime


class WaitReason(StrEnum):
    PAUSED = "paused"
    DEFERRED = "deferred"
    IN_USE = "in_use"
    BEHIND = "behind"
    RATE = "rate"


class NotYet(Model):
    """Why it is not an item's turn."""

    reason: WaitReason
    defer_until: datetime | None = None
    """Business time, for a deferred item."""
    first: str = ""
    """Whose turn it is instead."""
