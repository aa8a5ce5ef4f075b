from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bots.browser import Browser

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests here share one event loop, so that they can share one browser as the cases of a worker do."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with Browser() as started:
        yield started
