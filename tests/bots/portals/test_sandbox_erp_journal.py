"""Journal entries at the stand-in bookkeeping system in a real browser; its own books are the oracle."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from bots.portals.sandbox_erp import SandboxErp
from models.portal import JournalLine, JournalPosting, PortalState, SubmissionOutcome
from sandbox.erp import entry_ledger
from sandbox.faults import Fault
from sandbox.submissions import submissions
from tests.bots.fakes import FakeClaims, FakeEvidence
from tests.bots.portals.conftest import Stage

pytestmark = pytest.mark.behaviour("B3", "R1")
REFERENCE = "TWJ1B2C3D4E5F601"


def line(account: str, debit: str = "0", credit: str = "0", cost_centre: str = "") -> JournalLine:
    return JournalLine(
        account=account,
        text=f"Abgrenzung {account}",
        debit=Decimal(debit),
        credit=Decimal(credit),
        cost_centre=cost_centre,
    )


def posting(*lines: JournalLine, **changed: Any) -> JournalPosting:
    fields: dict[str, Any] = {
        "reference": REFERENCE,
        "booking_date": date(2026, 11, 30),
        "text": "Miete Dezember – Abgrenzung",
        "currency": "EUR",
        "lines": lines
        or (
            line("1900", "12345.60"),
            line("4210", credit="10000.00", cost_centre="1000"),
            line("4220", credit="2345.60"),
        ),
    }
    return JournalPosting(**fields | changed)


def posted(stage: Stage) -> list[dict[str, object]]:
    rows = entry_ledger.entries(stage.settings.db_path)
    return [row for row in rows if row["voucher_number"] != entry_ledger.KNOWN_ENTRY_NUMBER]


@pytest.mark.behaviour("R2", "R8")
async def test_an_entry_is_posted_once_line_by_line_and_the_probe_finds_it(erp: SandboxErp, erp_stage: Stage) -> None:
    evidence = FakeEvidence()
    submission = await erp.submit(posting(), FakeClaims(), evidence)
    assert submission.outcome is SubmissionOutcome.ANSWERED, submission
    (row,) = posted(erp_stage)
    assert submission.portal_text == f"Sachbuchung gebucht: {row['voucher_number']}"
    assert (row["total"], row["reference"], row["booking_date"]) == ("12345.60", REFERENCE, "2026-11-30")
    kept = json.loads(str(row["lines"]))
    assert [(each["account"], each["debit"], each["credit"], each["cost_centre"]) for each in kept] == [
        ("1900", "12345.60", "0.00", ""),
        ("4210", "0.00", "10000.00", "1000"),
        ("4220", "0.00", "2345.60", ""),
    ]
    assert evidence.actions == [
        "signed in",
        "entered the header",
        "entered the lines",
        "read back",
        "submitted: answered",
    ]
    assert (await erp.probe(posting(), FakeEvidence())).state is PortalState.EXECUTED


async def test_an_entry_with_more_lines_than_the_grid_has_rows_is_posted_whole(
    erp: SandboxErp, erp_stage: Stage
) -> None:
    sides = [line(f"42{number:02d}", credit="10.00") for number in range(12)]
    submission = await erp.submit(posting(line("1900", "120.00"), *sides), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.ANSWERED, submission
    assert len(json.loads(str(posted(erp_stage)[0]["lines"]))) == 13


@pytest.mark.parametrize(
    ("fault", "truth"),
    [
        (Fault.DROP_AFTER_ACCEPTING, PortalState.EXECUTED),
        (Fault.DROP_WITHOUT_ACCEPTING, PortalState.ABSENT),
        (Fault.LEAVE_DRAFT, PortalState.DRAFT),
        (Fault.REJECT_AFTERWARDS, PortalState.REJECTED),
    ],
)
async def test_an_entry_is_posted_at_most_once_and_the_probe_tells_the_truth(
    erp: SandboxErp, erp_stage: Stage, fault: Fault, truth: PortalState
) -> None:
    erp_stage.set_fault(fault)
    await erp.submit(posting(), FakeClaims(timedelta(seconds=8)), FakeEvidence())
    assert len(submissions(erp_stage.settings.db_path)) == 1
    assert (await erp.probe(posting(), FakeEvidence())).state is truth


@pytest.mark.behaviour("R3")
async def test_what_the_system_refuses_is_refused_in_its_own_words(erp: SandboxErp, erp_stage: Stage) -> None:
    claims = FakeClaims()
    submission = await erp.submit(posting(line("19", "1.00"), line("4210", credit="1.00")), claims, FakeEvidence())
    assert submission.outcome is SubmissionOutcome.REFUSED
    assert "Zeile 1: Konto hat 4 bis 8 Ziffern" in submission.portal_text
    assert (claims.claimed, posted(erp_stage)) == (0, [])


def test_an_entry_that_does_not_balance_cannot_be_made() -> None:
    with pytest.raises(ValidationError, match=r"debits of 2\.00 do not equal credits of 1\.00"):
        posting(line("1900", "2.00"), line("4210", credit="1.00"))
