from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.client import Client

from audit.entry import Actor
from installation import Installation, open_installation
from models.portal import Credential
from sandbox.clock import BusinessClock
from sandbox.company import ENTITY
from sandbox.opening import open_company
from settings import Settings
from tests.databases import copy_home, database_in
from tests.workflows.house import House, Wall
from tests.workflows.paper_portals import PaperBank, PaperErp

_START = datetime(2026, 11, 20, 8, tzinfo=UTC)


def _settings(home: Path) -> Settings:
    home.mkdir(parents=True, exist_ok=True)
    return Settings(home=home, database_url=database_in(home), clock_start=_START, clock_epoch=datetime.now(UTC))


@pytest.fixture(scope="session")
def opened_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company's home, copied for every test, because hashing passwords takes its time."""
    home = tmp_path_factory.mktemp("company") / "home"
    installation = open_installation(_settings(home))
    open_company(installation.store, installation.settings.tenant)
    with installation.store.change(installation.settings.tenant, Actor(system="test set-up")) as work:
        for portal in (ENTITY.bank_portal, ENTITY.erp_portal):
            login = Credential(login="LMT01", password=SecretStr("on paper"))
            installation.vault.put(work, portal, login, owner="oliver.stein")
    installation.close()
    return home


@pytest.fixture
def installation(tmp_path: Path, opened_home: Path) -> Iterator[Installation]:
    home = copy_home(opened_home, tmp_path / "home")
    opened = open_installation(_settings(home))
    yield opened
    opened.close()


@pytest.fixture
def idle_house(tmp_path: Path, installation: Installation, temporal: Client) -> House:
    """The company with all its workers down."""
    wall = Wall()
    clock = BusinessClock(start=_START, epoch=wall() - timedelta(seconds=1))
    bank, erp = PaperBank(tmp_path / "bank.db", wall, clock), PaperErp(tmp_path / "erp.db", wall, clock)
    return House(installation, temporal, wall, bank, erp)


@pytest.fixture
async def house(idle_house: House) -> AsyncIterator[House]:
    """The company at work."""
    async with idle_house.working():
        yield idle_house
