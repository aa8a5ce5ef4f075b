"""One session at a time per login, whatever workers there are and however they end. The ledger is the witness."""

import asyncio
import os
import signal
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from sqlalchemy import text

from store.portal_queue import PortalQueue, queues
from tests.end_to_end.office import Bill
from tests.end_to_end.play import Play
from tests.end_to_end.stopping_bots import Point

pytestmark = [pytest.mark.behaviour("R4"), pytest.mark.timeout(300)]


def bank(play: Play) -> PortalQueue:
    """The bank's queue as people see it now."""
    with play.stage.house.store.read() as view:
        found = queues(view, play.office.tenant, datetime.now(UTC))
    return next(queue for queue in found if queue.portal == "sandbox-bank")


async def paid_once(play: Play, bills: list[tuple[Bill, str]]) -> None:
    running = [await play.start(slice_id) for _, slice_id in bills]
    await asyncio.gather(
        *(play.carried_out(each, slice_id) for each, (_, slice_id) in zip(running, bills, strict=True))
    )
    assert [play.paid(bill) for bill, _ in bills] == [1] * len(bills)


def sessions(play: Play, cases: set[str]) -> list[tuple[str, str]]:
    """When each session at the bank took its first and its last step, the earliest first."""
    query = text(
        "SELECT case_id, run, min(recorded_at) AS began, max(recorded_at) AS ended FROM evidence"
        " WHERE portal = 'sandbox-bank' GROUP BY case_id, run ORDER BY began"
    )
    with play.stage.house.store.read() as view:
        return [(row.began, row.ended) for row in view.execute(query) if row.case_id in cases]


def payments(play: Play, count: int) -> list[tuple[Bill, str]]:
    bills = [play.office.bill() for _ in range(count)]
    return [(bill, play.office.payment_of(bill)) for bill in bills]


async def test_three_payments_on_two_workers_use_the_login_one_after_the_other(play: Play) -> None:
    bills = payments(play, 3)
    play.stage.start("more bots")
    await paid_once(play, bills)
    found = sessions(play, {bill.case for bill, _ in bills})
    assert len(found) >= 6, "each was submitted and looked at"
    assert all(ended <= began for (_, ended), (began, _) in pairwise(found))


async def test_the_login_of_a_killed_worker_comes_free_by_itself_and_the_others_go_on(play: Play) -> None:
    (first, first_slice), *others = payments(play, 2)
    play.stage.replace_bots(Point.BEFORE_CLAIM)
    running = await play.start(first_slice)
    await asyncio.to_thread(play.stage.wait_until_stopped)
    holder = bank(play)
    assert holder.running is not None and holder.running.subject == first_slice
    play.stage.kill_tree("stopping bots")
    play.stage.start("bots")
    await paid_once(play, others)
    await play.carried_out(running, first_slice)
    assert play.paid(first) == 1
    assert bank(play).holder != holder.holder


async def test_a_worker_that_was_frozen_past_its_lease_neither_claims_nor_goes_on(play: Play) -> None:
    """Another payment has used the login meanwhile; the woken worker's own session at the bank is dead."""
    (frozen, frozen_slice), *others = payments(play, 2)
    play.stage.replace_bots(Point.BEFORE_CLAIM)
    running = await play.start(frozen_slice)
    await asyncio.to_thread(play.stage.wait_until_stopped)
    play.stage.start("bots")
    await paid_once(play, others)
    os.kill(play.stage.pid("stopping bots"), signal.SIGCONT)
    await play.carried_out(running, frozen_slice)
    assert (play.paid(frozen), play.attempt(frozen_slice).number) == (1, 1)
