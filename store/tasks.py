"""What people have to sort out. A resolution is recorded here first; the waiting workflow then looks."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from finance.segregation import Function, conflicts
from models.base import Model
from models.errors import BusinessError
from models.party import Role
from models.task import Resolution, TaskContent
from store.cases import involve, involvements
from store.outbox import MessageKind, enqueue
from store.people import SignedIn
from store.schema.approvals import task
from store.unit_of_work import Store, UnitOfWork


class Task(Model):
    id: str
    case: str
    kind: str
    subject_kind: str
    subject_id: str
    owner_role: Role
    content: TaskContent
    state: str
    """`open` or `resolved`."""
    due_at: datetime | None
    created_at: datetime
    resolution: Resolution | None
    comment: str
    resolved_by: str
    resolved_at: datetime | None


class TaskSubject(Model):
    """What a task is about. While one of the same kind about the same subject is open, there is no second."""

    kind: str
    subject_kind: str
    subject_id: str
    workflow: str
    """Id of the workflow that waits for the resolution; empty where none does."""


def open_task(work: UnitOfWork, subject: TaskSubject, owner: Role, content: TaskContent, sla: timedelta | None) -> str:
    """Opens a task for everybody with the role `owner` and returns its id; an open one about the same is kept."""
    for known in tasks_about(work.connection, work.tenant, subject.subject_kind, subject.subject_id):
        if known.kind == subject.kind and known.state == "open":
            return known.id
    task_id = uuid.uuid4().hex
    work.execute(
        insert(task).values(
            tenant=work.tenant,
            id=task_id,
            case_id=work.case,
            kind=subject.kind,
            subject_kind=subject.subject_kind,
            subject_id=subject.subject_id,
            workflow_id=subject.workflow,
            owner_role=owner,
            content=content,
            state="open",
            due_at=work.now + sla if sla else None,
            created_at=work.now,
        )
    )
    work.record(
        "task.opened",
        subject.subject_kind,
        subject.subject_id,
        after={"task": task_id, "kind": subject.kind, "owner": owner, **content.model_dump(mode="json")},
    )
    return task_id


def resolve_task(store: Store, signed_in: SignedIn, task_id: str, resolution: Resolution, comment: str) -> None:
    """Records how the signed-in person settled a task; told to wait, it stays open and is due later.

    Raises BusinessError `task.unknown`, `task.already_resolved`, `task.resolution`, `task.no_comment`,
    `task.segregation` or `right.missing`.
    """
    with store.change(signed_in.tenant, signed_in.actor) as work:
        found = task_of(work.connection, work.tenant, task_id)
        work.case = found.case
        signed_in.require(found.owner_role)
        if found.state != "open":
            raise BusinessError("task.already_resolved", "Somebody settled this task already.")
        if resolution not in found.content.resolutions:
            allowed = ", ".join(found.content.resolutions)
            raise BusinessError("task.resolution", f"{resolution!r} is not possible here; choose one of: {allowed}.")
        if not comment.strip():
            raise BusinessError("task.no_comment", "Say in a few words why, for whoever reads this case later.")
        function = Function.ATTESTED_OUTCOME if found.subject_kind == "intent" else Function.RESOLVED_EXCEPTION
        clashes = conflicts(signed_in.person.id, function, involvements(work.connection, work.tenant, work.case))
        if clashes:
            raise BusinessError("task.segregation", " ".join(clashes))
        if resolution is Resolution.WAIT:
            _postpone(work, found, comment.strip())
        else:
            involve(work, signed_in.person.id, function)
            _settle(work, found, signed_in.person.id, resolution, comment.strip())


def _postpone(work: UnitOfWork, found: Task, comment: str) -> None:
    """The task stays open and is due as much later as its owners were given at first; the case tells them sooner."""
    due_at = work.now + (found.due_at - found.created_at) if found.due_at else None
    place = (task.c.tenant == work.tenant) & (task.c.id == found.id)
    work.execute(update(task).where(place).values(due_at=due_at, comment=comment))
    after = {"task": found.id, "comment": comment, "due_at": due_at and due_at.isoformat()}
    work.record("task.postponed", found.subject_kind, found.subject_id, after=after)


def _settle(work: UnitOfWork, found: Task, person: str, resolution: Resolution, comment: str) -> None:
    place = (task.c.tenant == work.tenant) & (task.c.id == found.id)
    values = {"resolution": resolution, "comment": comment, "resolved_by": person}
    work.execute(update(task).where(place).values(state="resolved", resolved_at=work.now, **values))
    work.record("task.resolved", found.subject_kind, found.subject_id, after={"task": found.id, **values})
    waiting = _row(work.connection, work.tenant, found.id).workflow_id
    if waiting:
        enqueue(work, MessageKind.CHANGED, waiting)


def task_of(connection: Connection, tenant: str, task_id: str) -> Task:
    """Raises BusinessError `task.unknown`."""
    row = _row(connection, tenant, task_id)
    if row is None:
        raise BusinessError("task.unknown", f"There is no task {task_id!r}.")
    return _task(row)


def open_tasks(connection: Connection, tenant: str) -> tuple[Task, ...]:
    """All open tasks of the tenant, the most urgent first."""
    query = select(task).where(task.c.tenant == tenant, task.c.state == "open")
    return tuple(_task(row) for row in connection.execute(query.order_by(task.c.due_at, task.c.created_at)))


def tasks_about(connection: Connection, tenant: str, subject_kind: str, subject_id: str) -> tuple[Task, ...]:
    """All tasks there ever were about one subject, oldest first."""
    place = (task.c.subject_kind == subject_kind) & (task.c.subject_id == subject_id)
    query = select(task).where(task.c.tenant == tenant, place)
    return tuple(_task(row) for row in connection.execute(query.order_by(task.c.created_at)))


def close_tasks(work: UnitOfWork, subject_kind: str, subject_id: str, why: str) -> None:
    """Ends the open tasks about a subject that has moved on without them."""
    for known in tasks_about(work.connection, work.tenant, subject_kind, subject_id):
        if known.state == "open":
            place = (task.c.tenant == work.tenant) & (task.c.id == known.id)
            work.execute(update(task).where(place).values(state="resolved", comment=why, resolved_at=work.now))
            work.record("task.closed", subject_kind, subject_id, after={"task": known.id}, reasons=(why,))


def tasks_of_case(connection: Connection, tenant: str, case: str) -> tuple[Task, ...]:
    query = select(task).where(task.c.tenant == tenant, task.c.case_id == case)
    return tuple(_task(row) for row in connection.execute(query.order_by(task.c.created_at)))


def _row(connection: Connection, tenant: str, task_id: str) -> Any:
    return connection.execute(select(task).where(task.c.tenant == tenant, task.c.id == task_id)).one_or_none()


def _task(row: Any) -> Task:
    return Task(
        id=row.id,
        case=row.case_id,
        kind=row.kind,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        owner_role=row.owner_role,
        content=row.content,
        state=row.state,
        due_at=row.due_at,
        created_at=row.created_at,
        resolution=row.resolution,
        comment=row.comment or "",
        resolved_by=row.resolved_by or "",
        resolved_at=row.resolved_at,
    )
