"""What has to be told to workflows, written with the change that causes it and delivered until it arrived."""

import json
import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from models.base import Model
from store.schema.approvals import outbox
from store.unit_of_work import Store, UnitOfWork


class MessageKind(StrEnum):
    START = "start"
    """Start `workflow` under `workflow_id`; a workflow that runs or ran under that id is left alone."""
    DECIDE = "decide"
    """Hand a decision's id to the approval workflow."""
    CHANGED = "changed"
    """Something the workflow waits for changed in the store; it looks for itself."""


class Message(Model):
    tenant: str
    id: str
    kind: MessageKind
    workflow: str
    workflow_id: str
    argument: dict[str, Any]


def enqueue(
    work: UnitOfWork, kind: MessageKind, workflow_id: str, workflow: str = "", argument: Mapping[str, Any] | None = None
) -> None:
    """Adds a message to this transaction."""
    work.execute(
        insert(outbox).values(
            tenant=work.tenant,
            id=uuid.uuid4().hex,
            kind=kind,
            workflow=workflow,
            workflow_id=workflow_id,
            argument=json.dumps(dict(argument or {})),
            created_at=work.now,
            problem="",
        )
    )


def undelivered(connection: Connection, limit: int = 100) -> tuple[Message, ...]:
    """The oldest messages that have not arrived yet, of all tenants."""
    query = select(outbox).where(outbox.c.delivered_at.is_(None)).order_by(outbox.c.created_at).limit(limit)
    return tuple(
        Message(
            tenant=row.tenant,
            id=row.id,
            kind=row.kind,
            workflow=row.workflow,
            workflow_id=row.workflow_id,
            argument=json.loads(row.argument),
        )
        for row in connection.execute(query)
    )


def mark_delivered(store: Store, message: Message, problem: str = "") -> None:
    """Notes that `message` arrived, or why it never can. The message is plumbing, not state: no audit entry."""
    place = (outbox.c.tenant == message.tenant) & (outbox.c.id == message.id)
    with store.engines.writer.begin() as connection:
        connection.execute(update(outbox).where(place).values(delivered_at=store.now(), problem=problem))
