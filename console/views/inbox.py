"""What waits for one person."""

from datetime import datetime

from console.context import ConsoleContext
from console.names import Names
from models.base import Model
from models.money import Money
from models.party import Person
from store.approval_notes import questions_to
from store.approvals import StoredRequest, request_of, requests_sent_back_to, requests_waiting_for
from store.cases import case_of
from store.invoices import invoice_of
from store.reads import View
from store.tasks import Task, open_tasks, waits_for


class WaitingApproval(Model):
    id: str
    case: str
    subject: str
    title: str
    amount: Money
    asked_by: str
    """Empty where nobody asked, as for an invoice without an order."""
    partner: str
    """The vendor, of a sale the customer."""
    since: datetime


class WaitingTask(Model):
    id: str
    case: str
    kind: str
    title: str
    amount: Money | None
    partner: str
    owner_role: str
    since: datetime
    due_at: datetime | None


class Inbox(Model):
    approvals: tuple[WaitingApproval, ...]
    tasks: tuple[WaitingTask, ...]
    returned: tuple[WaitingApproval, ...]
    """What was sent back to the person, and what they were asked about."""

    @property
    def count(self) -> int:
        return len(self.approvals) + len(self.tasks) + len(self.returned)


def inbox_of(view: View, context: ConsoleContext, names: Names, person: Person) -> Inbox:
    """Approvals `person` could give now and open tasks of their roles."""
    requests = requests_waiting_for(view, context.tenant, person.id, context.store.now())
    tasks = _my_tasks(view, context.tenant, person)
    return Inbox(
        approvals=tuple(_approval(view, context.tenant, names, stored) for stored in requests),
        tasks=tuple(_task(view, context.tenant, names, task) for task in tasks),
        returned=tuple(
            _approval(view, context.tenant, names, stored) for stored in _returned(view, context.tenant, person)
        ),
    )


def count_waiting(view: View, tenant: str, person: Person, at: datetime) -> int:
    """The inbox's `count`, without its content."""
    approvals, tasks = requests_waiting_for(view, tenant, person.id, at), _my_tasks(view, tenant, person)
    return len(approvals) + len(tasks) + len(_returned(view, tenant, person))


def _returned(view: View, tenant: str, person: Person) -> list[StoredRequest]:
    asked = [request_of(view, tenant, question.request) for question in questions_to(view, tenant, person.id)]
    found = (*asked, *requests_sent_back_to(view, tenant, person.id))
    return list({stored.request.id: stored for stored in found}.values())


def _my_tasks(view: View, tenant: str, person: Person) -> list[Task]:
    return [task for task in open_tasks(view, tenant) if waits_for(task, person)]


def _amount(view: View, tenant: str, stored: StoredRequest) -> Money:
    """What is decided about: the total of a purchase or a sale, or what the invoice asks for."""
    if stored.request.subject in ("purchase", "sale"):
        return case_of(view, tenant, stored.request.case).total
    return invoice_of(view, tenant, stored.request.subject_id).total


def _approval(view: View, tenant: str, names: Names, stored: StoredRequest) -> WaitingApproval:
    request = stored.request
    case = case_of(view, tenant, request.case)
    return WaitingApproval(
        id=request.id,
        case=request.case,
        subject=request.subject,
        title=request.title,
        amount=_amount(view, tenant, stored),
        asked_by=names.person(case.owner),
        partner=names.partner(case),
        since=stored.created_at,
    )


def _task(view: View, tenant: str, names: Names, task: Task) -> WaitingTask:
    case = case_of(view, tenant, task.case) if task.case else None
    return WaitingTask(
        id=task.id,
        case=task.case,
        kind=task.kind,
        title=task.content.title,
        amount=case.total if case else None,
        partner=names.partner(case) if case else "",
        owner_role=task.owner_role,
        since=task.created_at,
        due_at=task.due_at,
    )
