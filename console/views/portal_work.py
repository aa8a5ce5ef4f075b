"""The queues of the portals as people see them."""

from datetime import date, datetime

from console.context import ConsoleContext
from console.names import Names
from console.views.portal_facts import PortalFacts, portal_facts
from models.base import Model
from store.portal_queue import PortalQueue, StoredItem, queues
from store.reads import View
from store.tasks import open_tasks


class WorkView(Model):
    reference: str
    kind: str
    title: str
    case: str
    state: str
    """A code of `words.WORK_STATES`."""
    priority: int
    due_on: date | None
    defer_until: datetime | None
    since: datetime
    task: str
    """The open task about it; empty where nobody has to do anything."""


class PortalWork(Model):
    portal: str
    name: str
    is_paused: bool
    pause_reason: str
    canary_problem: str
    canary_at: datetime | None
    actions_per_minute: int | None
    running: WorkView | None
    holder: str
    waiting: tuple[WorkView, ...]
    facts: PortalFacts


def portal_work(view: View, context: ConsoleContext, names: Names) -> tuple[PortalWork, ...]:
    """Every portal with a login: what runs there now and what comes next, in that order."""
    tasks = {task.subject_id: task.id for task in open_tasks(view, context.tenant) if task.subject_kind == "intent"}
    now = context.store.now()
    facts = portal_facts(view, context.tenant, now)
    found = queues(view, context.tenant, context.moment().wall)
    return tuple(_portal(queue, names, tasks, now, facts[queue.portal]) for queue in found)


def _portal(queue: PortalQueue, names: Names, tasks: dict[str, str], now: datetime, facts: PortalFacts) -> PortalWork:
    running = queue.running
    return PortalWork(
        portal=queue.portal,
        name=names.portal(queue.portal),
        is_paused=queue.paused,
        pause_reason=queue.pause_reason,
        canary_problem=queue.canary_problem,
        canary_at=queue.canary_at,
        actions_per_minute=queue.rules.actions_per_minute,
        running=_work(running, "running", "") if running else None,
        holder=queue.holder,
        waiting=tuple(_work(item, _state(item, tasks, now), tasks.get(item.subject, "")) for item in queue.waiting),
        facts=facts,
    )


def _state(item: StoredItem, tasks: dict[str, str], now: datetime) -> str:
    if item.subject in tasks:
        return "person"
    if item.defer_until is None or item.defer_until <= now:
        return item.state
    return "awaits_run" if item.payment_run else "deferred"


def _work(item: StoredItem, state: str, task: str) -> WorkView:
    return WorkView(
        reference=item.reference,
        kind=item.kind,
        title=item.title,
        case=item.case,
        state=state,
        priority=int(item.priority),
        due_on=item.due_on,
        defer_until=item.defer_until,
        since=item.queued_at,
        task=task,
    )
