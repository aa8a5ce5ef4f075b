from collections.abc import AsyncIterator, Iterator

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from sandbox.faults import clear_faults
from tests.end_to_end.office import Office
from tests.end_to_end.play import Play
from tests.end_to_end.stage import Stage, staged


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Started once per test process: every test has an amount of its own, so that the ledgers can be told apart."""
    with staged(tmp_path_factory.mktemp("stage")) as opened:
        yield opened


@pytest.fixture(scope="session")
def office(stage: Stage) -> Office:
    return Office(stage.house)


@pytest.fixture
async def play(stage: Stage, office: Office) -> AsyncIterator[Play]:
    client = await Client.connect(stage.temporal, data_converter=pydantic_data_converter)
    yield Play(stage, office, client)
    with stage.house.store.read() as view:
        assert stage.house.store.log.verify(view, office.tenant, stage.house.verifier).ok
    for portal in ("bank", "erp"):
        clear_faults(stage.ledger(portal))
    stage.restore()
