"""What a cancelled or interrupted activity may still do on a portal."""

import asyncio

import pytest
from temporalio.testing import ActivityEnvironment

from activities.portal_bots import heartbeats, shielded


@pytest.mark.behaviour("R1")
async def test_a_commit_is_carried_to_its_end_although_the_activity_is_cancelled() -> None:
    clicked, answered, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def commit() -> None:
        clicked.set()
        await answered.wait()
        done.set()

    running = asyncio.create_task(shielded(commit()))
    await clicked.wait()
    running.cancel()
    await asyncio.wait([running], timeout=0)
    assert not running.done()
    answered.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert done.is_set()


async def test_a_commit_that_is_not_disturbed_gives_its_result() -> None:
    async def commit() -> str:
        return "answered"

    assert await shielded(commit()) == "answered"


async def test_an_activity_at_work_tells_that_it_is_alive_and_stops_telling_when_it_ends() -> None:
    beats = asyncio.Event()
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *_: beats.set()

    async def work() -> None:
        with heartbeats():
            await beats.wait()

    before = len(asyncio.all_tasks())
    await environment.run(work)
    await asyncio.sleep(0)
    assert (beats.is_set(), len(asyncio.all_tasks())) == (True, before)
