"""Workflows that others wait for, each under the one id of its business key."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError

A = TypeVar("A")
_SHORTEST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)


async def run_child(run: Callable[[Any, A], Any], argument: A, workflow_id: str) -> Any:
    """Runs the workflow `workflow_id` to its end and returns its result.

    It outlives its parent (ABANDON). Where it runs already, because its parent was started anew or somebody started it
    by hand, that run is waited for; the next one then finds in the store that nothing is left to do.
    """
    pause = _SHORTEST_PAUSE
    while True:
        try:
            return await workflow.execute_child_workflow(
                run, argument, id=workflow_id, parent_close_policy=workflow.ParentClosePolicy.ABANDON
            )
        except WorkflowAlreadyStartedError:
            await workflow.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
