from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from queue import Queue

import pytest
from httpx import Client

from audit.note import Signer
from console.app import create_app
from console.context import ConsoleContext
from sandbox.opening import open_company
from sandbox.serving import serve_in_thread
from store.engine import open_engines
from store.files import FileStore
from store.log import AuditLog
from store.migrate import migrate
from store.unit_of_work import Store
from tests.console.browsing import Api, Page
from tests.console.company import TENANT, Clock, Company
from tests.databases import copy_home, database_in


def _store(folder: Path, clock: Clock) -> Store:
    engines = open_engines(database_in(folder))
    return Store(engines, AuditLog("test.example", Signer("test", bytes(32)), folder / "checkpoints"), clock)


@pytest.fixture(scope="session")
def opened_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample company in it; copied for every test, because hashing passwords takes its time."""
    folder = tmp_path_factory.mktemp("company")
    store = _store(folder, Clock())
    migrate(store.engines)
    open_company(store, TENANT)
    store.engines.dispose()
    return folder


@pytest.fixture
def company(tmp_path: Path, opened_company: Path) -> Iterator[Company]:
    folder = copy_home(opened_company, tmp_path / "company")
    clock = Clock()
    store = _store(folder, clock)
    yield Company(store, FileStore(folder / "files"), clock)
    store.engines.dispose()


@pytest.fixture
def delivered() -> Queue[str]:
    """Gets an item each time the workflows would have been told."""
    return Queue()


@pytest.fixture
def console_url(company: Company, delivered: Queue[str]) -> Iterator[str]:
    """The console over real HTTP."""

    async def deliver() -> None:
        delivered.put("told")

    context = ConsoleContext(
        store=company.store,
        files=company.files,
        tenant=TENANT,
        session_lasts=timedelta(hours=12),
        secure_cookies=False,
        deliver=deliver,
        portal_names={"sandbox-bank": "Nordhafen Bank", "sandbox-erp": "Bookkeeping"},
    )
    with serve_in_thread(create_app(context)) as url:
        yield url


@pytest.fixture
def client(console_url: str) -> Iterator[Client]:
    with Client(base_url=console_url, follow_redirects=True) as opened:
        yield opened


@pytest.fixture
def page(client: Client) -> Page:
    return Page(client)


@pytest.fixture
def api(client: Client) -> Api:
    return Api(client)
