from decimal import Decimal

import pytest

from formats.camt import read_camt
from formats.statement_checks import statement_findings
from models.errors import Finding
from tests.formats.documents import camt
from tests.formats.samples import sample


def _findings(*changes: tuple[str, str], message: str = "053") -> tuple[Finding, ...]:
    return statement_findings(read_camt(camt(message, 8, *changes))[0])


@pytest.mark.behaviour("B1")
def test_given_opening_plus_booked_is_closing_then_nothing_is_found() -> None:
    assert _findings() == ()


@pytest.mark.behaviour("B1")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Ccy="EUR">1050.00', 'Ccy="EUR">1050.01'),
        ('Ccy="EUR">1000.00', 'Ccy="EUR">999.99'),
        ('<Ntry><Amt Ccy="EUR">50.00', '<Ntry><Amt Ccy="EUR">50.01'),
        ("<Cd>BOOK</Cd>", "<Cd>PDNG</Cd>"),
        ("<Cd>PDNG</Cd>", "<Cd>BOOK</Cd>"),
    ],
)
def test_given_any_amount_or_booking_is_off_then_the_statement_is_unbalanced(old: str, new: str) -> None:
    (finding,) = _findings((old, new))
    assert finding.code == "statement.unbalanced"


@pytest.mark.behaviour("B1")
def test_the_difference_is_stated_to_the_cent() -> None:
    (finding,) = _findings(('Ccy="EUR">1050.00', 'Ccy="EUR">1075.50'))
    assert "1075.50" in finding.problem
    assert "difference 25.50" in finding.problem


@pytest.mark.parametrize(("code", "missing"), [("OPBD", "opening"), ("CLBD", "closing")])
def test_a_final_statement_without_a_balance_is_not_complete(code: str, missing: str) -> None:
    (finding,) = _findings((f">{code}<", ">INFO<"))
    assert finding.code == f"statement.{missing}_missing"


@pytest.mark.parametrize("message", ["052", "054"])
def test_reports_and_notifications_need_no_balances(message: str) -> None:
    changes = [(">OPBD<", ">INFO<"), (">CLBD<", ">INFO<")] if message == "052" else []
    assert _findings(*changes, message=message) == ()


def test_amounts_of_another_currency_are_named_and_never_added() -> None:
    (finding,) = _findings(('<Ntry><Amt Ccy="EUR">50.00', '<Ntry><Amt Ccy="USD">50.00'))
    assert (finding.field, finding.code) == ("entries[1].currency", "statement.currency")


def test_the_opening_of_this_statement_counts_not_the_one_carried_over() -> None:
    carried = (
        "<Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp>"
        '<Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-18</Dt></Dt></Bal>'
    )
    assert _findings(("<Bal>", f"{carried}<Bal>")) == ()


@pytest.mark.behaviour("B1")
def test_the_public_sample_of_two_statements_balances_and_hands_over() -> None:
    first, second = read_camt(sample("camt", "camt053.v2.multi.statement.xml").read_bytes())
    assert statement_findings(first) == statement_findings(second) == ()
    assert first.balances[-1].amount == second.balances[0].amount == Decimal("27.00")
