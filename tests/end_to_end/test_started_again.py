"""Workflow ids, runs and resets protect nothing: whoever reaches the server may start anything again, and pays nothing.

The bank's ledger is the witness.
"""

import asyncio
import os
import signal
import uuid

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from sandbox.submissions import submissions
from tests.end_to_end.play import Play, Running
from tests.end_to_end.stopping_bots import Point

pytestmark = [pytest.mark.behaviour("P10", "R1"), pytest.mark.timeout(240)]


async def reset(play: Play, workflow_id: str, run_id: str, event_id: int) -> Running:
    """What `temporal workflow reset --event-id` does; gives the new run."""
    answer = await play.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=play.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
            reason="end-to-end test",
            workflow_task_finish_event_id=event_id,
            request_id=uuid.uuid4().hex,
        )
    )
    return play.handle(workflow_id, answer.run_id)


async def reset_points(running: Running) -> list[int]:
    """Every event to which the run can be reset."""
    history = await running.fetch_history()
    return [
        event.event_id for event in history.events if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    ]


def requests(play: Play) -> int:
    return len(submissions(play.stage.ledger("bank")))


async def test_a_paid_payment_reset_to_any_point_or_started_again_sends_nothing(play: Play) -> None:
    bill = play.office.bill()
    slice_id = play.office.payment_of(bill)
    first = await play.start(slice_id)
    await play.carried_out(first, slice_id)
    sent, run_id = requests(play), first.first_execution_run_id
    assert run_id is not None
    for event_id in await reset_points(first):
        await play.carried_out(await reset(play, first.id, run_id, event_id), slice_id)
    await play.carried_out(await play.start(slice_id), slice_id)
    await play.carried_out(await play.start_as("by-hand", slice_id), slice_id)
    assert (play.paid(bill), requests(play) - sent) == (1, 0)
    assert play.tasks(slice_id) == ()


async def test_a_payment_reset_while_it_is_being_entered_is_made_once(play: Play) -> None:
    bill = play.office.bill()
    slice_id = play.office.payment_of(bill)
    sent = requests(play)
    play.stage.replace_bots(Point.BEFORE_CLAIM)
    first = await play.start(slice_id)
    await asyncio.to_thread(play.stage.wait_until_stopped)
    assert first.first_execution_run_id is not None
    again = await reset(play, first.id, first.first_execution_run_id, (await reset_points(first))[0])
    os.kill(play.stage.pid("stopping bots"), signal.SIGCONT)
    await play.carried_out(again, slice_id)
    assert (play.paid(bill), requests(play) - sent) == (1, 1)
    assert play.tasks(slice_id) == ()


async def test_workflows_started_by_hand_for_one_payment_at_once_on_two_workers_pay_once(play: Play) -> None:
    bill = play.office.bill()
    slice_id = play.office.payment_of(bill)
    sent = requests(play)
    play.stage.start("more bots")
    running = [await play.start_as(f"by-hand-{number}", slice_id) for number in range(3)]
    await asyncio.gather(*(play.carried_out(each, slice_id) for each in running))
    assert (play.paid(bill), requests(play) - sent) == (1, 1)
