"""What the portals' own ledgers say about each case. They know nothing of us, so they settle it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.bank import ledger as bank
from sandbox.company import ENTITY
from sandbox.demo.director import Scenario
from sandbox.demo.ending import Ending
from sandbox.demo.purchases import Purchase
from sandbox.demo.sales import Sale
from sandbox.erp import ledger as erp
from sandbox.tax import ledger as tax

Rows = Sequence[dict[str, object]]

_BOUGHT = {
    Ending.PAID: ("completed", {"paid": 1, "posted": 1}),
    Ending.REJECTED: ("rejected", {"paid": 0, "posted": 0}),
    Ending.WITH_A_PERSON: ("open", {"paid": 0, "posted": 1}),
}
_SOLD = {
    Ending.PAID: ("completed", {"registered": 1, "received": 1}),
    Ending.REJECTED: ("rejected", {"registered": 0, "received": 0}),
    Ending.LEFT_OPEN: ("open", {"registered": 1, "received": 1}),
}
"""State of the case and rows in the ledgers."""


@dataclass(frozen=True)
class Outcome:
    """One case as it ended, beside how it had to end."""

    scenario: Scenario
    case: str
    state: str
    still_open: Decimal
    """What the customer of a sale still owes."""
    rows: Mapping[str, int]
    """How often the portals' ledgers hold the case, counted by obligation and not by our reference: a payment by payee
    and amount, a posting by invoice number, a registration by buyer and amount, money received by payer and amount."""

    @property
    def is_right(self) -> bool:
        if isinstance(self.scenario, Sale):
            wanted = _SOLD[self.scenario.ending]
            short = self.scenario.short_by if self.scenario.ending is Ending.LEFT_OPEN else Decimal(0)
            return (self.state, dict(self.rows), self.still_open) == (*wanted, short)
        return (self.state, dict(self.rows)) == _BOUGHT[self.scenario.ending]

    def document(self) -> dict[str, Any]:
        return {
            "case": self.case,
            "kind": self.scenario.key,
            "process": "sale" if isinstance(self.scenario, Sale) else "purchase",
            "expected": self.scenario.ending,
            "state": self.state,
            **self.rows,
            "ok": self.is_right,
        }


def outcomes(portals: Path, run: int, cases: Mapping[Scenario, dict[str, Any]]) -> tuple[Outcome, ...]:
    payments = [row for name in ("bank", "bank_b") for row in bank.payments(portals / name / "ledger.db")]
    bookings = bank.bookings(portals / "bank" / "ledger.db", ENTITY.iban)
    postings = erp.postings(portals / "erp" / "ledger.db")
    registrations = tax.registrations(portals / "tax" / "ledger.db")
    return tuple(
        Outcome(
            scenario=scenario,
            case=case["id"],
            state=case["state"],
            still_open=sum((Decimal(each["open"]["amount"]) for each in case["sales_invoices"]), start=Decimal(0)),
            rows=_sold(scenario, run, registrations, bookings)
            if isinstance(scenario, Sale)
            else _bought(scenario, run, payments, postings),
        )
        for scenario, case in cases.items()
    )


def _bought(purchase: Purchase, run: int, payments: Rows, postings: Rows) -> dict[str, int]:
    wanted = (purchase.vendor.account.iban, purchase.gross(run))
    return {
        "paid": sum((row["payee_iban"], Decimal(str(row["amount"]))) == wanted for row in payments),
        "posted": sum(row["invoice_number"] == purchase.invoice_number(run) for row in postings),
    }


def _sold(sale: Sale, run: int, registrations: Rows, bookings: Rows) -> dict[str, int]:
    registered, received = (sale.customer.name, sale.gross(run)), (sale.customer.name, sale.paid(run))
    return {
        "registered": sum((row["buyer"], Decimal(str(row["gross"]))) == registered for row in registrations),
        "received": sum((row["counterparty"], Decimal(str(row["amount"]))) == received for row in bookings),
    }
