"""`python -m tests.end_to_end.flows_alone`: the workflows and their steps, without sweeper and watched folder.

A test says itself what starts, so that no other workflow works on the same intent unless the test wants that.
"""

import asyncio

from commands.output import configure_logs
from installation import open_installation
from settings import Settings
from worker import flows_worker
from workflows.client import connect


async def main() -> None:
    async with flows_worker(open_installation(Settings()), await connect()):
        await asyncio.Event().wait()


if __name__ == "__main__":
    configure_logs()
    asyncio.run(main())
