"""Files at the stand-in bank B in a real browser, and the second signature; the bank's own ledger is the oracle."""

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bots.browser import Browser
from bots.portals.sandbox_bank_b import SandboxBankB
from bots.portals.sandbox_bank_b_signature import SandboxBankBSignature
from formats.camt import read_camt
from formats.pain002 import read_pain002
from models.errors import BusinessError
from models.money import Money
from models.party import PayeeAccount
from models.payment_file import PaymentFile, ReportedStatus
from models.portal import (
    PaymentOrder,
    PaymentSignature,
    PortalState,
    PortalUnavailable,
    SubmissionOutcome,
)
from sandbox.bank import ledger as books
from sandbox.bank.ledger import PaymentState
from sandbox.bank_b import ledger
from sandbox.faults import Fault
from sandbox.house_account import SECOND_HOUSE_ACCOUNT
from sandbox.submissions import submissions
from tests.bots.fakes import FakeClaims, FakeCredentials, FakeEvidence, wall_clock
from tests.bots.portals.conftest import Stage
from tests.bots.portals.files import OwnFiles

REFERENCE = "TWA1B2C3D4E5F601"
PAYEE = PayeeAccount(holder="Bergström Präzisionsteile GmbH & Co. KG", iban="DE89370400440532013000")
AMOUNT = Money(amount=Decimal("12345.60"), currency="EUR")


def order(stage: Stage, **changed: Any) -> PaymentOrder:
    fields: dict[str, Any] = {
        "reference": REFERENCE,
        "payer_iban": SECOND_HOUSE_ACCOUNT.iban,
        "payee": PAYEE,
        "amount": AMOUNT,
        "remittance": "Rechnung RE-2026-0417 – Größe 4",
        "execution_date": stage.settings.clock.today(),
    }
    return PaymentOrder(**fields | changed)


def signature(**changed: Any) -> PaymentSignature:
    fields: dict[str, Any] = {
        "reference": "TWSIGN0000000001",
        "payment_reference": REFERENCE,
        "payer_iban": SECOND_HOUSE_ACCOUNT.iban,
        "payee": PAYEE,
        "amount": AMOUNT,
    }
    return PaymentSignature(**fields | changed)


def listed(stage: Stage) -> list[dict[str, object]]:
    return [row for row in books.payments(stage.settings.db_path) if row["order_number"] != books.KNOWN_ORDER_NUMBER]


def booked(stage: Stage) -> list[object]:
    rows = books.bookings(stage.settings.db_path, SECOND_HOUSE_ACCOUNT.iban)
    return [row["amount"] for row in rows if row["reference"] == REFERENCE]


@pytest.mark.behaviour("R1", "R2", "R8", "B2")
async def test_a_file_is_handed_in_once_whole_and_waits_for_the_second_signature(
    bank_b: SandboxBankB, bank_b_stage: Stage, bank_b_files: OwnFiles
) -> None:
    claims, evidence = FakeClaims(), FakeEvidence()
    submission = await bank_b.submit(order(bank_b_stage), claims, evidence)
    assert submission.outcome is SubmissionOutcome.ANSWERED, submission
    (file,) = ledger.files(bank_b_stage.settings.db_path)
    (row,) = listed(bank_b_stage)
    assert submission.portal_text == f"Datei angenommen: {file['file_number']}"
    written = await bank_b_files.payment_file(order(bank_b_stage))
    assert (file["name"], file["message_id"]) == (f"{REFERENCE}.xml", written.message_id)
    assert (row["amount"], row["reference"], row["payee_iban"]) == ("12345.60", REFERENCE, PAYEE.iban)
    assert (row["payee_name"], row["remittance"]) == (PAYEE.holder, "Rechnung RE-2026-0417 - Größe 4")
    assert (row["state"], booked(bank_b_stage)) == (PaymentState.WAITING_FOR_SIGNATURE, [])
    assert evidence.actions == ["signed in", "chose the file", "read back", "submitted: answered"]
    assert (claims.claimed, claims.looks) == (1, 1)

    probe = await bank_b.probe(order(bank_b_stage), evidence)
    assert (probe.state, probe.matches) == (PortalState.WAITING_FOR_SIGNATURE, 1)
    assert probe.portal_text == f"{row['order_number']} wartet auf Unterschrift"


@pytest.mark.behaviour("R13", "R1")
async def test_the_second_login_signs_once_and_the_payment_is_executed_once(
    bank_b: SandboxBankB, signing: SandboxBankBSignature, bank_b_stage: Stage
) -> None:
    await bank_b.submit(order(bank_b_stage), FakeClaims(), FakeEvidence())
    before = await signing.probe(signature(), FakeEvidence())
    assert (before.state, before.reference_found) == (PortalState.ABSENT, False)

    submission = await signing.submit(signature(), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.ANSWERED
    assert submission.portal_text.startswith("Auftrag unterschrieben: NB")
    (given,) = ledger.signatures(bank_b_stage.settings.db_path)
    (row,) = listed(bank_b_stage)
    assert (row["login"], given["login"]) == (ledger.SUBMITTER, ledger.SIGNER)
    assert (row["state"], booked(bank_b_stage)) == (PaymentState.EXECUTED, ["-12345.60"])
    assert (await signing.probe(signature(), FakeEvidence())).state is PortalState.EXECUTED
    assert (await bank_b.probe(order(bank_b_stage), FakeEvidence())).state is PortalState.EXECUTED


ONE_REQUEST_FAULTS = {
    Fault.DROP_AFTER_ACCEPTING: True,
    Fault.DROP_WITHOUT_ACCEPTING: False,
    Fault.ERROR_AFTER_ACCEPTING: True,
    Fault.ERROR_WITHOUT_ACCEPTING: False,
    Fault.TIME_OUT_AFTER_ACCEPTING: True,
    Fault.TIME_OUT_WITHOUT_ACCEPTING: False,
}


@pytest.mark.behaviour("R1", "R3")
@pytest.mark.parametrize(("fault", "accepted"), ONE_REQUEST_FAULTS.items(), ids=lambda value: str(value))
async def test_when_the_bank_does_not_answer_an_upload_one_was_sent_and_the_probe_tells_the_truth(
    bank_b: SandboxBankB, bank_b_stage: Stage, fault: Fault, accepted: bool
) -> None:
    bank_b_stage.set_fault(fault)
    submission = await bank_b.submit(order(bank_b_stage), FakeClaims(timedelta(seconds=4)), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert len(submissions(bank_b_stage.settings.db_path)) == 1
    assert len(listed(bank_b_stage)) == accepted

    probe = await bank_b.probe(order(bank_b_stage), FakeEvidence())
    assert probe.state is (PortalState.WAITING_FOR_SIGNATURE if accepted else PortalState.ABSENT)


@pytest.mark.behaviour("R1", "R3", "R13")
@pytest.mark.parametrize(("fault", "accepted"), ONE_REQUEST_FAULTS.items(), ids=lambda value: str(value))
async def test_when_the_bank_does_not_answer_a_signature_one_was_sent_and_the_probe_tells_the_truth(
    bank_b: SandboxBankB, signing: SandboxBankBSignature, bank_b_stage: Stage, fault: Fault, accepted: bool
) -> None:
    await bank_b.submit(order(bank_b_stage), FakeClaims(), FakeEvidence())
    bank_b_stage.set_fault(fault)
    submission = await signing.submit(signature(), FakeClaims(timedelta(seconds=4)), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert len(submissions(bank_b_stage.settings.db_path)) == 2

    probe = await signing.probe(signature(), FakeEvidence())
    assert probe.state is (PortalState.EXECUTED if accepted else PortalState.ABSENT)
    assert booked(bank_b_stage) == (["-12345.60"] if accepted else [])


@pytest.mark.behaviour("R2")
async def test_when_the_preview_shows_another_account_nothing_is_claimed(
    bank_b: SandboxBankB, bank_b_stage: Stage
) -> None:
    bank_b_stage.set_fault(Fault.CHANGE_PAYEE_ACCOUNT, argument="DE91100000000123456789")
    claims = FakeClaims()
    submission = await bank_b.submit(order(bank_b_stage), claims, FakeEvidence())
    assert submission.outcome is SubmissionOutcome.MISMATCH
    assert [(each.field, each.shown) for each in submission.differences] == [
        ("Auftrag 1 IBAN", "DE91 1000 0000 0123 4567 89")
    ]
    assert (claims.claimed, ledger.files(bank_b_stage.settings.db_path)) == (0, [])


@pytest.mark.behaviour("R2")
async def test_when_the_file_holds_another_amount_than_was_approved_nothing_is_claimed(
    bank_b: SandboxBankB, bank_b_stage: Stage, bank_b_files: OwnFiles
) -> None:
    def stolen(file: PaymentFile) -> PaymentFile:
        content = file.content.replace(b"12345.60", b"92345.60")
        return file.model_copy(update={"content": content, "sha256": hashlib.sha256(content).hexdigest()})

    bank_b_files.on_write = stolen
    submission = await bank_b.submit(order(bank_b_stage), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.MISMATCH
    assert [each.field for each in submission.differences] == ["Summe", "Auftrag 1 Betrag"]
    assert ledger.files(bank_b_stage.settings.db_path) == []


@pytest.mark.behaviour("R2", "R13")
async def test_when_the_page_to_sign_shows_another_account_nothing_is_signed(
    bank_b: SandboxBankB, signing: SandboxBankBSignature, bank_b_stage: Stage
) -> None:
    await bank_b.submit(order(bank_b_stage), FakeClaims(), FakeEvidence())
    bank_b_stage.set_fault(Fault.CHANGE_PAYEE_ACCOUNT, argument="DE91100000000123456789")
    submission = await signing.submit(signature(), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.MISMATCH
    assert ledger.signatures(bank_b_stage.settings.db_path) == []


@pytest.mark.behaviour("R13")
async def test_what_is_not_in_the_list_or_does_not_wait_is_not_signed(
    bank_b: SandboxBankB, signing: SandboxBankBSignature, bank_b_stage: Stage
) -> None:
    missing = await signing.submit(signature(), FakeClaims(), FakeEvidence())
    assert (missing.outcome, missing.portal_text) == (
        SubmissionOutcome.REFUSED,
        f"{REFERENCE} stands in 0 rows of the bank's list",
    )
    assert (await signing.probe(signature(), FakeEvidence())).state is PortalState.UNKNOWN
    await bank_b.submit(order(bank_b_stage), FakeClaims(), FakeEvidence())
    await signing.submit(signature(), FakeClaims(), FakeEvidence())
    again = await signing.submit(signature(), FakeClaims(), FakeEvidence())
    assert (again.outcome, again.portal_text) == (
        SubmissionOutcome.REFUSED,
        "Der Auftrag wartet nicht auf eine Unterschrift.",
    )
    assert len(ledger.signatures(bank_b_stage.settings.db_path)) == 1


@pytest.mark.behaviour("R13")
async def test_the_login_that_hands_in_cannot_sign(browser: Browser, bank_b: SandboxBankB, bank_b_stage: Stage) -> None:
    await bank_b.submit(order(bank_b_stage), FakeClaims(), FakeEvidence())
    same = SandboxBankBSignature(
        browser,
        FakeCredentials(bank_b_stage.credential),
        bank_b_stage.url,
        books.KNOWN_ORDER_NUMBER,
        clock=wall_clock,
    )
    submission = await same.submit(signature(), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.REFUSED
    assert "darf keine Aufträge unterschreiben" in submission.portal_text


REFUSALS = {
    "no cover": ({"amount": Money(amount=Decimal("9000000"), currency="EUR")}, "AM04 Die Deckung ist nicht"),
    "unknown account": ({"payer_iban": "DE89370400440532013000"}, "AC02 Das Auftraggeberkonto"),
}


@pytest.mark.behaviour("R3", "R9", "B2")
@pytest.mark.parametrize(("wrong", "why"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_a_refused_file_is_found_as_rejected_and_its_report_says_why(
    bank_b: SandboxBankB, bank_b_stage: Stage, wrong: dict[str, Any], why: str
) -> None:
    refused = order(bank_b_stage, **wrong)
    submission = await bank_b.submit(refused, FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.ANSWERED
    assert submission.portal_text.startswith("Datei abgelehnt: OKB")
    assert (await bank_b.probe(refused, FakeEvidence())).state is PortalState.REJECTED

    evidence = FakeEvidence()
    (report,) = await bank_b.fetch_status_report(refused, evidence)
    assert evidence.steps[-1].download_sha256 == hashlib.sha256(report.content).hexdigest() == report.sha256
    read = read_pain002(report.content)
    status = read.status_of(f"{read.file_id}-001", REFERENCE)
    assert status is not None
    assert status.status is ReportedStatus.REJECTED
    assert status.reasons[0].startswith(why)
    assert booked(bank_b_stage) == []


@pytest.mark.behaviour("R3", "B2")
async def test_a_file_that_the_bank_refuses_as_a_whole_is_found_by_its_name_though_no_order_is_listed(
    bank_b: SandboxBankB, bank_b_stage: Stage, bank_b_files: OwnFiles
) -> None:
    def too_new(file: PaymentFile) -> PaymentFile:
        content = file.content.replace(b"pain.001.001.09", b"pain.001.001.11")
        return file.model_copy(update={"content": content, "sha256": hashlib.sha256(content).hexdigest()})

    bank_b_files.on_write = too_new
    submission = await bank_b.submit(order(bank_b_stage), FakeClaims(), FakeEvidence())
    assert submission.portal_text.startswith("Datei abgelehnt: OKB")
    assert listed(bank_b_stage) == []
    probe = await bank_b.probe(order(bank_b_stage), FakeEvidence())
    assert (probe.state, probe.matches) == (PortalState.REJECTED, 1)
    (report,) = await bank_b.fetch_status_report(order(bank_b_stage), FakeEvidence())
    status = read_pain002(report.content).status_of("any", REFERENCE)
    assert status is not None
    assert (status.status, status.reasons[0][:4]) == (ReportedStatus.REJECTED, "FF02")


async def test_a_report_that_is_not_there_is_none(bank_b: SandboxBankB, bank_b_stage: Stage) -> None:
    assert await bank_b.fetch_status_report(order(bank_b_stage), FakeEvidence()) == ()


@pytest.mark.behaviour("B1")
async def test_the_statement_shows_what_was_signed(
    bank_b: SandboxBankB, signing: SandboxBankBSignature, bank_b_stage: Stage
) -> None:
    await bank_b.submit(order(bank_b_stage), FakeClaims(), FakeEvidence())
    await signing.submit(signature(), FakeClaims(), FakeEvidence())
    day = bank_b_stage.settings.clock.today()
    (file,) = await bank_b.fetch_statements(SECOND_HOUSE_ACCOUNT.iban, day, FakeEvidence())
    (statement,) = read_camt(file.content)
    assert [entry.amount for entry in statement.entries] == [Decimal("-12345.60")]
    with pytest.raises(BusinessError, match="does not see the account"):
        await bank_b.fetch_statements(PAYEE.iban, day, FakeEvidence())


@pytest.mark.behaviour("R3")
async def test_while_the_bank_is_under_maintenance_nothing_is_claimed(
    bank_b: SandboxBankB, signing: SandboxBankBSignature, bank_b_stage: Stage
) -> None:
    for portal, content in ((bank_b, order(bank_b_stage)), (signing, signature())):
        bank_b_stage.set_fault(Fault.MAINTENANCE)
        claims = FakeClaims()
        with pytest.raises(PortalUnavailable, match="Wartungsarbeiten"):
            await portal.submit(content, claims, FakeEvidence())
        assert claims.claimed == 0


@pytest.mark.behaviour("R1")
async def test_when_the_login_ends_before_the_file_is_handed_in_it_is_unknown_and_then_absent(
    bank_b: SandboxBankB, bank_b_stage: Stage
) -> None:
    bank_b_stage.set_fault(Fault.DROP_LOGIN_BEFORE_SUBMIT)
    submission = await bank_b.submit(order(bank_b_stage), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert "Sitzung abgelaufen" in submission.portal_text
    assert (await bank_b.probe(order(bank_b_stage), FakeEvidence())).state is PortalState.ABSENT
