"""The row that keeps an entry: its bytes, its place in the tree, and columns derived from the bytes for searching."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from audit.checkpoint import Checkpoint, sign
from audit.entry import (
    JSON,
    Entry,
    EntryError,
    Subject,
    canonical_body,
    canonical_bytes,
    check_body,
    rfc3339,
    tenant_of,
)
from audit.merkle import Frontier, leaf_hash
from audit.note import Signer

BODY_ERASED = "body.erased"
"""The action of the entry which records that the body of an earlier entry was erased."""

_ENTRY_KIND = "audit_entry"
_SEQUENCE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One row of the log as it comes from the database; nothing in it is trusted before `verify_log` has seen it."""

    sequence: int
    data: bytes
    """The entry's canonical bytes."""
    leaf_hash: str
    """RFC 6962 leaf hash of `data`, hex."""
    root: str
    """Root of the tree of `sequence + 1` leaves, hex."""
    signature: str
    """The signed checkpoint note for that tree."""
    tenant: str
    time: str
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    case_id: str
    origin: str
    body_commitment: str
    body: str | None
    """The body's canonical JSON, to the character as committed to; None once erased."""
    salt: bytes | None
    """The commitment's 32 bytes of salt; None once erased."""


class DerivedColumns(TypedDict):
    sequence: int
    tenant: str
    time: str
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    case_id: str
    origin: str
    body_commitment: str


def derive_columns(entry: Entry) -> DerivedColumns:
    """What each derived column must hold for `entry`."""
    return DerivedColumns(
        sequence=entry.sequence,
        tenant=tenant_of(entry.origin),
        time=rfc3339(entry.time),
        actor=entry.actor.display,
        action=entry.action,
        subject_kind=entry.subject.kind,
        subject_id=entry.subject.id,
        case_id=entry.correlation.case,
        origin=entry.origin,
        body_commitment=entry.body_commitment,
    )


def seal(entry: Entry, body: Mapping[str, JSON], salt: bytes, frontier: Frontier, signer: Signer) -> StoredEntry:
    """The row that appends `entry` to the log whose right edge is `frontier`, which grows by it.

    Raises EntryError when the entry is not the next one or commits to another body; the frontier is then untouched.
    """
    if entry.sequence != frontier.size:
        raise EntryError(f"entry {entry.sequence}: the next of this log is {frontier.size}; read the frontier again")
    kept_body, data = canonical_body(body), canonical_bytes(entry)
    if not check_body(kept_body, salt, entry.body_commitment):
        raise EntryError(f"entry {entry.sequence}: commits to another body or salt; make it with commit_body")
    leaf = leaf_hash(data)
    frontier.append(leaf)
    return StoredEntry(
        **derive_columns(entry),
        data=data,
        leaf_hash=leaf.hex(),
        root=frontier.root.hex(),
        signature=sign(Checkpoint(entry.origin, frontier.size, frontier.root), signer),
        body=kept_body.decode(),
        salt=salt,
    )


def erasure_subject(sequence: int) -> Subject:
    """The subject of a `body.erased` entry for the entry `sequence`."""
    return Subject(kind=_ENTRY_KIND, id=str(sequence))


def erased_sequence(entry: Entry) -> int | None:
    """The earlier entry whose body `entry` records as erased; None when it records no erasure."""
    subject = entry.subject
    if entry.action != BODY_ERASED or subject.kind != _ENTRY_KIND or _SEQUENCE.fullmatch(subject.id) is None:
        return None
    sequence = int(subject.id)
    return sequence if sequence < entry.sequence else None
