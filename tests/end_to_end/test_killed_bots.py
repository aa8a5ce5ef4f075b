"""The bots worker dies, freezes or is asked to end at every moment of a payment. The bank must have it exactly once."""

import asyncio
import os
import signal
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from sandbox.faults import Fault
from sandbox.submissions import submissions
from tests.end_to_end.office import Bill
from tests.end_to_end.play import Play, Running
from tests.end_to_end.stopping_bots import Point

pytestmark = [pytest.mark.behaviour("P10", "R1"), pytest.mark.timeout(240)]


async def stopped_at(play: Play, point: Point) -> tuple[Bill, str, Running]:
    """A payment whose bots worker has stopped itself at `point`."""
    bill = play.office.bill()
    slice_id = play.office.payment_of(bill)
    play.stage.replace_bots(point)
    running = await play.start(slice_id)
    await asyncio.to_thread(play.stage.wait_until_stopped)
    return bill, slice_id, running


async def until_past_deadline(play: Play, slice_id: str) -> None:
    deadline = play.attempt(slice_id).deadline
    assert deadline is not None
    await play.until(lambda: datetime.now(UTC) > deadline)


def submitted(play: Play) -> int:
    """How many final requests the bank has received, accepted or not."""
    return len(submissions(play.stage.ledger("bank")))


def recorded_steps(play: Play, bill: Bill) -> list[str]:
    query = text("SELECT action FROM evidence WHERE case_id = :case ORDER BY recorded_at")
    with play.stage.house.store.read() as view:
        return list(view.execute(query, {"case": bill.case}).scalars())


@pytest.mark.parametrize(
    ("point", "attempts"),
    [(Point.BEFORE_CLAIM, 1), (Point.CLAIMED, 2), (Point.AT_GATE, 2), (Point.LET_OUT, 2), (Point.ANSWERED, 1)],
)
async def test_a_worker_killed_with_its_browser_pays_once_after_its_restart(
    play: Play, point: Point, attempts: int
) -> None:
    bill, slice_id, running = await stopped_at(play, point)
    play.stage.kill_tree("stopping bots")
    play.stage.start("bots")
    await play.carried_out(running, slice_id)
    assert (play.paid(bill), play.attempt(slice_id).number) == (1, attempts)


async def test_a_worker_killed_between_request_and_answer_pays_once_after_its_restart(play: Play) -> None:
    bill = play.office.bill()
    slice_id = play.office.payment_of(bill)
    play.set_fault("bank", Fault.ANSWER_SLOWLY, bill, "30")
    running = await play.start(slice_id)
    await play.until(lambda: play.paid(bill))
    play.stage.restart("bots")
    await play.carried_out(running, slice_id)
    assert (play.paid(bill), play.attempt(slice_id).number) == (1, 1)


async def test_a_browser_that_outlives_its_worker_with_a_request_at_the_gate_pays_once(play: Play) -> None:
    bill, slice_id, running = await stopped_at(play, Point.AT_GATE)
    play.stage.kill_alone("stopping bots")
    play.stage.start("bots")
    await play.carried_out(running, slice_id)
    assert play.paid(bill) == 1


@pytest.mark.parametrize("point", [Point.CLAIMED, Point.AT_GATE, Point.LET_OUT])
async def test_a_worker_frozen_until_after_its_deadline_sends_nothing_late(play: Play, point: Point) -> None:
    before = submitted(play)
    bill, slice_id, running = await stopped_at(play, point)
    await until_past_deadline(play, slice_id)
    os.kill(play.stage.pid("stopping bots"), signal.SIGCONT)
    await play.carried_out(running, slice_id)
    assert (play.paid(bill), play.attempt(slice_id).number) == (1, 2)
    assert submitted(play) - before == 1


@pytest.mark.parametrize("point", [Point.BEFORE_CLAIM, Point.AT_GATE])
async def test_a_worker_that_wakes_after_another_has_paid_sends_nothing(play: Play, point: Point) -> None:
    before = submitted(play)
    bill, slice_id, running = await stopped_at(play, point)
    play.stage.start("bots")
    await play.carried_out(running, slice_id)
    os.kill(play.stage.pid("stopping bots"), signal.SIGCONT)
    assert await asyncio.to_thread(play.stage.terminate, "stopping bots") == 0
    assert (play.paid(bill), submitted(play) - before) == (1, 1)


async def test_a_worker_asked_to_end_during_a_commit_finishes_it(play: Play) -> None:
    bill = play.office.bill()
    slice_id = play.office.payment_of(bill)
    play.set_fault("bank", Fault.ANSWER_SLOWLY, bill, "3")
    running = await play.start(slice_id)
    await play.until(lambda: play.paid(bill))
    assert await asyncio.to_thread(play.stage.terminate, "bots") == 0
    assert recorded_steps(play, bill)[-1] == "submitted: answered"
    play.stage.start("bots")
    await play.carried_out(running, slice_id)
    assert (play.paid(bill), play.attempt(slice_id).number) == (1, 1)
