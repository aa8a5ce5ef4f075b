"""Bank statements on a real Temporal server: they reconcile what was paid, or a person hears of it."""

import pytest

from models.task import Resolution
from sandbox.bank.ledger import PaymentState
from sandbox.company import ENTITY
from store.statements import imported_statements
from tests.workflows.house import House
from tests.workflows.paper_portals import Conduct


@pytest.mark.behaviour("B1", "B4")
async def test_a_statement_reconciles_the_payment_and_the_case_closes(house: House) -> None:
    case = await house.released()
    await house.invoice(case, "paid")
    house.ask_for_statement()
    await house.invoice(case, "closed")
    await house.closed(case, "completed")


@pytest.mark.behaviour("B4")
async def test_given_the_statement_came_before_anybody_saw_the_payment_both_meet_later(house: House) -> None:
    house.bank.conducts = [Conduct.LEAVES_A_DRAFT]
    case = await house.released()
    await house.open_task(case, "payment_unclear")
    house.bank.move_all(PaymentState.EXECUTED)
    house.ask_for_statement()
    await house.eventually(lambda: _statements(house))
    assert house.invoices(case)[-1].state == "released"
    await house.resolve(case, "marek.hansen", "payment_unclear", Resolution.LOOK_AGAIN)
    await house.closed(case, "completed")


@pytest.mark.behaviour("B1")
async def test_given_a_statement_does_not_balance_nothing_is_taken_in_until_the_bank_corrected_it(
    house: House,
) -> None:
    case = await house.released()
    await house.invoice(case, "paid")
    house.bank.misprint = lambda content: content.replace(b"880.60", b"880.61", 1)
    request = house.ask_for_statement()
    task = await house.open_task_about("statement_request", request)
    assert "does not add up" in task.content.message
    assert (_statements(house), house.invoices(case)[-1].state) == (0, "paid")
    house.bank.misprint = bytes
    house.settle(task, "sofia.brandt", Resolution.TRY_AGAIN)
    await house.closed(case, "completed")


@pytest.mark.behaviour("B1")
async def test_given_the_same_statement_again_nothing_changes(house: House) -> None:
    case = await house.completed()
    before = _statements(house)
    request = house.ask_for_statement()
    await house.finished(house.statement(request))
    assert house.invoices(case)[-1].state == "closed"
    assert before <= _statements(house) <= before + 1


def _statements(house: House) -> int:
    """Of the main account; those of the others come with it."""
    with house.installation.store.read() as view:
        imported = imported_statements(view, house.tenant)
    return sum(statement.account == ENTITY.iban for statement, _ in imported)
