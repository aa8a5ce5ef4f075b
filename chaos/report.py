"""What a run found, in the shape that scripts read, and what 0 of N says about the chance of the worst."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from models.base import Model
from models.errors import BusinessError

_CONFIDENCE = 0.95


class PaymentsReport(Model):
    """Counted from the banks' own ledgers, by obligation. `faults`: how often each harm was done."""

    runs: int
    faults: dict[str, int]
    paid_once: int
    lost: int
    duplicated: int
    wrong_amount: int
    wrong_payee: int
    with_a_person: int

    @property
    def is_right(self) -> bool:
        wrong = self.lost + self.duplicated + self.wrong_amount + self.wrong_payee
        return not wrong and self.paid_once + self.with_a_person == self.runs

    @property
    def summary(self) -> str:
        """The counts in one line."""
        counts = self.model_dump(exclude={"runs", "faults"})
        return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items())

    @property
    def bound(self) -> float:
        """The largest chance of a lost, duplicated or wrong payment that nothing wrong in `runs` leaves possible: 95 %
        one-sided, after Clopper and Pearson. About 3 / `runs`."""
        return 1.0 - float((1.0 - _CONFIDENCE) ** (1.0 / self.runs)) if self.runs else 1.0


def added(reports: Iterable[PaymentsReport]) -> PaymentsReport:
    """The sum of several runs."""
    all_of_them = tuple(reports)
    faults = sum((Counter(each.faults) for each in all_of_them), Counter[str]())

    def total(name: str) -> int:
        return sum(getattr(each, name) for each in all_of_them)

    counts = {name: total(name) for name in PaymentsReport.model_fields if name != "faults"}
    return PaymentsReport(faults=dict(sorted(faults.items())), **counts)


def read_report(file: Path) -> PaymentsReport:
    """Raises BusinessError `chaos.report` when `file` holds no report."""
    try:
        return PaymentsReport.model_validate(json.loads(file.read_text()))
    except (ValueError, ValidationError) as error:
        raise BusinessError("chaos.report", f"{file} holds no report of `tallywright chaos payments`.") from error
