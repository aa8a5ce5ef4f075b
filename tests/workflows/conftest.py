from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from installation import Installation
from tests.workflows.house import House
from tests.workflows.opening import house_in


@pytest.fixture
def idle_house(tmp_path: Path, installation: Installation, temporal: Client) -> House:
    """The company with all its workers down."""
    return house_in(tmp_path, installation, temporal)


@pytest.fixture
async def house(idle_house: House) -> AsyncIterator[House]:
    """The company at work."""
    async with idle_house.working():
        yield idle_house
