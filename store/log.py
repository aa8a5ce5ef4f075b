"""Appends to the audit log inside the transaction of the change, and keeps its checkpoints outside the database."""

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, text, update

from audit.entry import SALT_SIZE, Actor, Correlation, Entry, Subject, commit_body, origin_of
from audit.merkle import Frontier
from audit.note import Signer, Verifier
from audit.stored import StoredEntry, seal
from audit.verify import Verification, verify_log
from models.base import Model
from store.schema.audit import audit_body, audit_entry, audit_head

_WITH_BODY = audit_entry.outerjoin(
    audit_body, (audit_body.c.tenant == audit_entry.c.tenant) & (audit_body.c.sequence == audit_entry.c.sequence)
)
_LONGEST_LINE = 10_000
"""Bytes of the checkpoints' file that surely hold its last line."""

# Plain text, because typed columns convert on reading, and a column may hold whatever somebody wrote into it.
_AS_STORED = text(
    "SELECT audit_entry.*, audit_body.body, audit_body.salt FROM audit_entry LEFT JOIN audit_body"
    " ON audit_body.tenant = audit_entry.tenant AND audit_body.sequence = audit_entry.sequence"
    " WHERE audit_entry.tenant = :tenant ORDER BY audit_entry.sequence"
)


@dataclass(frozen=True)
class Draft:
    """An audit entry before it has its place in the log."""

    actor: Actor
    action: str
    subject: Subject
    correlation: Correlation
    reasons: tuple[str, ...]
    body: dict[str, Any]


class HistoryEntry(Model):
    """One entry as a person reads it."""

    sequence: int
    time: datetime
    actor: Actor
    action: str
    subject: Subject
    reasons: tuple[str, ...]
    body: dict[str, Any]


@dataclass(frozen=True)
class AuditLog:
    """One Merkle log per tenant. Every entry carries the signed root of the tree that ends with it."""

    instance: str
    signer: Signer
    checkpoints: Path
    """Folder outside the database; a file per tenant with the signed checkpoint of each commit as a JSON line."""

    def append(self, connection: Connection, tenant: str, time: datetime, drafts: Sequence[Draft]) -> str:
        """Adds `drafts` in the running transaction and returns the last signed checkpoint, "" where there are none."""
        if not drafts:
            return ""
        frontier = _lock_head(connection, tenant)
        note = ""
        for draft in drafts:
            salt = secrets.token_bytes(SALT_SIZE)
            entry = Entry(
                origin=origin_of(self.instance, tenant),
                sequence=frontier.size,
                time=time,
                actor=draft.actor,
                action=draft.action,
                subject=draft.subject,
                correlation=draft.correlation,
                reasons=draft.reasons,
                body_commitment=commit_body(draft.body, salt),
            )
            row = asdict(seal(entry, draft.body, salt, frontier, self.signer))
            note = row["signature"]
            kept_beside = {
                "tenant": tenant,
                "sequence": entry.sequence,
                "body": row.pop("body"),
                "salt": row.pop("salt"),
            }
            connection.execute(insert(audit_entry).values(**row))
            connection.execute(insert(audit_body).values(**kept_beside))
        head = {"size": frontier.size, "frontier": frontier.to_bytes().hex()}
        connection.execute(update(audit_head).where(audit_head.c.tenant == tenant).values(**head))
        return note

    def keep_outside(self, tenant: str, note: str) -> None:
        """Appends a checkpoint to the tenant's file, so that a truncated or restored database is noticed."""
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._file(tenant), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, f"{json.dumps(note)}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def kept_outside(self, tenant: str) -> tuple[str, ...]:
        """All checkpoints in the tenant's file, oldest first; a line that holds none is given as it stands."""
        file = self._file(tenant)
        lines = file.read_text(errors="replace").split("\n") if file.exists() else []
        return tuple(_note_in(line) for line in lines if line)

    def verify(self, connection: Connection, tenant: str, verifier: Verifier) -> Verification:
        """Checks the tenant's whole log against `verifier` and the checkpoints outside the database."""
        origin = origin_of(self.instance, tenant)
        return verify_log(entries(connection, tenant), origin, verifier, self.kept_outside(tenant))

    def _file(self, tenant: str) -> Path:
        return _checkpoints_file(self.checkpoints, tenant)


def last_checkpoint(folder: Path, tenant: str) -> str:
    """The last note in the tenant's file of `folder`, "" where there is none. It costs the same for any length."""
    file = _checkpoints_file(folder, tenant)
    if not file.exists():
        return ""
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - _LONGEST_LINE))
        lines = opened.read().decode(errors="replace").split("\n")
    return next((_note_in(line) for line in reversed(lines) if line), "")


def entries(connection: Connection, tenant: str) -> Iterator[StoredEntry]:
    """The whole log as stored, in order, for the verifier; nothing is trusted or converted."""
    rows = connection.execution_options(yield_per=1000).execute(_AS_STORED, {"tenant": tenant})
    for row in rows:
        yield StoredEntry(**row._mapping)


def history(connection: Connection, tenant: str, case: str) -> tuple[HistoryEntry, ...]:
    """What happened in a case, oldest first."""
    query = (
        select(audit_entry.c.data, audit_body.c.body)
        .select_from(_WITH_BODY)
        .where(audit_entry.c.tenant == tenant, audit_entry.c.case_id == case)
        .order_by(audit_entry.c.sequence)
    )
    return tuple(_readable(row.data, row.body) for row in connection.execute(query))


def _checkpoints_file(folder: Path, tenant: str) -> Path:
    return folder / f"{tenant}.checkpoints"


def _readable(data: bytes, body: str | None) -> HistoryEntry:
    entry = Entry.model_validate_json(data)
    return HistoryEntry(
        sequence=entry.sequence,
        time=entry.time,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        reasons=entry.reasons,
        body=json.loads(body) if body else {},
    )


def _note_in(line: str) -> str:
    """Damage must reach the verifier instead of failing on the way."""
    try:
        note = json.loads(line)
    except ValueError:
        return line
    return note if isinstance(note, str) else line


def _lock_head(connection: Connection, tenant: str) -> Frontier:
    query = select(audit_head.c.frontier).where(audit_head.c.tenant == tenant)
    stored = connection.execute(query).scalar_one_or_none()
    if stored is None:
        connection.execute(insert(audit_head).values(tenant=tenant, size=0, frontier=""))
        return Frontier()
    return Frontier.from_bytes(bytes.fromhex(stored)) if stored else Frontier()
