from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

from installation import Installation, open_installation
from tests.company_home import open_home, settings_in
from tests.databases import copy_home, start_postgresql
from tests.temporal_server import address_of, client_in_fresh_namespace, start_temporal


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgresql", action="store_true", help="run on PostgreSQL, started by the tests themselves")


@pytest.fixture(scope="session", autouse=True)
def _database_server(request: pytest.FixtureRequest) -> Iterator[None]:
    if not request.config.getoption("--postgresql"):
        yield
        return
    server = start_postgresql()
    yield
    server.cleanup()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_address() -> AsyncIterator[str]:
    """The Temporal server of this test process."""
    server = await start_temporal()
    yield address_of(server)
    await server.shutdown()


@pytest.fixture
async def temporal(temporal_address: str) -> Client:
    return await client_in_fresh_namespace(temporal_address)


@pytest.fixture(scope="session")
def opened_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company's home, copied for every test, because hashing passwords takes its time."""
    home = tmp_path_factory.mktemp("company") / "home"
    open_home(home)
    return home


@pytest.fixture
def installation(tmp_path: Path, opened_home: Path) -> Iterator[Installation]:
    opened = open_installation(settings_in(copy_home(opened_home, tmp_path / "home")))
    yield opened
    opened.close()
