"""Sales invoices at the stand-in tax authority in a real browser; the authority's own register is the oracle."""

import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pydantic import SecretStr
from pypdf import PdfReader

from bots.browser import Browser
from bots.otp import OneTimePasswords
from bots.portal import PortalAccess
from bots.portals.sandbox_tax import NAME, InvoiceReporting, SandboxTax
from bots.readback import compare
from models.errors import BusinessError
from models.portal import InvoiceRegistration, PortalState, PortalUnavailable, RegisteredTax, SubmissionOutcome
from sandbox import database
from sandbox.faults import Fault
from sandbox.submissions import submissions
from sandbox.tax import ledger
from tests.bots.fakes import FakeClaims, FakeCredentials, FakeEvidence, wall_clock
from tests.bots.portals.conftest import Stage

REFERENCE = "TWC1B2C3D4E5F601"


def tax_row(rate: str = "19", net: str = "1000.00", tax: str = "190.00") -> RegisteredTax:
    return RegisteredTax(rate=Decimal(rate), net=Decimal(net), tax=Decimal(tax))


ROWS = (tax_row(), tax_row("7", "234.50", "16.42"), tax_row("0", "99.00", "0"))


def registration(**changed: Any) -> InvoiceRegistration:
    fields: dict[str, Any] = {
        "reference": REFERENCE,
        "seller_vat_id": "DE219980000",
        "buyer": "Werft Holtenau <Süd> GmbH & Co. KG",
        "buyer_vat_id": "DE219987070",
        "invoice_number": "AR-2026-00042",
        "invoice_date": date(2026, 1, 5),
        "currency": "EUR",
        "taxes": ROWS,
        "gross": Decimal("1539.92"),
    }
    return InvoiceRegistration(**fields | changed)


def registered(stage: Stage) -> list[dict[str, object]]:
    rows = ledger.registrations(stage.settings.db_path)
    return [row for row in rows if row["register_number"] != ledger.KNOWN_REGISTER_NUMBER]


@pytest.mark.behaviour("R1", "R2", "R8")
async def test_an_invoice_is_registered_once_row_by_row_and_the_probe_finds_it(
    tax: SandboxTax, tax_stage: Stage
) -> None:
    evidence = FakeEvidence()
    submission = await tax.submit(registration(), FakeClaims(), evidence)
    assert submission.outcome is SubmissionOutcome.ANSWERED
    (row,) = registered(tax_stage)
    assert submission.portal_text == f"Rechnung registriert: {row['register_number']}"
    assert (row["gross"], row["reference"], row["buyer_vat_id"]) == ("1539.92", REFERENCE, "DE219987070")
    assert [entry["rate"] for entry in json.loads(str(row["taxes"]))] == ["19.00", "7.00", "0.00"]
    assert evidence.actions == ["signed in", "entered", "declared", "read back", "submitted: answered"]

    probe = await tax.probe(registration(), FakeEvidence())
    assert (probe.state, probe.matches) == (PortalState.EXECUTED, 1)
    assert probe.portal_text == f"{row['register_number']} registriert"
    assert probe.old_login_dead


@pytest.mark.behaviour("R1")
async def test_before_anything_is_registered_a_complete_look_says_absent(tax: SandboxTax) -> None:
    probe = await tax.probe(registration(), FakeEvidence())
    assert (probe.state, probe.matches, probe.rows_read) == (PortalState.ABSENT, 0, 1)
    assert probe.read_to_last_page
    assert probe.known_row_seen


@pytest.mark.behaviour("R2")
async def test_when_the_confirmation_page_shows_another_buyer_nothing_is_claimed_or_registered(
    tax: SandboxTax, tax_stage: Stage
) -> None:
    tax_stage.set_fault(Fault.CHANGE_BUYER_VAT_ID, argument="ATU99818082")
    claims = FakeClaims()
    submission = await tax.submit(registration(), claims, FakeEvidence())
    assert submission.outcome is SubmissionOutcome.MISMATCH
    (difference,) = submission.differences
    assert (difference.field, difference.approved) == ("USt-IdNr. des Erwerbers", "DE219987070")
    assert difference.shown == "ATU99818082"
    assert claims.claimed == 0
    assert registered(tax_stage) == []


SHOWN_OTHERWISE: dict[str, tuple[dict[str, Any], set[str]]] = {
    "seller": ({"seller_vat_id": "DE219980001"}, {"USt-IdNr. des Verkäufers"}),
    "buyer": ({"buyer": "Werft Holtenau"}, {"Name des Erwerbers"}),
    "buyer's id": ({"buyer_vat_id": ""}, {"USt-IdNr. des Erwerbers"}),
    "number": ({"invoice_number": "AR-2026-00043"}, {"Rechnungsnummer"}),
    "date": ({"invoice_date": date(2026, 5, 1)}, {"Rechnungsdatum"}),
    "reference": ({"reference": "TWC1B2C3D4E5F602"}, {"Eigene Referenz"}),
    "currency": ({"currency": "USD"}, {"Summe Netto", "Summe Steuer", "Rechnungsbetrag brutto"}),
    "gross": ({"gross": Decimal("1539.93")}, {"Rechnungsbetrag brutto"}),
    "rate": ({"taxes": (tax_row("19.1"), *ROWS[1:])}, {"Zeile 1 Steuersatz"}),
    "net and tax": (
        {"taxes": (*ROWS[:2], tax_row("0", "98.99", "0.01"))},
        {"Zeile 3 Netto", "Zeile 3 Steuer", "Summe Netto", "Summe Steuer"},
    ),
    "a row less": ({"taxes": ROWS[:2]}, {"Zeilen", "Summe Netto"}),
    "a row more": (
        {"taxes": (*ROWS, tax_row("5", "0", "0"))},
        {"Zeilen", "Zeile 4 Steuersatz", "Zeile 4 Netto", "Zeile 4 Steuer"},
    ),
}


@pytest.mark.behaviour("R2")
async def test_every_field_and_every_tax_row_of_the_confirmation_page_is_compared(
    browser: Browser, tax_stage: Stage
) -> None:
    credentials = FakeCredentials(tax_stage.credential)
    access = PortalAccess(NAME, browser, credentials, tax_stage.url, wall_clock, OneTimePasswords(wall_clock))
    action = InvoiceReporting(access, ledger.KNOWN_REGISTER_NUMBER)
    async with browser.open_session(action.boundary, FakeEvidence(), wall_clock) as session:
        await action.prepare(session, registration())
        shown = await action.read_confirmation(session)
    assert compare(action.expectations(registration()), shown) == ()
    for name, (changed, fields) in SHOWN_OTHERWISE.items():
        differences = compare(action.expectations(registration(**changed)), shown)
        assert {one.field for one in differences} == fields, name


FAULTS = {
    Fault.DROP_AFTER_ACCEPTING: PortalState.EXECUTED,
    Fault.DROP_WITHOUT_ACCEPTING: PortalState.ABSENT,
    Fault.ERROR_AFTER_ACCEPTING: PortalState.EXECUTED,
    Fault.ERROR_WITHOUT_ACCEPTING: PortalState.ABSENT,
    Fault.TIME_OUT_AFTER_ACCEPTING: PortalState.EXECUTED,
    Fault.TIME_OUT_WITHOUT_ACCEPTING: PortalState.ABSENT,
    Fault.DROP_LOGIN_BEFORE_SUBMIT: PortalState.ABSENT,
}


@pytest.mark.behaviour("R1", "R3")
@pytest.mark.parametrize(("fault", "truth"), FAULTS.items(), ids=lambda value: str(value))
async def test_when_the_authority_does_not_answer_the_register_holds_it_at_most_once_and_the_probe_tells(
    tax: SandboxTax, tax_stage: Stage, fault: Fault, truth: PortalState
) -> None:
    tax_stage.set_fault(fault)
    submission = await tax.submit(registration(), FakeClaims(timedelta(seconds=4)), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert len(submissions(tax_stage.settings.db_path)) == (fault is not Fault.DROP_LOGIN_BEFORE_SUBMIT)
    assert len(registered(tax_stage)) == (truth is PortalState.EXECUTED)
    assert (await tax.probe(registration(), FakeEvidence())).state is truth


@pytest.mark.behaviour("R1")
async def test_a_slow_answer_before_the_deadline_is_an_answer(tax: SandboxTax, tax_stage: Stage) -> None:
    tax_stage.set_fault(Fault.ANSWER_SLOWLY, argument="1.5")
    submission = await tax.submit(registration(), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.ANSWERED
    assert len(registered(tax_stage)) == 1


@pytest.mark.behaviour("R3")
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"seller_vat_id": "?"}, "LFK 312"),
        ({"currency": "JPY"}, "LFK 324"),
        ({"taxes": (ROWS[0], tax_row("19", "100", "1"))}, "LFK 332"),
        ({"gross": Decimal("1539.93")}, "LFK 334"),
    ],
    ids=["parties", "document", "second tax row", "gross"],
)
async def test_what_the_authority_refuses_is_refused_in_its_own_words(
    tax: SandboxTax, tax_stage: Stage, changed: dict[str, Any], told: str
) -> None:
    claims = FakeClaims()
    submission = await tax.submit(registration(**changed), claims, FakeEvidence())
    assert submission.outcome is SubmissionOutcome.REFUSED
    assert told in submission.portal_text
    assert claims.claimed == 0
    assert registered(tax_stage) == []


@pytest.mark.behaviour("R3")
async def test_under_maintenance_the_authority_is_unavailable(tax: SandboxTax, tax_stage: Stage) -> None:
    tax_stage.set_fault(Fault.MAINTENANCE)
    with pytest.raises(PortalUnavailable, match="LFK 900"):
        await tax.submit(registration(), FakeClaims(), FakeEvidence())


@pytest.mark.behaviour("R3")
async def test_a_wrong_password_is_tried_once(browser: Browser, tax_stage: Stage) -> None:
    wrong = tax_stage.credential.model_copy(update={"password": SecretStr("planted-canary-7")})
    tax = SandboxTax(browser, FakeCredentials(wrong), tax_stage.url, ledger.KNOWN_REGISTER_NUMBER, clock=wall_clock)
    with pytest.raises(BusinessError, match="LFK 107") as refused:
        await tax.submit(registration(), FakeClaims(), FakeEvidence())
    assert refused.value.code == "portal.login_refused"
    (login,) = database.rows(tax_stage.settings.db_path, "SELECT wrong_passwords FROM login")
    assert login["wrong_passwords"] == 1


def register_by_hand(stage: Stage, **changed: Any) -> str:
    content = registration()
    fields: dict[str, Any] = {
        "login": "LINDQVIST-USt",
        "reference": "von Hand",
        "taxes": tuple(ledger.TaxAmount(row.rate, row.net, row.tax) for row in content.taxes),
        **{name: getattr(content, name) for name in ("seller_vat_id", "buyer", "buyer_vat_id")},
        **{name: getattr(content, name) for name in ("invoice_number", "invoice_date", "currency")},
    }
    invoice = ledger.SalesInvoice(**fields | changed)
    return ledger.register(stage.settings.db_path, invoice, stage.settings.clock.now())


OTHER_INVOICE = {"invoice_number": "AR-2026-00099"}


@pytest.mark.behaviour("R1")
@pytest.mark.parametrize(
    ("rows", "state", "lookalikes"),
    [
        ([{}], PortalState.UNKNOWN, 1),
        ([OTHER_INVOICE], PortalState.UNKNOWN, 1),
        ([{"reference": "TWZZZZZZZZZZZZ02"}], PortalState.UNKNOWN, 1),
        ([{"reference": "TWZZZZZZZZZZZZ02", **OTHER_INVOICE}], PortalState.ABSENT, 0),
        ([{"reference": REFERENCE}] * 2, PortalState.UNKNOWN, 0),
        ([{"reference": REFERENCE, "buyer_vat_id": "ATU99818082"}], PortalState.UNKNOWN, 0),
        ([{"buyer": "Andere GmbH", **OTHER_INVOICE}] * 25 + [{"reference": REFERENCE}], PortalState.EXECUTED, 0),
    ],
    ids=[
        "by hand",
        "by hand with a mistyped number",
        "by another attempt of ours",
        "another invoice of ours",
        "ours twice",
        "ours with another buyer's id",
        "ours on the third page",
    ],
)
async def test_the_probe_reads_the_whole_register(
    tax: SandboxTax, tax_stage: Stage, rows: list[dict[str, Any]], state: PortalState, lookalikes: int
) -> None:
    for row in rows:
        register_by_hand(tax_stage, **row)
    probe = await tax.probe(registration(), FakeEvidence())
    assert (probe.state, probe.lookalikes, probe.rows_read) == (state, lookalikes, len(rows) + 1)


@pytest.mark.behaviour("R1")
async def test_without_the_known_row_nothing_is_called_absent(tax: SandboxTax, tax_stage: Stage) -> None:
    with database.transaction(tax_stage.settings.db_path) as connection:
        connection.execute("DELETE FROM registration")
    probe = await tax.probe(registration(), FakeEvidence())
    assert (probe.state, probe.known_row_seen) == (PortalState.UNKNOWN, False)


@pytest.mark.behaviour("R9")
async def test_the_receipt_of_a_registration_is_fetched_hashed_and_the_same_twice(
    tax: SandboxTax, tax_stage: Stage
) -> None:
    number = register_by_hand(tax_stage, reference=REFERENCE)
    evidence = FakeEvidence()
    first = await tax.fetch_receipt(registration(), evidence)
    register_by_hand(tax_stage, reference="TWZZZZZZZZZZZZ02", **OTHER_INVOICE)
    second = await tax.fetch_receipt(registration(), FakeEvidence())
    assert (first.name, first.media_type) == (f"Registerauszug-{number}.pdf", "application/pdf")
    assert first.sha256 == hashlib.sha256(first.content).hexdigest() == evidence.steps[-1].download_sha256
    assert first == second
    text = PdfReader(BytesIO(first.content), strict=True).pages[0].extract_text()
    for shown in (number, REFERENCE, "1.539,92 EUR"):
        assert shown in text


@pytest.mark.behaviour("R9")
async def test_half_a_receipt_is_no_receipt(tax: SandboxTax, tax_stage: Stage) -> None:
    register_by_hand(tax_stage, reference=REFERENCE)
    tax_stage.set_fault(Fault.CUT_RECEIPT)
    evidence = FakeEvidence()
    with pytest.raises(PortalUnavailable, match="did not arrive whole"):
        await tax.fetch_receipt(registration(), evidence)
    assert [step for step in evidence.steps if step.download_sha256] == []
    assert await tax.fetch_receipt(registration(), FakeEvidence())


@pytest.mark.behaviour("R9")
@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "not among 1 rows"),
        ([{"reference": REFERENCE}] * 2, "stands in 2 rows"),
        ([{"reference": REFERENCE, "buyer": "Andere GmbH"}], "Name des Erwerbers is Andere GmbH"),
    ],
    ids=["not registered", "twice", "another buyer"],
)
async def test_where_it_is_in_doubt_what_was_registered_there_is_no_receipt(
    tax: SandboxTax, tax_stage: Stage, rows: list[dict[str, Any]], told: str
) -> None:
    for row in rows:
        register_by_hand(tax_stage, **row)
    with pytest.raises(BusinessError, match=told) as missing:
        await tax.fetch_receipt(registration(), FakeEvidence())
    assert missing.value.code == "portal.no_receipt"
