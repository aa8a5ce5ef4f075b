"""The sample company's home for tests: real store, real file store, real vault."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from audit.entry import Actor
from installation import open_installation
from models.ids import signing_portal
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
        signing = signing_portal(ENTITY.further_accounts[0].bank_portal)
        for portal in (*(account.bank_portal for account in ENTITY.accounts), ENTITY.erp_portal, signing):
            login = Credential(login="LMT01", password=SecretStr("on paper"))
            owner = "sofia.brandt" if portal == signing else "oliver.stein"
            installation.vault.put(work, portal, login, owner=owner)
    installation.close()
