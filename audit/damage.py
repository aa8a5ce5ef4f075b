"""The kinds of damage a log can show, and one finding of it."""

from dataclasses import dataclass
from enum import StrEnum


class Damage(StrEnum):
    EDITED = "edited"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    FORKED = "forked"
    BAD_SIGNATURE = "bad_signature"
    BODY_MISSING = "body_missing"
    BAD_OUTSIDE_CHECKPOINT = "bad_outside_checkpoint"


@dataclass(frozen=True, slots=True)
class Fault:
    """`damage` at the entry `sequence`, which is None where no entry can be named."""

    sequence: int | None
    damage: Damage
    detail: str
    content_known: bool = False
    """Whether the entry's bytes are still those that were signed, so that what it records can be believed."""
