"""Payments at the stand-in bank in a real browser; the bank's own ledger is the oracle."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bots.portals.sandbox_bank import SandboxBank
from models.errors import BusinessError
from models.money import Money
from models.party import PayeeAccount
from models.portal import PaymentOrder, PortalState, PortalUnavailable, SubmissionOutcome
from sandbox.bank import ledger
from sandbox.faults import Fault
from sandbox.house_account import HOUSE_ACCOUNT
from sandbox.submissions import submissions
from tests.bots.fakes import FakeClaims, FakeCredentials, FakeEvidence
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
