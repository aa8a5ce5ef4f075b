"""Workflows that wait for people: they are told that something changed, and look for themselves."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.asking import Answer, Asking, Question
    from activities.references import TaskRef
    from models.base import Model
    from models.party import Role
    from models.task import Resolution
    from store.tasks import TaskSubject
    from workflows.steps import reason_of, send, step

T = TypeVar("T")


class Stuck(Model):
    """Whom to ask, and about what, when a step is refused."""

    tenant: str
    case: str
    subject_kind: str
    subject_id: str
    owner: Role
    what: str


class Waits:
    """Base of a workflow that waits. `changed` carries nothing: the store is the truth."""

    def __init__(self) -> None:
        self._news = 0

    @workflow.signal
    def changed(self) -> None:
        self._news += 1

    async def until_changed(self, seen: int) -> None:
        """Waits for news after the count `seen`, which is taken before the store is read."""
        await workflow.wait_condition(lambda: self._news > seen)

    async def ask(self, question: Question) -> Resolution | None:
        """Puts a task to people and waits, for months if need be, for what they resolve."""
        task = await step(Asking.ask_person, question)
        await send(Asking.announce_task, task)
        return await self._answer(task)

    async def with_person(self, stuck: Stuck, act: Callable[[], Awaitable[T]]) -> T:
        """`act`, and after it was refused or its bounded tries ran out again whenever a person says so."""
        while True:
            try:
                return await act()
            except FailureError as error:
                if is_cancelled_exception(error):
                    raise
                await self.ask(
                    Question(
                        tenant=stuck.tenant,
                        case=stuck.case,
                        subject=TaskSubject(
                            kind="stuck",
                            subject_kind=stuck.subject_kind,
                            subject_id=stuck.subject_id,
                            workflow=workflow.info().workflow_id,
                        ),
                        owner=stuck.owner,
                        title=f"{stuck.what} cannot go on",
                        message=reason_of(error),
                        resolutions=(Resolution.TRY_AGAIN,),
                    )
                )

    async def _answer(self, task: TaskRef) -> Resolution | None:
        while True:
            seen = self._news
            answer: Answer = await step(Asking.read_answer, task)
            if not answer.is_open:
                return answer.resolution
            await self.until_changed(seen)
