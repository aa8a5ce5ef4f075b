"""What the bank's and the ERP's own ledgers say about each case. They know nothing of us, so they settle it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.bank import ledger as bank
from sandbox.demo.scenarios import SCENARIOS, Ending, Scenario
from sandbox.erp import ledger as erp


@dataclass(frozen=True)
class Outcome:
    """One case as it ended, beside how it had to end."""

    scenario: Scenario
    case: str
    state: str
    paid: int
    """Rows in the bank's ledger with the case's payee and amount."""
    posted: int
    """Rows in the ERP's ledger with the case's invoice number."""

    @property
    def is_right(self) -> bool:
        match self.scenario.ending:
            case Ending.PAID:
                return (self.state, self.paid, self.posted) == ("completed", 1, 1)
            case Ending.REJECTED:
                return (self.state, self.paid, self.posted) == ("rejected", 0, 0)
            case Ending.WITH_A_PERSON:
                return (self.state, self.paid, self.posted) == ("open", 0, 1)

    def document(self) -> dict[str, Any]:
        return {
            "case": self.case,
            "kind": self.scenario.key,
            "expected": self.scenario.ending,
            "state": self.state,
            "paid": self.paid,
            "posted": self.posted,
            "ok": self.is_right,
        }


def outcomes(portals: Path, run: int, cases: dict[str, dict[str, Any]]) -> tuple[Outcome, ...]:
    """Counts by obligation (payee and amount), not by our reference."""
    payments = bank.payments(portals / "bank" / "ledger.db")
    postings = erp.postings(portals / "erp" / "ledger.db")
    return tuple(
        Outcome(
            scenario=scenario,
            case=cases[scenario.key]["id"],
            state=cases[scenario.key]["state"],
            paid=_paid(scenario, run, payments),
            posted=sum(row["invoice_number"] == scenario.invoice_number(run) for row in postings),
        )
        for scenario in SCENARIOS
    )


def _paid(scenario: Scenario, run: int, payments: Sequence[dict[str, object]]) -> int:
    wanted = (scenario.vendor.account.iban, scenario.gross(run))
    return sum((row["payee_iban"], Decimal(str(row["amount"]))) == wanted for row in payments)
