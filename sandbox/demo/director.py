"""Plays the people's and the trading partners' part. Every step follows from what the cases show, so it can be taken up
again after a crash at any moment."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.demo.buying import Buying
from sandbox.demo.night import SECOND_BANK, Night
from sandbox.demo.office import Office
from sandbox.demo.purchases import PURCHASES, Purchase
from sandbox.demo.sales import SALES, Sale
from sandbox.demo.selling import Selling

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
_SIGNER = "sofia.brandt"
"""Signs at the second bank, so that she has to release what is paid there herself."""

_OBSERVER = "ruth.feldmann"
_SETTLES = {"price": "accept_variance", "duplicate": "reject"}

Scenario = Purchase | Sale
SCENARIOS: tuple[Scenario, ...] = (*PURCHASES, *SALES)
Cases = dict[Scenario, dict[str, Any]]
"""The case of each scenario, as the API shows it."""


@dataclass
class Director:
    office: Office
    inbox: Path
    """The folder that the installation watches for invoices."""
    bank: Path
    """The bank's own ledger, into which customers pay."""
    run: int
    night: Night
    cases: dict[Scenario, str] = field(default_factory=dict, init=False)
    """Case numbers."""

    def __post_init__(self) -> None:
        self._buying = Buying(self.office, self.inbox, self.run)
        self._selling = Selling(self.office, self.bank, self.run)

    def tick(self) -> Cases:
        """Everybody does what waits for them; the cases as they then stand."""
        self._file()
        self.night.pay()
        self.night.try_second_bank()
        for person in _WORKING:
            self._work_through_inbox(person)
        seen = {scenario: self.office.case(_OBSERVER, self.cases[scenario]) for scenario in SCENARIOS}
        for scenario, case in seen.items():
            if isinstance(scenario, Sale):
                self._selling.go_on(scenario, case)
            elif self.night.has_failed or scenario.vendor.house_bank != SECOND_BANK:
                # What is paid there comes in once its payment waits, and does not run into the maintenance itself.
                self._buying.go_on(scenario, case)
        self._fetch_statement(seen)
        return seen

    def is_over(self, scenario: Scenario, case: dict[str, Any]) -> bool:
        """Whether nothing more is going to happen in the case by itself."""
        if isinstance(scenario, Sale):
            return self._selling.is_over(scenario, case)
        return self._buying.is_over(scenario, case)

    def _file(self) -> None:
        for scenario in SCENARIOS:
            if scenario not in self.cases:
                self.cases[scenario] = self._filed(scenario)

    def _filed(self, scenario: Scenario) -> str:
        return self._selling.file(scenario) if isinstance(scenario, Sale) else self._buying.file(scenario)

    def _work_through_inbox(self, person: str) -> None:
        inbox = self.office.inbox(person)
        for approval in inbox["approvals"]:
            scenario = self._scenario(approval["case"])
            if scenario is None or (_wants_the_signer(scenario, approval) and person != _SIGNER):
                continue
            refuses = scenario.is_refused
            comment = "Not this year, and not like this." if refuses else ""
            self.office.decide(person, approval["id"], "reject" if refuses else "approve", comment)
        for task in inbox["tasks"]:
            if self._scenario(task["case"]) is not None and task["kind"] in _SETTLES:
                self.office.settle(person, task["id"], _SETTLES[task["kind"]], "Checked with the vendor by telephone.")

    def _fetch_statement(self, seen: Cases) -> None:
        """Today's statement is due once everything is at the bank, until all of it has come."""
        bought = [case for scenario, case in seen.items() if isinstance(scenario, Purchase)]
        sold = [case for scenario, case in seen.items() if isinstance(scenario, Sale)]
        if any(map(self._buying.is_on_the_way, bought)) or any(map(self._selling.is_on_the_way, sold)):
            return
        waits = any(map(self._buying.waits_for_statement, bought)) or any(map(self._selling.waits_for_statement, sold))
        if waits:
            self.night.fetch_statement()

    def _scenario(self, case: str) -> Scenario | None:
        return next((scenario for scenario, number in self.cases.items() if number == case), None)


def _wants_the_signer(scenario: Scenario, approval: dict[str, Any]) -> bool:
    if isinstance(scenario, Sale) or approval["subject"] != "payment":
        return False
    return scenario.vendor.house_bank == SECOND_BANK
