"""Putting a question to people when a workflow cannot go on by itself."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity

from activities.mailing import Mailing
from activities.references import TaskRef
from audit.entry import Actor
from models.base import Model
from models.errors import BusinessError
from models.party import Role
from models.task import Resolution, TaskContent, TaskDetail
from store.evidence import last_screenshot
from store.tasks import TaskSubject, open_task, task_of
from store.unit_of_work import Store

_WORKFLOWS = Actor(system="process control")
_SLA = timedelta(hours=8)
STUCK = "stuck"
"""The kind of a task that only asks to try a step again."""


class Question(Model):
    tenant: str
    case: str
    subject: TaskSubject
    owner: Role
    title: str
    message: str
    details: tuple[TaskDetail, ...] = ()
    resolutions: tuple[Resolution, ...]
    with_picture: bool = False
    """Show the newest bot screenshot of the case."""


class Answer(Model):
    resolution: Resolution | None
    """None while the task is open."""
    is_open: bool


@dataclass(frozen=True)
class Asking:
    store: Store
    mailing: Mailing

    @activity.defn
    def ask_person(self, question: Question) -> TaskRef:
        """Opens the task. Raises BusinessError `task.foreign` for a kind that the store alone opens."""
        if question.subject.kind != STUCK and question.subject.subject_kind != "intent":
            raise BusinessError("task.foreign", f"A workflow does not ask about {question.subject.kind!r}.")
        with self.store.change(question.tenant, _WORKFLOWS, question.case) as work:
            content = TaskContent(
                title=question.title[:200],
                message=question.message[:2000],
                details=question.details,
                resolutions=question.resolutions,
                screenshot=last_screenshot(work.connection, work.tenant, work.case) if question.with_picture else "",
            )
            task = open_task(work, question.subject, question.owner, content, _SLA)
        return TaskRef(tenant=question.tenant, task=task)

    @activity.defn
    def read_answer(self, ref: TaskRef) -> Answer:
        with self.store.read() as connection:
            found = task_of(connection, ref.tenant, ref.task)
        return Answer(resolution=found.resolution, is_open=found.state == "open")

    @activity.defn
    def announce_task(self, ref: TaskRef) -> None:
        """Tells everyone who may settle the task, each once."""
        with self.store.read() as connection:
            found = task_of(connection, ref.tenant, ref.task)
        self.mailing.announce_task(ref.tenant, found)
