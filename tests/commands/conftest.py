from collections.abc import Iterator
from pathlib import Path

import pytest

from installation import open_installation
from sandbox.opening import open_company
from settings import Settings
from tests.commands.running import Forker, Terminal
from tests.console.company import Clock, Company
from tests.databases import copy_home, database_in


@pytest.fixture(scope="session")
def forker() -> Iterator[Forker]:
    running = Forker()
    yield running
    running.close()


@pytest.fixture(scope="session")
def opened_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company's installation, copied for every test: hashing passwords takes its time."""
    home = tmp_path_factory.mktemp("command") / "home"
    house = open_installation(Settings(home=home, database_url=database_in(home)))
    open_company(house.store, house.settings.tenant)
    house.close()
    return home


@pytest.fixture
def home(tmp_path: Path, opened_home: Path) -> Path:
    return copy_home(opened_home, tmp_path / "home")


@pytest.fixture
def terminal(home: Path, forker: Forker) -> Terminal:
    return Terminal(home, forker)


@pytest.fixture
def company(home: Path) -> Iterator[Company]:
    """The company's people and workflows at work in the installation that the commands look at."""
    house = open_installation(Settings(home=home, database_url=database_in(home)))
    clock = Clock(house.store.now())
    yield Company(house.store, house.files, clock)
    house.close()
