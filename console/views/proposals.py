"""Changes of who may do what, as one reader sees them: what differs, who proposed it, and what the reader may do."""

from collections.abc import Sequence
from datetime import datetime

from console.control_words import Before, Difference, Words
from finance.segregation import SegregationException
from models.base import Model
from models.party import Person
from store.reads import View
from store.signed_changes import (
    PROPOSERS,
    SIGNERS,
    SignedChange,
    changes,
    gains_by,
    limits_at,
    segregation_at,
    superseded_by,
)


class ChangeView(Model):
    id: str
    is_exception: bool
    what: str
    difference: Difference | None
    """Against what holds now, of a proposal alone; None for an exception."""
    reason: str
    proposed_by: str
    proposed_at: datetime
    signed_by: str
    signed_at: datetime | None
    ends_at: datetime | None
    ended_by: str
    """Who took it back before its day."""
    refused_by: str
    is_running: bool
    stale_by: str
    """Who signed another change of the same meanwhile; empty where it can be signed."""
    stale_at: datetime | None
    may_sign: bool
    """The reader, who neither proposed it nor gains by it."""
    may_put_aside: bool
    is_mine: bool
    may_end: bool


def change_views(signed: Sequence[SignedChange], words: Words, reader: Person, now: datetime) -> dict[str, ChangeView]:
    """All changes by their id, in the order of `signed`."""
    managers = {each.id: each.manager for each in words.names.people.values()}
    before = Before(segregation_at(signed, now), limits_at(signed, now), managers)
    return {each.id: _view(each, signed, words, before, reader, now) for each in signed}


def to_sign(view: View, tenant: str, reader: Person) -> int:
    """How many proposals the reader could sign now, for the number in the navigation."""
    if not reader.roles & set(SIGNERS):
        return 0
    signed = changes(view, tenant)
    return sum(_may_sign(each, superseded_by(signed, each), reader) for each in signed)


def _may_sign(change: SignedChange, newer: SignedChange | None, reader: Person) -> bool:
    is_free = change.proposed_by != reader.id and not gains_by(reader.id, change.content)
    return change.is_open and newer is None and is_free and bool(reader.roles & set(SIGNERS))


def _view(
    change: SignedChange, signed: Sequence[SignedChange], words: Words, before: Before, reader: Person, now: datetime
) -> ChangeView:
    name = words.names.person
    newer = superseded_by(signed, change) if change.is_open else None
    is_mine, is_running = change.proposed_by == reader.id, change.is_running(now)
    return ChangeView(
        id=change.id,
        is_exception=isinstance(change.content, SegregationException),
        what=words.change(change.content),
        difference=words.difference(change.content, before) if change.is_open and newer is None else None,
        reason=change.reason,
        proposed_by=name(change.proposed_by),
        proposed_at=change.proposed_at,
        signed_by=name(change.signed_by) if change.signed_by else "",
        signed_at=change.signed_at,
        ends_at=change.ends_at,
        ended_by=name(change.ended_by) if change.ended_by else "",
        refused_by=name(change.refused_by) if change.refused_by else "",
        is_running=is_running,
        stale_by=name(newer.signed_by) if newer and newer.signed_by else "",
        stale_at=newer.signed_at if newer else None,
        may_sign=_may_sign(change, newer, reader),
        may_put_aside=change.is_open and (is_mine or bool(reader.roles & set(SIGNERS))),
        is_mine=is_mine,
        may_end=is_running and bool(reader.roles & set(PROPOSERS)),
    )
