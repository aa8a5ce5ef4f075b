"""Purchase invoices at the stand-in bookkeeping system in a real browser; its own books are the oracle."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from bots.browser import Browser
from bots.portals.sandbox_erp import SandboxErp
from models.errors import BusinessError
from models.portal import LedgerPosting, PortalState, PortalUnavailable, PostingLine, SubmissionOutcome
from sandbox import database
from sandbox.erp import ledger
from sandbox.faults import Fault
from sandbox.submissions import submissions
from tests.bots.fakes import FakeClaims, FakeCredentials, FakeEvidence, wall_clock
from tests.bots.portals.conftest import Stage

REFERENCE = "TWE1B2C3D4E5F601"


def line(number: int = 1, net: str = "1000.00", tax: str = "190.00") -> PostingLine:
    return PostingLine(
        account=f"34{number:02d}", text=f"Position {number}", net=Decimal(net), tax_rate=Decimal(19), tax=Decimal(tax)
    )


def posting(*lines: PostingLine, **changed: Any) -> LedgerPosting:
    rows = lines or (line(), line(2, "234.50", "44.56"))
    fields: dict[str, Any] = {
        "reference": REFERENCE,
        "vendor": "Bergström Präzisionsteile GmbH & Co. KG",
        "invoice_number": "RE-2026-0417",
        "invoice_date": date(2026, 11, 2),
        "due_date": date(2026, 12, 2),
        "cost_centre": "4100",
        "currency": "EUR",
        "lines": rows,
        "gross": sum((row.net + row.tax for row in rows), Decimal(0)),
    }
    return LedgerPosting(**fields | changed)


def posted(stage: Stage) -> list[dict[str, object]]:
    rows = ledger.postings(stage.settings.db_path)
    return [row for row in rows if row["voucher_number"] != ledger.KNOWN_VOUCHER_NUMBER]


@pytest.mark.behaviour("R1", "R2", "R8")
async def test_an_invoice_is_posted_once_line_by_line_and_the_probe_finds_it(erp: SandboxErp, erp_stage: Stage) -> None:
    submission = await erp.submit(posting(), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.ANSWERED
    (row,) = posted(erp_stage)
    assert submission.portal_text == f"Beleg gebucht: {row['voucher_number']}"
    assert (row["gross"], row["reference"], row["cost_centre"]) == ("1469.06", REFERENCE, "4100")
    assert [entry["account"] for entry in json.loads(str(row["lines"]))] == ["3401", "3402"]

    probe = await erp.probe(posting(), FakeEvidence())
    assert (probe.state, probe.matches) == (PortalState.EXECUTED, 1)
    assert probe.old_login_dead
    assert probe.known_row_seen


async def test_an_invoice_with_more_lines_than_the_grid_has_rows_is_posted_whole(
    erp: SandboxErp, erp_stage: Stage
) -> None:
    many = posting(*(line(number) for number in range(1, 24)))
    submission = await erp.submit(many, FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.ANSWERED
    (row,) = posted(erp_stage)
    assert len(json.loads(str(row["lines"]))) == 23


@pytest.mark.behaviour("R2")
async def test_when_the_books_would_get_another_total_nothing_is_claimed_or_posted(
    erp: SandboxErp, erp_stage: Stage
) -> None:
    claims = FakeClaims()
    submission = await erp.submit(posting(gross=Decimal("1469.05")), claims, FakeEvidence())
    assert submission.outcome is SubmissionOutcome.MISMATCH
    (difference,) = submission.differences
    assert (difference.field, difference.approved) == ("Summe Brutto", "1469.05 EUR")
    assert difference.shown == "1.469,06 EUR"
    assert claims.claimed == 0
    assert posted(erp_stage) == []


FAULTS = {
    Fault.DROP_AFTER_ACCEPTING: PortalState.EXECUTED,
    Fault.DROP_WITHOUT_ACCEPTING: PortalState.ABSENT,
    Fault.ERROR_AFTER_ACCEPTING: PortalState.EXECUTED,
    Fault.TIME_OUT_WITHOUT_ACCEPTING: PortalState.ABSENT,
    Fault.DROP_LOGIN_BEFORE_SUBMIT: PortalState.ABSENT,
}


@pytest.mark.behaviour("R1", "R3")
@pytest.mark.parametrize(("fault", "truth"), FAULTS.items(), ids=lambda value: str(value))
async def test_when_the_system_does_not_answer_the_probe_tells_the_truth(
    erp: SandboxErp, erp_stage: Stage, fault: Fault, truth: PortalState
) -> None:
    erp_stage.set_fault(fault)
    submission = await erp.submit(posting(), FakeClaims(timedelta(seconds=4)), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert len(submissions(erp_stage.settings.db_path)) == (fault is not Fault.DROP_LOGIN_BEFORE_SUBMIT)
    assert (await erp.probe(posting(), FakeEvidence())).state is truth
    assert len(posted(erp_stage)) == (truth is PortalState.EXECUTED)


@pytest.mark.behaviour("R3")
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"due_date": date(2026, 1, 1)}, "K3-0303"),
        ({"lines": (line(tax="1.00"),), "gross": Decimal(1001)}, "K3-0314: Zeile 1"),
    ],
    ids=["header", "grid"],
)
async def test_what_the_system_refuses_is_refused_in_its_own_words(
    erp: SandboxErp, changed: dict[str, Any], told: str
) -> None:
    claims = FakeClaims()
    submission = await erp.submit(posting(**changed), claims, FakeEvidence())
    assert submission.outcome is SubmissionOutcome.REFUSED
    assert told in submission.portal_text
    assert claims.claimed == 0


@pytest.mark.behaviour("R3")
async def test_under_maintenance_the_system_is_unavailable(erp: SandboxErp, erp_stage: Stage) -> None:
    erp_stage.set_fault(Fault.MAINTENANCE)
    with pytest.raises(PortalUnavailable, match="K3-9000"):
        await erp.submit(posting(), FakeClaims(), FakeEvidence())


@pytest.mark.behaviour("R3")
async def test_a_wrong_password_is_tried_once(browser: Browser, erp_stage: Stage) -> None:
    wrong = erp_stage.credential.model_copy(update={"password": SecretStr("planted-canary-7")})
    erp = SandboxErp(browser, FakeCredentials(wrong), erp_stage.url, ledger.KNOWN_VOUCHER_NUMBER, clock=wall_clock)
    with pytest.raises(BusinessError, match="K3-0107") as refused:
        await erp.submit(posting(), FakeClaims(), FakeEvidence())
    assert refused.value.code == "portal.login_refused"
    (login,) = database.rows(erp_stage.settings.db_path, "SELECT wrong_passwords FROM login")
    assert login["wrong_passwords"] == 1


def key_in_by_hand(stage: Stage, **changed: Any) -> None:
    fields: dict[str, Any] = {
        "login": "KREDITOREN",
        "vendor": "Bergström Präzisionsteile GmbH & Co. KG",
        "invoice_number": "RE-2026-0417",
        "invoice_date": date(2026, 11, 2),
        "due_date": date(2026, 12, 2),
        "reference": "von Hand",
        "cost_centre": "4100",
        "lines": (ledger.PostingLine("3400", "Ware", Decimal("1234.50"), Decimal(19), Decimal("234.56")),),
    }
    ledger.post(stage.settings.db_path, ledger.PurchaseInvoice(**fields | changed), stage.settings.clock.now())


@pytest.mark.behaviour("R1")
@pytest.mark.parametrize(
    ("rows", "state", "lookalikes"),
    [
        ([{}], PortalState.UNKNOWN, 1),
        ([{"reference": "TWZZZZZZZZZZZZ02"}], PortalState.ABSENT, 0),
        ([{"reference": REFERENCE}], PortalState.EXECUTED, 0),
        ([{"reference": REFERENCE}] * 2, PortalState.UNKNOWN, 0),
        ([{"reference": REFERENCE, "invoice_number": "RE-2026-9999"}], PortalState.UNKNOWN, 0),
        ([{"vendor": "Andere GmbH"}] * 25, PortalState.ABSENT, 0),
    ],
    ids=["lookalike", "another of ours", "ours", "ours twice", "ours with another invoice", "three pages of others"],
)
async def test_the_probe_reads_the_whole_journal(
    erp: SandboxErp, erp_stage: Stage, rows: list[dict[str, Any]], state: PortalState, lookalikes: int
) -> None:
    for row in rows:
        key_in_by_hand(erp_stage, **row)
    probe = await erp.probe(posting(), FakeEvidence())
    assert (probe.state, probe.lookalikes, probe.rows_read) == (state, lookalikes, len(rows) + 1)
