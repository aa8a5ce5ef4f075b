"""The sample company's home for tests: real store, real file store, real vault."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from audit.entry import Actor
from installation import open_installation
from models.portal import Credential
from sandbox.company import ENTITY
from sandbox.opening import open_company
from settings import Settings
from tests.databases import database_in

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
"""Business time at which every test begins."""
_SETUP = Actor(system="test set-up")


def settings_in(home: Path, **changes: Any) -> Settings:
    clock = {"clock_start": START, "clock_epoch": datetime.now(UTC)}
    return Settings(home=home, database_url=database_in(home), **clock | changes)


def open_home(home: Path) -> None:
    """Makes the company's home, with a login for every portal, the day before the tests begin."""
    installation = open_installation(settings_in(home, clock_start=START - timedelta(days=1)))
    tenant = installation.settings.tenant
    open_company(installation.store, tenant)
    with installation.store.change(tenant, _SETUP) as work:
        for portal in (ENTITY.bank_portal, ENTITY.erp_portal):
            login = Credential(login="LMT01", password=SecretStr("on paper"))
            installation.vault.put(work, portal, login, owner="oliver.stein")
    installation.close()
