"""What an activity of the bots tells while it works."""

import asyncio

from temporalio.testing import ActivityEnvironment

from activities.portal_bots import heartbeats


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
