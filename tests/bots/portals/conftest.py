"""The stand-in portals in threads of the test, each with books and logins of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from bots.browser import Browser
from bots.portals.sandbox_bank import SandboxBank
from bots.portals.sandbox_bank_b import SandboxBankB
from bots.portals.sandbox_bank_b_signature import SandboxBankBSignature
from bots.portals.sandbox_erp import SandboxErp
from bots.portals.sandbox_tax import SandboxTax
from models.portal import Credential
from sandbox.bank import app as bank_app
from sandbox.bank.ledger import KNOWN_ORDER_NUMBER
from sandbox.bank_b import app as bank_b_app
from sandbox.erp import app as erp_app
from sandbox.erp.entry_ledger import KNOWN_ENTRY_NUMBER
from sandbox.erp.ledger import KNOWN_VOUCHER_NUMBER
from sandbox.faults import Fault, set_fault
from sandbox.logins import read_credentials
from sandbox.portal_app import PortalSettings
from sandbox.serving import serve_in_thread
from sandbox.tax import app as tax_app
from sandbox.tax.ledger import KNOWN_REGISTER_NUMBER
from tests.bots.fakes import FakeCredentials, wall_clock
from tests.bots.portals.files import OwnFiles

TOTP_PERIOD = 2


@dataclass(frozen=True)
class Stage:
    """A running stand-in portal and how to get in."""

    url: str
    settings: PortalSettings

    @property
    def credential(self) -> Credential:
        return self.credential_in(self.settings.credentials_path)

    def credential_in(self, file: Path) -> Credential:
        known = read_credentials(file)
        return Credential(
            login=known.login,
            password=SecretStr(known.password),
            totp_seed=SecretStr(known.totp_secret) if known.totp_secret else None,
            totp_period=self.settings.totp_period,
        )

    def set_fault(self, fault: Fault, argument: str = "", times: int = 1) -> None:
        set_fault(self.settings.db_path, fault, argument=argument, times=times)


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
    credentials = FakeCredentials(erp_stage.credential)
    return SandboxErp(browser, credentials, erp_stage.url, KNOWN_VOUCHER_NUMBER, KNOWN_ENTRY_NUMBER, clock=wall_clock)


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


@pytest.fixture
def bank_b_stage(tmp_path: Path) -> Iterator[Stage]:
    settings = PortalSettings(home=tmp_path / "bank_b")
    with serve_in_thread(bank_b_app.build(settings)) as url:
        yield Stage(url, settings)


@pytest.fixture
def bank_b_files() -> OwnFiles:
    return OwnFiles()


@pytest.fixture
def bank_b(browser: Browser, bank_b_stage: Stage, bank_b_files: OwnFiles) -> SandboxBankB:
    credentials = FakeCredentials(bank_b_stage.credential)
    return SandboxBankB(browser, credentials, bank_b_files, bank_b_stage.url, KNOWN_ORDER_NUMBER, clock=wall_clock)


@pytest.fixture
def signing(browser: Browser, bank_b_stage: Stage) -> SandboxBankBSignature:
    file = bank_b_app.signer_credentials_path(bank_b_stage.settings.home)
    credentials = FakeCredentials(bank_b_stage.credential_in(file))
    return SandboxBankBSignature(browser, credentials, bank_b_stage.url, KNOWN_ORDER_NUMBER, clock=wall_clock)
