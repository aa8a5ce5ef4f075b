"""Payments at the stand-in bank in a real browser; the bank's own ledger is the oracle."""

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from bots.browser import Browser
from bots.portals.sandbox_bank import SandboxBank
from models.errors import BusinessError
from models.money import Money
from models.party import PayeeAccount
from models.portal import PaymentOrder, PortalState, PortalUnavailable, SubmissionOutcome
from sandbox import database
from sandbox.bank import ledger
from sandbox.faults import Fault
from sandbox.house_account import HOUSE_ACCOUNT
from sandbox.submissions import submissions
from tests.bots.fakes import FakeClaims, FakeCredentials, FakeEvidence, wall_clock
from tests.bots.portals.conftest import Stage

REFERENCE = "TWA1B2C3D4E5F601"


def order(stage: Stage, **changed: Any) -> PaymentOrder:
    fields: dict[str, Any] = {
        "reference": REFERENCE,
        "payer_iban": HOUSE_ACCOUNT.iban,
        "payee": PayeeAccount(holder="Bergström Präzisionsteile GmbH & Co. KG", iban="DE89370400440532013000"),
        "amount": Money(amount=Decimal("12345.60"), currency="EUR"),
        "remittance": "Rechnung RE-2026-0417",
        "execution_date": stage.settings.clock.today(),
    }
    return PaymentOrder(**fields | changed)


def paid(stage: Stage) -> list[dict[str, object]]:
    return [row for row in ledger.payments(stage.settings.db_path) if row["order_number"] != ledger.KNOWN_ORDER_NUMBER]


@pytest.mark.behaviour("R1", "R2", "R8")
async def test_an_approved_payment_is_entered_once_and_the_probe_finds_it_executed(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    claims, evidence = FakeClaims(), FakeEvidence()
    submission = await bank.submit(order(bank_stage), claims, evidence)
    assert submission.outcome is SubmissionOutcome.ANSWERED
    (row,) = paid(bank_stage)
    assert submission.portal_text == f"Auftrag angenommen: {row['order_number']}"
    assert (row["amount"], row["reference"], row["payee_iban"]) == ("12345.60", REFERENCE, "DE89370400440532013000")
    assert (claims.claimed, claims.looks) == (1, 1)

    probe = await bank.probe(order(bank_stage), evidence)
    assert (probe.state, probe.matches, probe.portal_text) == (
        PortalState.EXECUTED,
        1,
        f"{row['order_number']} ausgeführt",
    )
    assert probe.known_row_seen
    assert probe.read_to_last_page
    assert probe.old_login_dead


ONE_REQUEST_FAULTS = {
    Fault.DROP_AFTER_ACCEPTING: PortalState.EXECUTED,
    Fault.DROP_WITHOUT_ACCEPTING: PortalState.ABSENT,
    Fault.ERROR_AFTER_ACCEPTING: PortalState.EXECUTED,
    Fault.ERROR_WITHOUT_ACCEPTING: PortalState.ABSENT,
    Fault.TIME_OUT_AFTER_ACCEPTING: PortalState.EXECUTED,
    Fault.TIME_OUT_WITHOUT_ACCEPTING: PortalState.ABSENT,
}


@pytest.mark.behaviour("R1", "R3")
@pytest.mark.parametrize(("fault", "truth"), ONE_REQUEST_FAULTS.items(), ids=lambda value: str(value))
async def test_when_the_bank_does_not_answer_the_outcome_is_unknown_and_the_probe_tells_the_truth(
    bank: SandboxBank, bank_stage: Stage, fault: Fault, truth: PortalState
) -> None:
    bank_stage.set_fault(fault)
    submission = await bank.submit(order(bank_stage), FakeClaims(timedelta(seconds=4)), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert len(submissions(bank_stage.settings.db_path)) == 1

    probe = await bank.probe(order(bank_stage), FakeEvidence())
    assert probe.state is truth
    assert len(paid(bank_stage)) == (truth is PortalState.EXECUTED)


@pytest.mark.behaviour("R1")
async def test_when_the_bank_answers_slowly_but_before_the_deadline_it_is_answered(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    bank_stage.set_fault(Fault.ANSWER_SLOWLY, argument="1.5")
    submission = await bank.submit(order(bank_stage), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.ANSWERED
    assert len(paid(bank_stage)) == 1


@pytest.mark.behaviour("R1", "R2")
async def test_when_the_confirmation_page_shows_another_account_nothing_is_claimed_or_paid(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    bank_stage.set_fault(Fault.CHANGE_PAYEE_ACCOUNT, argument="DE91100000000123456789")
    claims, evidence = FakeClaims(), FakeEvidence()
    submission = await bank.submit(order(bank_stage), claims, evidence)
    assert submission.outcome is SubmissionOutcome.MISMATCH
    (difference,) = submission.differences
    assert (difference.field, difference.approved) == ("IBAN", "DE89370400440532013000")
    assert difference.shown == "DE91 1000 0000 0123 4567 89"
    assert claims.claimed == 0
    assert paid(bank_stage) == []
    assert evidence.actions[-1] == "read back: differs"


@pytest.mark.behaviour("R1")
async def test_when_the_login_ends_between_review_and_submit_it_is_unknown_and_then_absent(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    bank_stage.set_fault(Fault.DROP_LOGIN_BEFORE_SUBMIT)
    submission = await bank.submit(order(bank_stage), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert "Sitzung abgelaufen" in submission.portal_text
    assert (await bank.probe(order(bank_stage), FakeEvidence())).state is PortalState.ABSENT


@pytest.mark.behaviour("R3")
async def test_while_the_bank_is_under_maintenance_it_is_unavailable_and_nothing_is_claimed(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    bank_stage.set_fault(Fault.MAINTENANCE)
    claims, evidence = FakeClaims(), FakeEvidence()
    with pytest.raises(PortalUnavailable, match="Wartungsarbeiten"):
        await bank.submit(order(bank_stage), claims, evidence)
    assert claims.claimed == 0
    assert evidence.actions == ["failed"]


@pytest.mark.behaviour("R8")
async def test_no_recorded_step_tells_the_password_or_the_seed(bank: SandboxBank, bank_stage: Stage) -> None:
    evidence = FakeEvidence()
    submission = await bank.submit(order(bank_stage), FakeClaims(), evidence)
    credential = bank_stage.credential
    assert credential.totp_seed is not None
    told = repr(submission) + "".join(f"{step.action} {step.target} {step.screenshot!r}" for step in evidence.steps)
    assert evidence.actions == ["signed in", "entered", "read back", "submitted: answered"]
    assert credential.password.get_secret_value() not in told
    assert credential.totp_seed.get_secret_value() not in told


@pytest.mark.behaviour("R3")
async def test_a_wrong_password_is_tried_once_and_never_again(browser: Browser, bank_stage: Stage) -> None:
    wrong = bank_stage.credential.model_copy(update={"password": SecretStr("planted-canary-7")})
    mistaken = SandboxBank(browser, FakeCredentials(wrong), bank_stage.url, ledger.KNOWN_ORDER_NUMBER, clock=wall_clock)
    evidence = FakeEvidence()
    with pytest.raises(BusinessError) as refused:
        await mistaken.submit(order(bank_stage), FakeClaims(), evidence)
    assert refused.value.code == "portal.login_refused"
    assert "Anmeldename oder PIN ist falsch" in refused.value.message
    (login,) = database.rows(bank_stage.settings.db_path, "SELECT wrong_passwords FROM login")
    assert login["wrong_passwords"] == 1
    assert evidence.actions == ["stopped"]
    assert "planted-canary-7" not in str(refused.value) + str(evidence.steps)


@pytest.mark.behaviour("R3")
async def test_what_the_bank_refuses_before_its_confirmation_page_is_refused_in_its_own_words(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    claims = FakeClaims()
    too_much = order(bank_stage, amount=Money(amount=Decimal("9000000"), currency="EUR"))
    submission = await bank.submit(too_much, claims, FakeEvidence())
    assert submission.outcome is SubmissionOutcome.REFUSED
    assert "Deckung auf dem Konto ist nicht ausreichend" in submission.portal_text
    assert claims.claimed == 0


async def test_an_account_that_the_login_does_not_see_is_refused(bank: SandboxBank, bank_stage: Stage) -> None:
    submission = await bank.submit(order(bank_stage, payer_iban="DE89370400440532013000"), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.REFUSED
    assert "DE89370400440532013000" in submission.portal_text


def enter_by_hand(stage: Stage, count: int = 1, **changed: Any) -> None:
    """Puts payments into the bank's books that our bot did not enter."""
    fields: dict[str, Any] = {
        "login": "LINDQVIST01",
        "payer_iban": HOUSE_ACCOUNT.iban,
        "payee_name": "Bergström Präzisionsteile",
        "payee_iban": "DE89370400440532013000",
        "bic": "",
        "amount": Decimal("12345.60"),
        "remittance": "per Hand",
        "reference": "",
        "execution_date": stage.settings.clock.today(),
    }
    for _ in range(count):
        ledger.accept_payment(
            stage.settings.db_path, ledger.PaymentOrder(**fields | changed), stage.settings.clock.now()
        )


@pytest.mark.behaviour("R1")
async def test_the_probe_reads_the_list_to_its_last_page(bank: SandboxBank, bank_stage: Stage) -> None:
    enter_by_hand(bank_stage, 24, amount=Decimal("10.00"))
    enter_by_hand(bank_stage, reference=REFERENCE)
    probe = await bank.probe(order(bank_stage), FakeEvidence())
    assert (probe.state, probe.rows_read, probe.matches) == (PortalState.EXECUTED, 26, 1)


@pytest.mark.behaviour("R1")
async def test_a_payment_of_our_amount_and_payee_without_our_reference_is_unknown(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    enter_by_hand(bank_stage)
    enter_by_hand(bank_stage, payee_iban="DE02120300000000202051")
    probe = await bank.probe(order(bank_stage), FakeEvidence())
    assert (probe.state, probe.lookalikes, probe.matches) == (PortalState.UNKNOWN, 1, 0)


@pytest.mark.behaviour("R1")
async def test_a_payment_of_our_amount_and_payee_with_another_reference_of_ours_is_another_payment(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    enter_by_hand(bank_stage, reference="TWZZZZZZZZZZZZ02")
    probe = await bank.probe(order(bank_stage), FakeEvidence())
    assert (probe.state, probe.lookalikes) == (PortalState.ABSENT, 0)


@pytest.mark.behaviour("R1")
async def test_our_reference_twice_is_unknown_and_says_so(bank: SandboxBank, bank_stage: Stage) -> None:
    enter_by_hand(bank_stage, 2, reference=REFERENCE)
    probe = await bank.probe(order(bank_stage), FakeEvidence())
    assert (probe.state, probe.matches) == (PortalState.UNKNOWN, 2)
    assert "our reference stands in 2 rows" in probe.portal_text


@pytest.mark.behaviour("R1")
async def test_our_reference_on_another_amount_is_unknown(bank: SandboxBank, bank_stage: Stage) -> None:
    enter_by_hand(bank_stage, reference=REFERENCE, amount=Decimal("1.00"))
    probe = await bank.probe(order(bank_stage), FakeEvidence())
    assert probe.state is PortalState.UNKNOWN
    assert "Betrag is 1,00 EUR, not 12345.60 EUR" in probe.portal_text


BANK_STATES = {
    ledger.PaymentState.EXECUTED: PortalState.EXECUTED,
    ledger.PaymentState.IN_PROCESS: PortalState.EXECUTED,
    ledger.PaymentState.WAITING_FOR_SIGNATURE: PortalState.WAITING_FOR_SIGNATURE,
    ledger.PaymentState.DRAFT: PortalState.DRAFT,
    ledger.PaymentState.REJECTED: PortalState.REJECTED,
}


@pytest.mark.behaviour("R1")
@pytest.mark.parametrize(("shown", "state"), BANK_STATES.items(), ids=lambda value: str(value))
async def test_the_probe_gives_the_banks_own_state(
    bank: SandboxBank, bank_stage: Stage, shown: ledger.PaymentState, state: PortalState
) -> None:
    tomorrow = bank_stage.settings.clock.today() + timedelta(days=1)
    enter_by_hand(bank_stage, reference=REFERENCE, execution_date=tomorrow)
    (row,) = paid(bank_stage)
    ledger.set_state(bank_stage.settings.db_path, str(row["order_number"]), shown, bank_stage.settings.clock.today())
    assert (await bank.probe(order(bank_stage), FakeEvidence())).state is state


@pytest.mark.behaviour("R1")
async def test_without_the_known_row_nothing_is_called_absent(bank: SandboxBank, bank_stage: Stage) -> None:
    with database.transaction(bank_stage.settings.db_path) as connection:
        connection.execute("DELETE FROM payment")
    probe = await bank.probe(order(bank_stage), FakeEvidence())
    assert (probe.state, probe.known_row_seen) == (PortalState.UNKNOWN, False)


@pytest.mark.behaviour("R9")
async def test_the_statement_of_a_day_is_fetched_hashed_and_typed(bank: SandboxBank, bank_stage: Stage) -> None:
    enter_by_hand(bank_stage, reference=REFERENCE)
    evidence = FakeEvidence()
    (file,) = await bank.fetch_statements(HOUSE_ACCOUNT.iban, bank_stage.settings.clock.today(), evidence)
    assert file.media_type == "application/xml"
    assert REFERENCE.encode() in file.content
    assert file.sha256 == hashlib.sha256(file.content).hexdigest() == evidence.steps[-1].download_sha256


async def test_a_day_without_a_statement_gives_none(bank: SandboxBank, bank_stage: Stage) -> None:
    long_ago = bank_stage.settings.clock.today() - timedelta(days=2000)
    assert await bank.fetch_statements(HOUSE_ACCOUNT.iban, long_ago, FakeEvidence()) == ()


async def test_statements_of_an_account_that_the_login_does_not_see_are_a_business_error(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    with pytest.raises(BusinessError, match="does not see the account") as missing:
        await bank.fetch_statements("DE89370400440532013000", bank_stage.settings.clock.today(), FakeEvidence())
    assert missing.value.code == "portal.no_account"
