"""Appends to the audit log inside the transaction of the change, and keeps its checkpoints outside the database."""

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from audit.checkpoint import Checkpoint, Signer, sign
from audit.entry import Actor, Correlation, Entry, Subject, canonical_bytes, commit_body
from audit.merkle import Frontier, leaf_hash
from audit.verify import StoredEntry, derive_columns, origin_of
from models.base import Model
from store.schema.audit import audit_body, audit_entry, audit_head


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
    """Folder outside the database; a file per tenant with the signed checkpoint of each commit."""

    def append(self, connection: Connection, tenant: str, time: datetime, drafts: Sequence[Draft]) -> str:
        """Adds `drafts` in the running transaction and returns the last signed checkpoint, "" where there are none."""
        if not drafts:
            return ""
        frontier = _lock_head(connection, tenant)
        origin, note = origin_of(self.instance, tenant), ""
        for draft in drafts:
            salt = secrets.token_bytes(32)
            entry = Entry(
                origin=origin,
                sequence=frontier.size,
                time=time,
                actor=draft.actor,
                action=draft.action,
                subject=draft.subject,
                correlation=draft.correlation,
                reasons=draft.reasons,
                body_commitment=commit_body(draft.body, salt),
            )
            data = canonical_bytes(entry)
            leaf = leaf_hash(data)
            frontier.append(leaf)
            note = sign(Checkpoint(origin=origin, size=frontier.size, root=frontier.root), self.signer)
            proof = {"data": data, "leaf_hash": leaf.hex(), "root": frontier.root.hex(), "signature": note}
            columns = derive_columns(entry, tenant)
            connection.execute(insert(audit_entry).values(**columns, **proof))
            body = json.dumps(draft.body, ensure_ascii=False, sort_keys=True)
            connection.execute(insert(audit_body).values(tenant=tenant, sequence=entry.sequence, body=body, salt=salt))
        head = {"size": frontier.size, "frontier": frontier.to_bytes().hex()}
        connection.execute(update(audit_head).where(audit_head.c.tenant == tenant).values(**head))
        return note

    def keep_outside(self, tenant: str, note: str) -> None:
        """Appends a checkpoint to the tenant's file, so that a truncated or restored database is noticed."""
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._file(tenant), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, f"{note}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def kept_outside(self, tenant: str) -> tuple[str, ...]:
        """All checkpoints in the tenant's file, oldest first."""
        file = self._file(tenant)
        if not file.exists():
            return ()
        blocks = file.read_text().split(f"{origin_of(self.instance, tenant)}\n")
        return tuple(f"{origin_of(self.instance, tenant)}\n{block.rstrip()}\n" for block in blocks if block.strip())

    def _file(self, tenant: str) -> Path:
        return self.checkpoints / f"{tenant}.checkpoints"


def entries(connection: Connection, tenant: str) -> Iterator[StoredEntry]:
    """The whole log as stored, in order, for the verifier; nothing is trusted or converted."""
    joined = audit_entry.outerjoin(
        audit_body, (audit_body.c.tenant == audit_entry.c.tenant) & (audit_body.c.sequence == audit_entry.c.sequence)
    )
    query = select(audit_entry, audit_body.c.body, audit_body.c.salt).select_from(joined)
    rows = connection.execution_options(yield_per=1000).execute(
        query.where(audit_entry.c.tenant == tenant).order_by(audit_entry.c.sequence)
    )
    for row in rows:
        yield StoredEntry(**row._mapping)


def history(connection: Connection, tenant: str, case: str) -> tuple[HistoryEntry, ...]:
    """What happened in a case, oldest first."""
    query = (
        select(audit_entry.c.data, audit_body.c.body)
        .select_from(
            audit_entry.outerjoin(
                audit_body,
                (audit_body.c.tenant == audit_entry.c.tenant) & (audit_body.c.sequence == audit_entry.c.sequence),
            )
        )
        .where(audit_entry.c.tenant == tenant, audit_entry.c.case_id == case)
        .order_by(audit_entry.c.sequence)
    )
    return tuple(_readable(row.data, row.body) for row in connection.execute(query))


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


def _lock_head(connection: Connection, tenant: str) -> Frontier:
    query = select(audit_head.c.frontier).where(audit_head.c.tenant == tenant).with_for_update()
    stored = connection.execute(query).scalar_one_or_none()
    if stored is None:
        connection.execute(insert(audit_head).values(tenant=tenant, size=0, frontier=""))
        return Frontier()
    return Frontier.from_bytes(bytes.fromhex(stored)) if stored else Frontier()
