"""The runs of schedules: which are due, which begin, which were missed, and what came of them.

A run that could not begin within its schedule's patience is never caught up by itself: a person is asked.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from finance.calendars import DATA_VERSION
from finance.schedule_plan import runs_between
from models.base import Model
from models.ids import schedule_run_workflow
from models.schedule import Job, RunState, Schedule, ScheduleRun
from models.task import Resolution, TaskContent, TaskDetail
from store.calendars import SCHEDULERS, calendar_of
from store.outbox import MessageKind, enqueue
from store.payment_runs import keep_in_step, let_go
from store.people import SignedIn
from store.schedules import StoredSchedule, place_of, schedule_of
from store.schema.schedules import schedule, schedule_run, schedule_run_part
from store.tasks import TaskSubject, close_tasks, open_announced_task, tasks_about
from store.unit_of_work import Store, UnitOfWork

MISSED, SILENT = "schedule_missed", "schedule_silent"
"""Kinds of the tasks about a schedule."""

_ANSWERS = (Resolution.RUN_NOW, Resolution.NOTED)


class Taken(Model):
    run: ScheduleRun
    is_new: bool
    """False where the same workflow has taken it before."""


def runs_of(connection: Connection, tenant: str, schedule_id: str, most: int = 20) -> tuple[ScheduleRun, ...]:
    """The newest runs first."""
    place = (schedule_run.c.tenant == tenant) & (schedule_run.c.schedule == schedule_id)
    query = select(schedule_run).where(place).order_by(schedule_run.c.due_at.desc()).limit(most)
    return tuple(_run(row) for row in connection.execute(query))


def take_due(work: UnitOfWork, schedule_id: str, workflow: str) -> Taken | None:
    """The run that is due now, taken by `workflow`, which gets the same again when it asks again; None for no run.

    Whatever was due before and is too late is put on record as missed.
    """
    taken = _taken_by(work, workflow)
    if taken is not None:
        return Taken(run=taken, is_new=False)
    stored = schedule_of(work.connection, work.tenant, schedule_id)
    if stored.paused:
        return None
    due, late = _due(work, stored)
    _record_missed(work, stored.content, late)
    if not due:
        return None
    run = _new_run(stored.content, due[-1], RunState.RUNNING, f"{schedule_id}.{due[-1]:%Y%m%dT%H%M}", workflow)
    _settle(work, schedule_id, due[-1])
    return Taken(run=_begun(work, stored.content, run), is_new=True)


def begin_asked(work: UnitOfWork, run_id: str, workflow: str) -> Taken | None:
    """The run that a person asked for, begun; the same again when it runs, None when it is over."""
    run = _run(work.execute(select(schedule_run).where(_place(work.tenant, run_id))).one())
    if run.state is RunState.RUNNING:
        return Taken(run=run, is_new=False)
    if run.state is not RunState.ASKED:
        return None
    content = schedule_of(work.connection, work.tenant, run.schedule).content
    asked = run.model_copy(update={"state": RunState.RUNNING, "workflow": workflow})
    return Taken(run=_begun(work, content, asked), is_new=True)


def run_now(store: Store, signed_in: SignedIn, schedule_id: str) -> str:
    """Asks for one run outside the plan and gives its id. Raises BusinessError `schedule.unknown`, `right.missing`."""
    signed_in.require(*SCHEDULERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        return ask_for_run(work, schedule_id)


def ask_for_run(work: UnitOfWork, schedule_id: str) -> str:
    """Asks for one run and gives its id; while one that was asked for has not begun, that one is meant."""
    content = schedule_of(work.connection, work.tenant, schedule_id).content
    same = (schedule_run.c.tenant == work.tenant) & (schedule_run.c.schedule == schedule_id)
    asked = work.execute(select(schedule_run.c.id).where(same, schedule_run.c.state == RunState.ASKED)).scalar()
    if asked is not None:
        return str(asked)
    run_id = f"{schedule_id}.{work.now:%Y%m%dT%H%M%S%f}.hand"
    workflow = schedule_run_workflow(work.tenant, run_id)
    run = _new_run(content, work.now, RunState.ASKED, run_id, workflow).model_copy(update={"by_hand": True})
    work.execute(insert(schedule_run).values(tenant=work.tenant, **_values(run)))
    work.record("schedule.run_asked", "schedule", schedule_id, after={"run": run_id})
    arguments = {"tenant": work.tenant, "schedule": schedule_id, "run": run_id}
    enqueue(work, MessageKind.START, workflow, "ScheduledRun", arguments)
    return run_id


def answer_about_schedule(work: UnitOfWork, schedule_id: str, resolution: Resolution) -> None:
    """Does what a person answered about missed or silent runs."""
    if resolution is Resolution.RUN_NOW:
        ask_for_run(work, schedule_id)


def add_part(work: UnitOfWork, run: ScheduleRun, subject: str) -> None:
    """The run waits for `subject`, which it asked for."""
    work.execute(insert(schedule_run_part).values(tenant=work.tenant, subject=subject, run=run.id))


def part_done(work: UnitOfWork, subject: str) -> None:
    """What a run asked for is there; with the last of it the run is over. Nothing happens for what no run asked for."""
    place = (schedule_run_part.c.tenant == work.tenant) & (schedule_run_part.c.subject == subject)
    part = work.execute(select(schedule_run_part).where(place)).one_or_none()
    if part is None or part.done_at is not None:
        return
    work.execute(update(schedule_run_part).where(place).values(done_at=work.now))
    same = (schedule_run_part.c.tenant == work.tenant) & (schedule_run_part.c.run == part.run)
    parts = work.execute(select(schedule_run_part.c.done_at).where(same)).scalars().all()
    work.record("schedule.part_done", "schedule", part.run.partition(".")[0], after={"run": part.run, "part": subject})
    if all(parts):
        end_run(work, part.run, RunState.DONE, f"{len(parts)}")


def end_run(work: UnitOfWork, run_id: str, state: RunState, produced: str) -> bool:
    """The run is over; a worry about it is over, too. False for a run that ended before, which stays as it ended."""
    run = _run(work.execute(select(schedule_run).where(_place(work.tenant, run_id))).one())
    if run.state not in (RunState.RUNNING, RunState.SILENT):
        return False
    values = {"state": state, "ended_at": work.now, "produced": produced[:500]}
    work.execute(update(schedule_run).where(_place(work.tenant, run_id)).values(**values))
    action = "schedule.run_completed" if state is RunState.DONE else "schedule.run_failed"
    work.record(action, "schedule", run.schedule, after={"run": run_id, "produced": produced[:500]})
    if run.state is RunState.SILENT:
        close_tasks(work, "schedule", run.schedule, "The run has ended after all.")
    return True


def look_after(work: UnitOfWork, stored: StoredSchedule) -> None:
    """What nobody else would notice: runs that did not begin in time, and runs that produced nothing."""
    if not stored.paused:
        _, late = _due(work, stored)
        _record_missed(work, stored.content, late)
    keep_in_step(work, stored)
    place = (schedule_run.c.tenant == work.tenant) & (schedule_run.c.schedule == stored.content.id)
    overdue = place & (schedule_run.c.state == RunState.RUNNING) & (schedule_run.c.silent_at <= work.now)
    for row in work.execute(select(schedule_run).where(overdue)).all():
        _raise_silence(work, stored.content, _run(row))


def _due(work: UnitOfWork, stored: StoredSchedule) -> tuple[list[datetime], list[datetime]]:
    """What is due and may still begin, and what is too late for it."""
    timing = stored.content.timing
    calendar = calendar_of(work.connection, work.tenant, timing.calendar)
    found = runs_between(timing, calendar, stored.settled_until, work.now)
    patience = timedelta(minutes=stored.content.patience_minutes)
    return (
        [at for at in found if work.now - at <= patience],
        [at for at in found if work.now - at > patience],
    )


def _record_missed(work: UnitOfWork, content: Schedule, late: list[datetime]) -> None:
    if not late:
        return
    for at in late:
        run = _new_run(content, at, RunState.MISSED, f"{content.id}.{at:%Y%m%dT%H%M}", "")
        work.execute(insert(schedule_run).values(tenant=work.tenant, **_values(run)))
        work.record("schedule.run_missed", "schedule", content.id, after={"run": run.id, "due_at": at.isoformat()})
    _settle(work, content.id, late[-1])
    message = f"{content.title} could not begin in time {len(late)} time(s), because nothing worked here then. "
    if content.job is Job.PAYMENTS:
        message += f"The payments that waited for it ({let_go(work, content.id, late[-1])}) begin without it."
    else:
        message += "It is not made up for by itself: run it once now if it is still wanted."
    _ask(work, content, MISSED, f"{content.title}: runs were missed", message, late)


def _raise_silence(work: UnitOfWork, content: Schedule, run: ScheduleRun) -> None:
    work.execute(update(schedule_run).where(_place(work.tenant, run.id)).values(state=RunState.SILENT))
    work.record("schedule.run_silent", "schedule", content.id, after={"run": run.id})
    message = (
        f"{content.title} has run and produced nothing within {content.silent_after_minutes} minutes. "
        "Look at what it asked for, or run it once more."
    )
    _ask(work, content, SILENT, f"{content.title}: nothing came of it", message, [run.due_at])


def _ask(work: UnitOfWork, content: Schedule, kind: str, title: str, message: str, times: Iterable[datetime]) -> None:
    """One task for everything that is open about a schedule: an older one is replaced by one that says it all."""
    known = [
        detail
        for task in tasks_about(work.connection, work.tenant, "schedule", content.id)
        if task.kind == kind and task.state == "open"
        for detail in task.content.details
    ]
    if known:
        close_tasks(work, "schedule", content.id, "More came to it.")
    details = tuple(TaskDetail(label="Run due", expected=_local(at, content.timing.time_zone)) for at in times)
    subject = TaskSubject(kind=kind, subject_kind="schedule", subject_id=content.id, workflow="")
    task = TaskContent(title=title[:200], message=message, details=(*known, *details), resolutions=_ANSWERS)
    open_announced_task(work, subject, content.owner, task)


def _begun(work: UnitOfWork, content: Schedule, run: ScheduleRun) -> ScheduleRun:
    silent_at = work.now + timedelta(minutes=content.silent_after_minutes)
    begun = run.model_copy(update={"started_at": work.now, "silent_at": silent_at})
    known = work.execute(select(schedule_run.c.id).where(_place(work.tenant, run.id))).one_or_none()
    if known is None:
        work.execute(insert(schedule_run).values(tenant=work.tenant, **_values(begun)))
    else:
        work.execute(update(schedule_run).where(_place(work.tenant, run.id)).values(**_values(begun)))
    after = {"run": run.id, "due_at": run.due_at.isoformat(), "data": DATA_VERSION}
    work.record("schedule.run_begun", "schedule", content.id, after=after)
    return begun


def _new_run(content: Schedule, due_at: datetime, state: RunState, run_id: str, workflow: str) -> ScheduleRun:
    return ScheduleRun(
        id=run_id,
        schedule=content.id,
        due_at=due_at,
        by_hand=False,
        state=state,
        workflow=workflow,
        started_at=None,
        silent_at=None,
        ended_at=None,
        produced="",
    )


def _taken_by(work: UnitOfWork, workflow: str) -> ScheduleRun | None:
    place = (schedule_run.c.tenant == work.tenant) & (schedule_run.c.workflow_id == workflow)
    row = work.execute(select(schedule_run).where(place, schedule_run.c.state == RunState.RUNNING)).one_or_none()
    return _run(row) if row is not None else None


def _settle(work: UnitOfWork, schedule_id: str, until: datetime) -> None:
    work.execute(update(schedule).where(place_of(work.tenant, schedule_id)).values(settled_until=until))


def _place(tenant: str, run_id: str) -> ColumnElement[bool]:
    return (schedule_run.c.tenant == tenant) & (schedule_run.c.id == run_id)


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _values(run: ScheduleRun) -> dict[str, Any]:
    values = run.model_dump()
    values["workflow_id"] = values.pop("workflow")
    return values


def _run(row: Row[Any]) -> ScheduleRun:
    values = {name: getattr(row, name) for name in ScheduleRun.model_fields if name != "workflow"}
    return ScheduleRun.model_validate(values | {"workflow": row.workflow_id})
