"""Every stand-in portal is walked through without a change, and one that does not work is found out."""

import pytest

from bots.browser import Browser
from bots.portals.sandbox_bank import SandboxBank
from bots.portals.sandbox_bank_b import SandboxBankB
from bots.portals.sandbox_bank_b_signature import SandboxBankBSignature
from bots.portals.sandbox_erp import SandboxErp
from bots.portals.sandbox_tax import SandboxTax
from models.portal import PortalUnavailable
from sandbox.faults import Fault
from tests.bots.fakes import FakeCredentials, FakeEvidence, wall_clock
from tests.bots.portals.conftest import Stage

pytestmark = pytest.mark.behaviour("R7")


async def test_every_portal_is_walked_through(
    bank: SandboxBank, bank_b: SandboxBankB, signing: SandboxBankBSignature, erp: SandboxErp, tax: SandboxTax
) -> None:
    for portal in (bank, bank_b, signing, erp, tax):
        evidence = FakeEvidence()
        await portal.walk(evidence)
        assert not [step for step in evidence.actions if step.startswith("submitted")]


async def test_a_portal_under_maintenance_is_found_out(erp: SandboxErp, erp_stage: Stage) -> None:
    erp_stage.set_fault(Fault.MAINTENANCE)
    with pytest.raises(PortalUnavailable, match="K3-9000"):
        await erp.walk(FakeEvidence())


async def test_a_list_that_misses_what_it_always_shows_is_found_out(browser: Browser, erp_stage: Stage) -> None:
    erp = SandboxErp(browser, FakeCredentials(erp_stage.credential), erp_stage.url, "NEVER-0815", clock=wall_clock)
    with pytest.raises(PortalUnavailable, match="a row that always stands in the list is missing"):
        await erp.walk(FakeEvidence())
