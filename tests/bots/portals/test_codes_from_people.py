"""A bank that sends its code to a phone: the bot holds the browser until a person has typed it."""

import asyncio

import pytest

from bots import action
from bots.browser import Browser
from bots.portals.sandbox_bank import SandboxBank
from models.errors import BusinessError
from models.portal import CodeKind, PortalUnavailable
from sandbox import phones
from sandbox.bank.ledger import KNOWN_ORDER_NUMBER
from sandbox.faults import Fault
from tests.bots.fakes import FakeCredentials, FakeEvidence, wall_clock
from tests.bots.portals.conftest import Stage

pytestmark = pytest.mark.behaviour("R5")


@pytest.fixture
def known(bank_stage: Stage) -> FakeCredentials:
    return FakeCredentials(bank_stage.credential)


@pytest.fixture
def bank(browser: Browser, bank_stage: Stage, known: FakeCredentials) -> SandboxBank:
    return SandboxBank(browser, known, bank_stage.url, KNOWN_ORDER_NUMBER, clock=wall_clock)


async def test_a_code_by_sms_is_typed_by_a_person_and_shown_in_no_evidence(
    bank: SandboxBank, bank_stage: Stage, known: FakeCredentials
) -> None:
    bank_stage.set_fault(Fault.SMS_CODE)
    asked: list[tuple[CodeKind, str]] = []

    async def person(kind: CodeKind, said: str) -> str:
        asked.append((kind, said))
        return phones.codes(bank_stage.settings.db_path)[-1]

    known.person = person
    evidence = FakeEvidence()
    await bank.walk(evidence)
    ((kind, said),) = asked
    assert (kind, "per SMS an +49" in said) == (CodeKind.SMS, True)
    assert evidence.actions[:2] == ["waits for a person's code", "signed in"]
    (code,) = phones.codes(bank_stage.settings.db_path)
    assert code not in "".join(f"{step.action} {step.target}" for step in evidence.steps)


async def test_a_sign_in_that_is_confirmed_on_the_phone_goes_on(
    bank: SandboxBank, bank_stage: Stage, known: FakeCredentials
) -> None:
    bank_stage.set_fault(Fault.PUSH)

    async def person(kind: CodeKind, said: str) -> str:
        phones.confirm(bank_stage.settings.db_path)
        return ""

    known.person = person
    evidence = FakeEvidence()
    await bank.walk(evidence)
    assert "signed in" in evidence.actions


async def test_a_wrong_code_is_a_reason_to_come_again_and_no_reason_to_park_the_login(
    bank: SandboxBank, bank_stage: Stage, known: FakeCredentials
) -> None:
    bank_stage.set_fault(Fault.SMS_CODE)

    async def person(kind: CodeKind, said: str) -> str:
        return "000"

    known.person = person
    with pytest.raises(PortalUnavailable, match="Die mTAN ist falsch"):
        await bank.walk(FakeEvidence())


async def test_where_nobody_gives_the_code_the_bot_stops_and_says_so(bank: SandboxBank, bank_stage: Stage) -> None:
    bank_stage.set_fault(Fault.SMS_CODE)
    evidence = FakeEvidence()
    with pytest.raises(BusinessError) as stopped:
        await bank.walk(evidence)
    assert stopped.value.code == "portal.no_code"
    assert evidence.actions == ["waits for a person's code", "stopped"]


async def test_waiting_for_a_person_takes_nothing_of_the_bots_own_time(
    bank: SandboxBank, bank_stage: Stage, known: FakeCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank_stage.set_fault(Fault.SMS_CODE)
    limit = 60.0
    monkeypatch.setattr(action, "PREPARE_TIMEOUT", limit)
    loop = asyncio.get_running_loop()
    began, ahead = loop.time, [0.0]
    monkeypatch.setattr(loop, "time", lambda: began() + ahead[0])

    async def person(kind: CodeKind, said: str) -> str:
        ahead[0] += limit * 2
        return phones.codes(bank_stage.settings.db_path)[-1]

    known.person = person
    evidence = FakeEvidence()
    await bank.walk(evidence)
    assert "signed in" in evidence.actions
