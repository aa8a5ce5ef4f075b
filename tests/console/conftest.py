import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from audit.note import Signer
from console.app import create_app
from console.context import ConsoleContext
from sandbox.opening import open_company
from store.engine import open_engines
from store.files import FileStore
from store.log import AuditLog
from store.migrate import migrate
from store.unit_of_work import Store
from tests.console.browsing import Api, Page
from tests.console.company import TENANT, Clock, Company


def _store(folder: Path, clock: Clock) -> Store:
    engines = open_engines(f"sqlite:///{folder}/tallywright.db")
    return Store(engines, AuditLog("test.example", Signer("test", bytes(32)), folder / "checkpoints"), clock)


@pytest.fixture(scope="session")
def opened_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample company in it; copied for every test, because hashing passwords takes its time."""
    folder = tmp_path_factory.mktemp("company")
    store = _store(folder, Clock())
    migrate(store.engines.writer)
    open_company(store, TENANT)
    store.engines.dispose()
    return folder


@pytest.fixture
def company(tmp_path: Path, opened_company: Path) -> Iterator[Company]:
    folder = tmp_path / "company"
    shutil.copytree(opened_company, folder)
    clock = Clock()
    store = _store(folder, clock)
    yield Company(store, FileStore(folder / "files"), clock)
    store.engines.dispose()


@pytest.fixture
def delivered() -> list[str]:
    """Grows by one each time the workflows would have been told."""
    return []


@pytest.fixture
def client(company: Company, delivered: list[str]) -> Iterator[TestClient]:
    async def deliver() -> None:
        delivered.append("told")

    context = ConsoleContext(
        store=company.store,
        files=company.files,
        tenant=TENANT,
        session_lasts=timedelta(hours=12),
        secure_cookies=False,
        deliver=deliver,
        portal_names={"sandbox-bank": "Nordhafen Bank", "sandbox-erp": "Bookkeeping"},
    )
    with TestClient(create_app(context), raise_server_exceptions=False) as started:
        yield started


@pytest.fixture
def page(client: TestClient) -> Page:
    return Page(client)


@pytest.fixture
def api(client: TestClient) -> Api:
    return Api(client)
