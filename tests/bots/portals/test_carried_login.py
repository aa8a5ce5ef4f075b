"""One login serves several cases, each in a context of its own; whatever ended in doubt signs in anew."""

from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from bots.browser import Browser
from bots.portals.sandbox_bank import SandboxBank
from bots.portals.sandbox_bank_b import SandboxBankB
from bots.portals.sandbox_erp import SandboxErp
from bots.portals.sandbox_tax import SandboxTax
from models.portal import ActionPortal, PortalContent, PortalState, SubmissionOutcome
from sandbox.bank.ledger import KNOWN_ORDER_NUMBER
from sandbox.faults import Fault
from tests.bots.fakes import FakeClaims, FakeCredentials, FakeEvidence, wall_clock
from tests.bots.portals import test_sandbox_bank_b, test_sandbox_erp, test_sandbox_tax
from tests.bots.portals.conftest import Stage
from tests.bots.portals.test_sandbox_bank import order, paid

_CARRIED, _ANEW = "still signed in", "signed in"


@dataclass
class Desk:
    """The bank's bot and what it hands on."""

    bank: SandboxBank
    logins: list[SecretStr]
    stage: Stage

    async def submit(self, reference: str) -> list[str]:
        """Pays; the steps that were recorded."""
        evidence = FakeEvidence()
        submission = await self.bank.submit(order(self.stage, reference=reference), FakeClaims(), evidence)
        assert submission.outcome is SubmissionOutcome.ANSWERED
        return evidence.actions

    async def probe(self, reference: str) -> list[str]:
        evidence = FakeEvidence()
        probe = await self.bank.probe(order(self.stage, reference=reference), evidence)
        assert probe.state is PortalState.EXECUTED
        return evidence.actions


@pytest.fixture
def desk(browser: Browser, bank_stage: Stage) -> Desk:
    credentials = FakeCredentials(bank_stage.credential)
    bank = SandboxBank(browser, credentials, bank_stage.url, KNOWN_ORDER_NUMBER, clock=wall_clock)
    return Desk(bank, credentials.logins, bank_stage)


@pytest.mark.behaviour("R4")
async def test_the_next_payment_goes_on_with_the_login_of_the_last(desk: Desk) -> None:
    assert _ANEW in await desk.submit("TWA1B2C3D4E5F601")
    steps = await desk.submit("TWA1B2C3D4E5F602")
    assert (_CARRIED in steps, _ANEW in steps) == (True, False)
    assert len(paid(desk.stage)) == 2


@pytest.mark.behaviour("R1", "R4")
async def test_a_probe_signs_in_anew_so_that_whoever_is_still_in_is_out(desk: Desk) -> None:
    await desk.submit("TWA1B2C3D4E5F601")
    (left_behind,) = desk.logins
    assert _ANEW in await desk.probe("TWA1B2C3D4E5F601")
    desk.logins[:] = [left_behind]
    steps = await desk.submit("TWA1B2C3D4E5F602")
    assert (_CARRIED in steps, _ANEW in steps) == (False, True)


@pytest.mark.behaviour("R1", "R4")
async def test_a_payment_that_ended_in_doubt_hands_no_login_on(desk: Desk) -> None:
    desk.stage.set_fault(Fault.DROP_AFTER_ACCEPTING)
    submission = await desk.bank.submit(order(desk.stage), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert desk.logins == []


@pytest.mark.behaviour("R4")
async def test_every_portal_knows_who_is_still_in(
    bank_b: SandboxBankB, bank_b_stage: Stage, erp: SandboxErp, tax: SandboxTax
) -> None:
    cases: list[tuple[ActionPortal, PortalContent]] = [
        (bank_b, test_sandbox_bank_b.order(bank_b_stage)),
        (erp, test_sandbox_erp.posting()),
        (tax, test_sandbox_tax.registration()),
    ]
    for portal, content in cases:
        await portal.probe(content, FakeEvidence())
        evidence = FakeEvidence()
        submission = await portal.submit(content, FakeClaims(), evidence)
        assert submission.outcome is SubmissionOutcome.ANSWERED
        assert (_CARRIED in evidence.actions, _ANEW in evidence.actions) == (True, False)
