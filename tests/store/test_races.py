"""Many real processes on one SQLite file."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from store.log import history
from store.orders import open_lines
from store.schema.audit import audit_entry
from store.schema.people import account
from tests.console.company import TENANT, Company
from tests.console.stories import releasing
from tests.store import racing
from tests.store.houses import verified
from tests.store.steps import armed_payment, ordered


@pytest.mark.behaviour("P10", "R1")
def test_of_twenty_processes_that_claim_one_attempt_exactly_one_wins(company: Company, folder: Path) -> None:
    slice_id = armed_payment(company)
    assert racing.race(racing.claim_attempt, folder, [slice_id] * 20).count(True) == 1
    assert verified(company.store).ok


@pytest.mark.behaviour("E1", "E2")
def test_numbers_and_audit_entries_of_eight_processes_have_no_gap_and_no_repeat(company: Company, folder: Path) -> None:
    before = verified(company.store).entries
    checkpoints = len(company.store.log.kept_outside(TENANT))
    drawn = [number for each in racing.race(racing.draw_numbers, folder, ["X"] * 8) for number in each]
    assert sorted(drawn) == [f"X-2026-{number:04d}" for number in range(1, 41)]
    with company.store.read() as connection:
        found = connection.execute(select(func.count(), func.max(audit_entry.c.sequence))).one()
    assert tuple(found) == (before + 40, before + 39)
    assert verified(company.store).ok
    assert len(company.store.log.kept_outside(TENANT)) == checkpoints + 40


@pytest.mark.behaviour("P4")
def test_two_invoices_that_want_the_same_order_line_at_once_never_get_more_than_was_received(
    company: Company, folder: Path
) -> None:
    order = ordered(company, quantity="12")
    first = company.invoice(order, "KW-1", quantity="8")
    second = company.invoice(order, "KW-7702", quantity="7")
    company.receive(order, "12")
    states = racing.race(racing.match, folder, [first, second])
    assert sorted(states) == ["exception", "matched"]
    with company.store.read() as connection:
        (line,) = open_lines(connection, TENANT, order)
    assert line.invoiced in (7, 8)


@pytest.mark.behaviour("A11")
def test_of_twenty_answers_at_once_one_counts_and_the_others_learn_who_decided(company: Company, folder: Path) -> None:
    case = releasing(company)
    request = company.pending(case).request.id
    answers = racing.race(racing.decide, folder, [f"{who} {request}" for who in ("sofia.brandt", "marek.hansen")] * 10)
    refusals = [words for words in answers if words]
    assert len(refusals) == 19
    assert all(words.startswith("Already decided by ") for words in refusals)
    with company.store.read() as connection:
        actions = [entry.action for entry in history(connection, TENANT, case)]
        refused = connection.execute(
            select(func.count()).where(audit_entry.c.action == "approval.refused_attempt")
        ).scalar_one()
    assert (actions.count("payment.approved"), refused) == (1, 19)


@pytest.mark.behaviour("C2")
def test_guesses_made_at_once_all_count_towards_the_lock(company: Company, folder: Path) -> None:
    racing.race(racing.guess, folder, [f"guess {number}" for number in range(6)])
    with company.store.read() as connection:
        found = connection.execute(select(account).where(account.c.login == "mara.voss")).one()
    assert (found.failures, found.locked_until is not None) == (6, True)
