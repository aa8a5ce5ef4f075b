from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from sandbox.bank import app as bank_app
from sandbox.clock import BANK_ZONE, BusinessClock
from sandbox.erp import app as erp_app
from sandbox.portal_app import PortalSettings
from sandbox.serving import serve_in_thread
from sandbox.tax import app as tax_app
from tests.sandbox.customers import BankCustomer, ErpClerk, RealTime
from tests.sandbox.taxpayer import Taxpayer


@pytest.fixture
def time() -> RealTime:
    return RealTime()


@pytest.fixture
def business_clock() -> BusinessClock:
    """Starts on 20 November 2026 at ten in the morning."""
    return BusinessClock(start=datetime(2026, 11, 20, 10, tzinfo=BANK_ZONE), epoch=datetime.now(BANK_ZONE))


@pytest.fixture
def settings(tmp_path: Path, time: RealTime, business_clock: BusinessClock) -> PortalSettings:
    return PortalSettings(home=tmp_path / "portal", clock=business_clock, now=time)


@pytest.fixture
def bank_url(settings: PortalSettings) -> Iterator[str]:
    with serve_in_thread(bank_app.build(settings)) as url:
        yield url


@pytest.fixture
def erp_url(settings: PortalSettings) -> Iterator[str]:
    with serve_in_thread(erp_app.build(settings)) as url:
        yield url


@pytest.fixture
def tax_url(settings: PortalSettings) -> Iterator[str]:
    with serve_in_thread(tax_app.build(settings)) as url:
        yield url


@pytest.fixture
def visitor(bank_url: str, settings: PortalSettings, time: RealTime) -> Iterator[BankCustomer]:
    """Somebody in front of the bank's sign-in page."""
    customer = BankCustomer(bank_url, settings, time)
    with customer.http:
        yield customer


@pytest.fixture
def customer(visitor: BankCustomer) -> BankCustomer:
    """Somebody signed in at the bank."""
    visitor.sign_in()
    return visitor


@pytest.fixture
def clerk(erp_url: str, settings: PortalSettings) -> Iterator[ErpClerk]:
    """Somebody signed in at the bookkeeping system."""
    clerk = ErpClerk(erp_url, settings)
    with clerk.http:
        clerk.sign_in()
        yield clerk


@pytest.fixture
def taxpayer(tax_url: str, settings: PortalSettings) -> Iterator[Taxpayer]:
    """Somebody signed in at the tax authority."""
    taxpayer = Taxpayer(tax_url, settings)
    with taxpayer.http:
        taxpayer.sign_in()
        yield taxpayer
