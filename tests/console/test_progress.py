from datetime import UTC, datetime
from decimal import Decimal

import pytest

from console.progress import progress
from models.matching import OpenOrderLine
from models.money import Money
from store.cases import Case

_NOW = datetime(2026, 11, 2, tzinfo=UTC)


def _case(*, closed: bool = False) -> Case:
    total = Money(amount=Decimal(100), currency="EUR")
    return Case("PR-1", "procure_to_pay", "Cable", "mara", "KAB", total, "open", _NOW, _NOW if closed else None)


def _line(received: int, invoiced: int) -> OpenOrderLine:
    return OpenOrderLine(
        order_number="PO-1",
        number=1,
        description="Cable",
        ordered=Decimal(10),
        received=Decimal(received),
        invoiced=Decimal(invoiced),
        unit_price=Decimal(10),
        tax_rate=Decimal(19),
    )


def _short(case: Case, lines: list[OpenOrderLine], invoices: list[str], *, requested: bool = True) -> str:
    """One letter a step: done, partly, next, later, stopped."""
    return "".join(step.state[0] for step in progress(case, lines, invoices, requested=requested))


@pytest.mark.parametrize(
    ("lines", "invoices", "expected"),
    [
        ([], [], "dnlllll"),
        ([_line(0, 0)], [], "dddnlll"),
        ([_line(4, 0)], [], "dddplll"),
        ([_line(10, 0)], ["exception"], "ddddpll"),
        ([_line(10, 10)], ["matched"], "dddddnl"),
        ([_line(10, 5)], ["paid"], "ddddppl"),
        ([_line(10, 10)], ["paid"], "ddddddn"),
        ([_line(10, 10)], ["closed", "rejected"], "ddddddd"),
    ],
)
def test_a_case_moves_step_by_step(lines: list[OpenOrderLine], invoices: list[str], expected: str) -> None:
    assert _short(_case(), lines, invoices) == expected


def test_a_case_that_ended_early_says_what_was_not_reached() -> None:
    assert _short(_case(closed=True), [], []) == "dssssss"


def test_a_case_that_began_with_an_invoice_begins_there() -> None:
    assert _short(_case(), [], ["exception"], requested=False) == "dnl"
