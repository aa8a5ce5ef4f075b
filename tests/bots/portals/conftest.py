"""The stand-in portals in threads of the test, each with books and logins of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from bots.browser import Browser
from bots.portals.sandbox_bank import SandboxBank
from bots.portals.sandbox_erp import SandboxErp
from bots.portals.sandbox_tax import SandboxTax
from models.portal import Credential
from sandbox.bank import app as bank_app
from sandbox.bank.ledger import KNOWN_ORDER_NUMBER
from sandbox.erp import app as erp_app
from sandbox.erp.ledger import KNOWN_VOUCHER_NUMBER
from sandbox.faults import Fault, set_fault
from sandbox.logins import read_credentials
from sandbox.portal_app import PortalSettings
from sandbox.serving import serve_in_thread
from sandbox.tax import app as tax_app
from sandbox.tax.ledger import KNOWN_REGISTER_NUMBER
from tests.bots.fakes import FakeCredentials, wall_clock

TOTP_PERIOD = 2


@dataclass(frozen=True)
class Stage:
    """A running stand-in portal and how to get in."""

    url: str
    settings: PortalSettings

    @property
    def credential(self) -> Credential:
        known = read_credentials(self.settings.credentials_path)
        return Credential(
            login=known.login,
            password=SecretStr(known.password),
            totp_seed=SecretStr(known.totp_secret) if known.totp_secret else None,
            totp_period=self.settings.totp_period,
        )

    def set_fault(self, fault: Fault, argument: str = "") -> None:
        set_fault(self.settings.db_path, fault, argument=argument)


@pytest.fixture
def bank_stage(tmp_path: Path) -> Iterator[Stage]:
    settings = PortalSettings(home=tmp_path / "bank", totp_period=TOTP_PERIOD)
    with serve_in_thread(bank_app.build(settings)) as url:
        yield Stage(url, settings)


@pytest.fixture
def bank(browser: Browser, bank_stage: Stage) -> SandboxBank:
    return SandboxBank(
        browser, FakeCredentials(bank_stage.credential), bank_stage.url, KNOWN_ORDER_NUMBER, clock=wall_clock
    )


@pytest.fixture
def erp_stage(tmp_path: Path) -> Iterator[Stage]:
    settings = PortalSettings(home=tmp_path / "erp")
    with serve_in_thread(erp_app.build(settings)) as url:
        yield Stage(url, settings)


@pytest.fixture
def erp(browser: Browser, erp_stage: Stage) -> SandboxErp:
    return SandboxErp(
        browser, FakeCredentials(erp_stage.credential), erp_stage.url, KNOWN_VOUCHER_NUMBER, clock=wall_clock
    )


@pytest.fixture
def tax_stage(tmp_path: Path) -> Iterator[Stage]:
    settings = PortalSettings(home=tmp_path / "tax")
    with serve_in_thread(tax_app.build(settings)) as url:
        yield Stage(url, settings)


@pytest.fixture
def tax(browser: Browser, tax_stage: Stage) -> SandboxTax:
    return SandboxTax(
        browser, FakeCredentials(tax_stage.credential), tax_stage.url, KNOWN_REGISTER_NUMBER, clock=wall_clock
    )
