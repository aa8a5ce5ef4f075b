from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from audit.entry import Actor
from models.portal import Credential
from sandbox.opening import open_company
from store.files import FileStore
from store.migrate import migrate
from store.unit_of_work import Store
from store.vault import Vault
from tests.console.company import TENANT, Clock, Company
from tests.databases import copy_home
from tests.store.houses import store_in


@pytest.fixture(scope="session")
def opened_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company in a database of its own, copied for every test: hashing passwords takes its time."""
    folder = tmp_path_factory.mktemp("books")
    store = store_in(folder, Clock())
    migrate(store.engines)
    open_company(store, TENANT)
    store.engines.dispose()
    return folder


@pytest.fixture
def folder(tmp_path: Path, opened_books: Path) -> Path:
    return copy_home(opened_books, tmp_path / "house")


@pytest.fixture
def company(folder: Path) -> Iterator[Company]:
    clock = Clock()
    store = store_in(folder, clock)
    yield Company(store, FileStore(folder / "files"), clock)
    store.engines.dispose()


@pytest.fixture
def store(company: Company) -> Store:
    return company.store


@pytest.fixture
def bank_login(company: Company) -> None:
    """The bank has a login, which makes it a portal that people may steer."""
    with company.store.change(TENANT, Actor(system="test set-up")) as work:
        login = Credential(login="L", password=SecretStr("p"))
        Vault.of(bytes(32)).put(work, "sandbox-bank", login, "oliver.stein")
