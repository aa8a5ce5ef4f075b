"""Plays the people's and the vendors' part. Every step follows from what the cases show, so it can be taken up again
after a crash at any moment."""

import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.company import ENTITY, buyer_party, seller_party
from sandbox.demo.office import Office
from sandbox.demo.scenarios import SCENARIOS, Ending, Scenario
from sandbox.vendor import invoice_xml, number_variants

_WORKING = (
    "ayse.kaya",
    "henrik.dahl",
    "piotr.nowak",
    "greta.holm",
    "ines.lindqvist",
    "karl.lindqvist",
    "sofia.brandt",
    "marek.hansen",
)
_OBSERVER, _RECEIVER, _TREASURER = "ruth.feldmann", "tom.behrens", "sofia.brandt"
_SETTLES = {"price": "accept_variance", "duplicate": "reject"}
_STOPPED = "payment_stopped"
_ON_THE_WAY = {"received", "waiting", "matched", "approved", "posted"}
_STATEMENT_PAUSE = 8.0


@dataclass
class Director:
    office: Office
    inbox: Path
    """The folder that the installation watches for invoices."""
    run: int
    cases: dict[str, str] = field(default_factory=dict, init=False)
    """Scenario key to case number."""
    _statement_asked: float = field(default=0.0, init=False)

    def tick(self) -> dict[str, dict[str, Any]]:
        """Everybody does what waits for them; the cases as they then stand, by scenario."""
        self._file_requisitions()
        for person in _WORKING:
            self._work_through_inbox(person)
        seen = {scenario.key: self.office.case(_OBSERVER, self.cases[scenario.key]) for scenario in SCENARIOS}
        for scenario in SCENARIOS:
            self._move_goods_and_paper(scenario, seen[scenario.key])
        self._fetch_statement(seen)
        return seen

    def is_over(self, scenario: Scenario, case: dict[str, Any]) -> bool:
        """Whether nothing more is going to happen in the case by itself."""
        if scenario.ending is Ending.WITH_A_PERSON:
            return any(task["kind"] == _STOPPED and task["state"] == "open" for task in case["tasks"])
        if scenario.comes_twice and len(case["invoices"]) < 2:
            return False
        return case["closed_at"] is not None

    def _file_requisitions(self) -> None:
        for scenario in SCENARIOS:
            if scenario.key not in self.cases:
                content = scenario.content(self.run).model_dump_json()
                key = f"demo-{self.run}-{scenario.key}"
                self.cases[scenario.key] = self.office.file(scenario.requester, content, key)

    def _work_through_inbox(self, person: str) -> None:
        inbox = self.office.inbox(person)
        for approval in inbox["approvals"]:
            scenario = self._scenario(approval["case"])
            if scenario is None:
                continue
            refuses = scenario.is_refused
            comment = "Not this year; the old one still works." if refuses else ""
            self.office.decide(person, approval["id"], "reject" if refuses else "approve", comment)
        for task in inbox["tasks"]:
            if self._scenario(task["case"]) is not None and task["kind"] in _SETTLES:
                self.office.settle(person, task["id"], _SETTLES[task["kind"]], "Checked with the vendor by telephone.")

    def _move_goods_and_paper(self, scenario: Scenario, case: dict[str, Any]) -> None:
        for order in case["orders"]:
            if order["state"] == "issued":
                continue
            self._receive(scenario, order, case)
            self._deliver_invoice(scenario, order, case, scenario.invoice_number(self.run), 0)
            if scenario.comes_twice and any(invoice["state"] in ("paid", "closed") for invoice in case["invoices"]):
                again = number_variants(scenario.invoice_number(self.run))[0]
                self._deliver_invoice(scenario, order, case, again, 1)

    def _receive(self, scenario: Scenario, order: dict[str, Any], case: dict[str, Any]) -> None:
        """All at once; or first a part, and the rest when the invoice waits for it."""
        part = scenario.received_first
        if not order["receipts"]:
            lines = [_came_in(line, part or Decimal(line["ordered"])) for line in order["lines"]]
            self.office.receive(_RECEIVER, order["number"], lines, f"demo-{self.run}-{scenario.key}-first")
        elif part and any(invoice["state"] == "waiting" for invoice in case["invoices"]):
            lines = [_came_in(line, Decimal(line["ordered"]) - part) for line in order["lines"]]
            self.office.receive(_RECEIVER, order["number"], lines, f"demo-{self.run}-{scenario.key}-rest")

    def _deliver_invoice(
        self, scenario: Scenario, order: dict[str, Any], case: dict[str, Any], number: str, later: int
    ) -> None:
        """The vendor's file appears in the watched folder, whole from the first moment."""
        file = self.inbox / f"{scenario.vendor_id}-run{self.run}-{scenario.key}-{later}.xml"
        if file.exists() or any(invoice["number"] == number for invoice in case["invoices"]):
            return
        issued = date.fromisoformat(order["issued"])
        content = invoice_xml(
            scenario.billed(self.run),
            number=number,
            issue_date=issued,
            due_date=issued + timedelta(days=scenario.vendor.payment_days),
            seller=seller_party(scenario.vendor),
            buyer=buyer_party(ENTITY),
            order_number=order["number"],
        )
        self.inbox.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_bytes(content)
        part.rename(file)

    def _fetch_statement(self, seen: dict[str, dict[str, Any]]) -> None:
        """The treasurer asks for today's statement once everything released is paid, until it has come."""
        states = {invoice["state"] for case in seen.values() for invoice in case["invoices"]}
        is_wanted = "paid" in states and not states & _ON_THE_WAY
        if is_wanted and time.monotonic() - self._statement_asked > _STATEMENT_PAUSE:
            self.office.fetch_statement(_TREASURER, ENTITY.id, date.today().isoformat())  # noqa: DTZ011
            self._statement_asked = time.monotonic()

    def _scenario(self, case: str) -> Scenario | None:
        return next((each for each in SCENARIOS if self.cases.get(each.key) == case), None)


def _came_in(line: dict[str, Any], quantity: Decimal) -> dict[str, Any]:
    return {"order_line": line["number"], "quantity": str(quantity)}
