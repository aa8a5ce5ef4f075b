"""How workflows call activities: one function per kind of work, so that time-outs and retries are said once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.portal_turns import SENT_BACK
    from models.ids import bots_queue

A = TypeVar("A")
R = TypeVar("R")

_PATIENT = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=30))
_MESSAGES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=5)
_READING = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=5)
_ONCE = RetryPolicy(maximum_attempts=1)


async def step(activity: Callable[[Any, A], R], argument: A) -> R:
    """A short step that only touches our own store and is idempotent on a business key.

    It is repeated until the store answers: a database that is down must not end a case. A business error ends it.
    """
    return await workflow.execute_local_activity_method(
        activity, argument, start_to_close_timeout=timedelta(seconds=30), retry_policy=_PATIENT
    )


async def work(activity: Callable[[Any, A], R], argument: A) -> R:
    """A step that also touches files or takes longer; idempotent, repeated until it succeeds."""
    return await workflow.execute_activity_method(
        activity, argument, start_to_close_timeout=timedelta(minutes=2), retry_policy=_PATIENT
    )


async def send(activity: Callable[[Any, A], None], argument: A) -> None:
    """A message. When it cannot be sent the case goes on: the failure is on record and the inbox shows the same."""
    try:
        await send_for_sure(activity, argument)
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        workflow.logger.warning("a message was not sent: %s", error.cause)


async def send_for_sure(activity: Callable[[Any, A], None], argument: A) -> None:
    """A message that nothing else can replace. Fails after some tries, and then a person has to be asked."""
    await workflow.execute_activity_method(
        activity, argument, start_to_close_timeout=timedelta(minutes=1), retry_policy=_MESSAGES
    )


_LONGEST_TURN = timedelta(hours=1)
"""At a portal, the wait for its login included; that a worker died is noticed by its heartbeat."""


async def look(activity: Callable[[Any, A], Any], argument: A, portal: str, tenant: str) -> Any:
    """A bot's read-only work on a portal; it may be repeated freely."""
    return await workflow.execute_activity_method(
        activity,
        argument,
        task_queue=bots_queue(portal),
        start_to_close_timeout=_LONGEST_TURN,
        heartbeat_timeout=timedelta(seconds=10),
        retry_policy=_READING,
        priority=Priority(fairness_key=tenant),
    )


async def act_once(activity: Callable[[Any, A], Any], argument: A, portal: str, tenant: str) -> Any:
    """A bot's changing work on a portal: never repeated by Temporal; after any failure the store says what to do."""
    return await workflow.execute_activity_method(
        activity,
        argument,
        task_queue=bots_queue(portal),
        start_to_close_timeout=_LONGEST_TURN,
        heartbeat_timeout=timedelta(seconds=10),
        retry_policy=_ONCE,
        priority=Priority(fairness_key=tenant),
    )


def reason_of(error: FailureError) -> str:
    """Why a step failed, in words for the person who gets the case."""
    cause = _cause(error)
    return cause.message if cause else "The step took too long or was interrupted."


def business_cause(error: FailureError) -> ApplicationError | None:
    """The business error behind a failed step; None for a technical failure."""
    cause = _cause(error)
    return cause if cause and cause.non_retryable else None


def seconds_sent_back(error: ActivityError) -> float | None:
    """For how many seconds a portal's queue sent a piece of work back; None for every other failure."""
    cause = _cause(error)
    return float(cause.details[0]) if cause is not None and cause.type == SENT_BACK else None


def _cause(error: FailureError) -> ApplicationError | None:
    """Temporal wraps what an activity raised into an ActivityError, and what a local one raised into nothing."""
    cause = error.cause if isinstance(error, ActivityError) else error
    return cause if isinstance(cause, ApplicationError) else None
