"""Workflows that wait for people: they are told that something changed, and look for themselves."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.asking import STUCK, Answer, Asking, Question
    from activities.references import TaskRef
    from models.base import Model
    from models.party import Role
    from models.task import Resolution
    from store.tasks import TaskSubject
    from workflows.steps import reason_of, seconds_sent_back, send, step

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

    async def until_changed(self, seen: int, patience: timedelta | None = None) -> None:
        """Waits for news after the count `seen`, which is taken before the store is read, or until `patience` ends."""
        with suppress(TimeoutError):
            await workflow.wait_condition(lambda: self._news > seen, timeout=patience)

    async def in_turn(self, act: Callable[[], Awaitable[T]]) -> T:
        """`act` on a portal; again, as often as the portal's queue sent it back, once its turn may have come."""
        while True:
            seen = self._news
            try:
                return await act()
            except ActivityError as error:
                seconds = seconds_sent_back(error)
                if seconds is None:
                    raise
            await self.until_changed(seen, timedelta(seconds=seconds))

    async def ask(self, question: Question, patience: timedelta | None = None) -> Resolution | None:
        """Puts a task to people and waits for what they resolve, for months if need be, or until `patience` ends.

        None where nobody resolved it: then it is open still, or was settled without a person.
        """
        task = await step(Asking.ask_person, question)
        await send(Asking.announce_task, task)
        return await self._answer(task, patience)

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
                            kind=STUCK,
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

    async def _answer(self, task: TaskRef, patience: timedelta | None) -> Resolution | None:
        over = workflow.now() + patience if patience is not None else None
        while True:
            seen = self._news
            answer: Answer = await step(Asking.read_answer, task)
            left = over - workflow.now() if over is not None else None
            if not answer.is_open or (left is not None and left <= timedelta()):
                return answer.resolution
            await self.until_changed(seen, left)
