from collections.abc import AsyncIterator

import pytest

from bots.browser import Browser


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with Browser() as started:
        yield started
