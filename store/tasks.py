"""What people have to sort out. A person's answer comes by `store.answers`; the waiting workflow then looks."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from models.base import Model
from models.errors import BusinessError
from models.ids import announcement_workflow
from models.party import Person, Role
from models.task import Proposal, Resolution, TaskContent
from store.outbox import MessageKind, enqueue
from store.schema.approvals import task
from store.unit_of_work import UnitOfWork


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
    proposal: Proposal | None
    """An answer that waits for a second person."""
    resolution: Resolution | None
    comment: str
    resolved_by: str
    resolved_at: datetime | None


_SLA = timedelta(hours=8)

CONFIRMERS = frozenset({Role.FINANCE_DIRECTOR, Role.MANAGING_DIRECTOR})
"""Who may be the second person beside those whose task it is."""


def waits_for(found: Task, person: Person) -> bool:
    """Whether the open task is one that `person` may settle, or whose proposed answer they may confirm."""
    if found.proposal is not None and found.proposal.person == person.id:
        return False
    roles = {found.owner_role, *CONFIRMERS} if found.proposal is not None else {found.owner_role}
    return bool(person.roles & roles)


class TaskSubject(Model):
    """What a task is about. While one of the same kind about the same subject is open, there is no second."""

    kind: str
    subject_kind: str
    subject_id: str
    workflow: str
    """Id of the workflow that waits for the resolution; empty where none does."""


def open_task(work: UnitOfWork, subject: TaskSubject, owner: Role, content: TaskContent, sla: timedelta | None) -> str:
    """Opens a task for everybody with the role `owner` and returns its id; an open one about the same is kept."""
    known = _open_about(work, subject)
    if known:
        return known
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


def open_announced_task(
    work: UnitOfWork, subject: TaskSubject, owner: Role, content: TaskContent, sla: timedelta = _SLA
) -> str:
    """A task that no workflow opens, with the message to its owners; one that is open about the same is kept."""
    known = _open_about(work, subject)
    if known:
        return known
    task_id = open_task(work, subject, owner, content, sla)
    arguments = {"tenant": work.tenant, "task": task_id}
    enqueue(work, MessageKind.START, announcement_workflow(work.tenant, task_id), "Announcement", arguments)
    return task_id


def postpone(work: UnitOfWork, found: Task, comment: str) -> None:
    """The task stays open and is due as much later as its owners were given at first; the case tells them sooner."""
    due_at = work.now + (found.due_at - found.created_at) if found.due_at else None
    work.execute(update(task).where(_place(work, found.id)).values(due_at=due_at, comment=comment))
    after = {"task": found.id, "comment": comment, "due_at": due_at and due_at.isoformat()}
    work.record("task.postponed", found.subject_kind, found.subject_id, after=after)


def keep_proposal(work: UnitOfWork, found: Task, proposal: Proposal) -> None:
    """The task stays open until a second person confirms `proposal` or declines it."""
    work.execute(update(task).where(_place(work, found.id)).values(proposal=proposal))
    after = {"task": found.id, **proposal.model_dump(mode="json")}
    work.record("task.answer_proposed", found.subject_kind, found.subject_id, after=after, reasons=proposal.because)


def drop_proposal(work: UnitOfWork, found: Task, comment: str) -> None:
    """A second person does not confirm it; the task waits for another answer."""
    work.execute(update(task).where(_place(work, found.id)).values(proposal=None))
    after = {"task": found.id, "comment": comment}
    work.record("task.answer_declined", found.subject_kind, found.subject_id, after=after)


def settle(work: UnitOfWork, found: Task, person: str, resolution: Resolution, comment: str, second: str = "") -> None:
    """Ends a task with a person's answer, which `second` confirmed, and tells the workflow that waits for it."""
    values = {"resolution": resolution, "comment": comment, "resolved_by": person}
    work.execute(
        update(task)
        .where(_place(work, found.id))
        .values(state="resolved", resolved_at=work.now, proposal=None, **values)
    )
    confirmed = {"confirmed_by": second} if second else {}
    work.record("task.resolved", found.subject_kind, found.subject_id, after={"task": found.id, **values, **confirmed})
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
            ended = {"state": "resolved", "comment": why, "resolved_at": work.now, "proposal": None}
            work.execute(update(task).where(_place(work, known.id)).values(**ended))
            work.record("task.closed", subject_kind, subject_id, after={"task": known.id}, reasons=(why,))


def tasks_of_case(connection: Connection, tenant: str, case: str) -> tuple[Task, ...]:
    query = select(task).where(task.c.tenant == tenant, task.c.case_id == case)
    return tuple(_task(row) for row in connection.execute(query.order_by(task.c.created_at)))


def _open_about(work: UnitOfWork, subject: TaskSubject) -> str:
    """The open task of the same kind about the same subject; empty where there is none."""
    known = tasks_about(work.connection, work.tenant, subject.subject_kind, subject.subject_id)
    return next((task.id for task in known if task.kind == subject.kind and task.state == "open"), "")


def _place(work: UnitOfWork, task_id: str) -> ColumnElement[bool]:
    return (task.c.tenant == work.tenant) & (task.c.id == task_id)


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
        proposal=row.proposal,
        resolution=row.resolution,
        comment=row.comment or "",
        resolved_by=row.resolved_by or "",
        resolved_at=row.resolved_at,
    )
