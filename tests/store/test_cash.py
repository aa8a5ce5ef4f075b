from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from models.statement import StatementTransaction
from models.task import Resolution
from store.answers import TaskAnswer, resolve_task
from store.intents import last_attempt
from store.log import history
from store.schema.sales import cash_application
from store.tasks import open_tasks
from store.unit_of_work import Store
from tests.console.company import TENANT, Company
from tests.store.houses import moment, signed_in, verified
from tests.store.sales import billed, owed, paid_in, statement, take_in
from tests.store.steps import armed_payment

pytestmark = pytest.mark.behaviour("O2", "B1")


def _cash(store: Store) -> list[tuple[str, Decimal, str]]:
    with store.read() as view:
        rows = view.execute(select(cash_application).order_by(cash_application.c.position)).all()
    return [(row.invoice, row.applied, row.rule) for row in rows]


@pytest.mark.behaviour("E1")
def test_a_payment_in_full_settles_its_invoice_with_its_entry_and_keeps_the_rule(store: Store) -> None:
    invoice = billed(store)
    imported = take_in(store, statement(paid_in("4760.00", f"Rechnung {invoice.number}")))
    assert (imported.applied, imported.tasks, owed(store)) == ((invoice.number,), (), {})
    assert _cash(store) == [(invoice.number, Decimal("4760.00"), "remittance")]
    with store.read() as view:
        actions = [entry.action for entry in history(view, TENANT, invoice.case)]
    assert actions[-2:] == ["cash.applied", "sales_invoice.paid"]
    assert verified(store).ok


def test_a_short_payment_leaves_the_rest_open_and_the_next_one_closes_it(store: Store) -> None:
    invoice = billed(store)
    take_in(store, statement(paid_in("4700.00", invoice.number)))
    assert owed(store)[invoice.number].open_amount == Decimal("60.00")
    take_in(store, statement(paid_in("60.00", invoice.number, id="000000000002"), number="S2"))
    assert owed(store) == {}


def test_what_comes_in_beyond_the_invoice_is_shown_to_a_person_and_closes_with_their_word(store: Store) -> None:
    invoice = billed(store)
    (task,) = take_in(store, statement(paid_in("5000.00", invoice.number))).tasks
    with store.read() as view:
        (shown,) = open_tasks(view, TENANT)
    assert (shown.id, shown.case, shown.owner_role) == (task, invoice.case, "accounts_receivable")
    assert "240.00 EUR" in shown.content.title
    answer = TaskAnswer(resolution=Resolution.NOTED, comment="Refunded by hand.")
    resolve_task(store, signed_in(store, "nele.arndt"), task, answer, moment())
    with store.read() as view:
        assert open_tasks(view, TENANT) == ()


@pytest.mark.parametrize("remittance", ["two of yours: {0} {1}", "for the gauges"])
def test_two_candidates_or_none_apply_nothing_and_a_person_is_told(store: Store, remittance: str) -> None:
    numbers = [billed(store).number, billed(store).number]
    imported = take_in(store, statement(paid_in("4760.00", remittance.format(*numbers))))
    assert (imported.applied, len(imported.tasks), set(owed(store))) == ((), 1, set(numbers))


def test_a_booking_that_is_imported_again_applies_nothing(store: Store) -> None:
    invoice = billed(store)
    entry = paid_in("1000.00", invoice.number)
    for number in ("S1", "S1", "S2"):
        take_in(store, statement(entry, number=number))
    assert owed(store)[invoice.number].applied == Decimal("1000.00")


def test_intraday_lists_apply_nothing_and_the_final_statement_applies_once(store: Store) -> None:
    invoice = billed(store)
    entry = paid_in("1000.00", invoice.number)
    take_in(store, statement(entry, number="I1", message_type="camt.052.001.08"))
    assert _cash(store) == []
    take_in(store, statement(entry))
    assert owed(store)[invoice.number].applied == Decimal("1000.00")


@pytest.mark.parametrize("changes", [{"is_pending": True}, {"is_reversal": True}])
def test_what_is_not_booked_or_comes_back_is_no_customers_payment(store: Store, changes: dict[str, Any]) -> None:
    invoice = billed(store)
    take_in(store, statement(paid_in("4760.00", invoice.number, **changes)))
    assert set(owed(store)) == {invoice.number}


def test_our_own_payment_that_comes_back_is_no_customers_payment(company: Company) -> None:
    slice_id = armed_payment(company)
    with company.store.read() as view:
        attempt = last_attempt(view, TENANT, slice_id)
    assert attempt is not None
    imported = take_in(company.store, statement(paid_in("100.00", "returned", reference=attempt.reference)))
    assert (imported.applied, imported.tasks) == ((), ())


def test_a_collective_booking_is_applied_part_by_part(store: Store) -> None:
    invoices = [billed(store), billed(store)]
    parts = tuple(
        StatementTransaction(amount=Decimal("4760.00"), currency="EUR", remittance=invoice.number)
        for invoice in invoices
    )
    imported = take_in(store, statement(paid_in("9520.00", "", transactions=parts)))
    assert (imported.applied, owed(store)) == (tuple(each.number for each in invoices), {})


def test_parts_that_do_not_come_to_the_booking_are_left_to_a_person(store: Store) -> None:
    invoice = billed(store)
    part = StatementTransaction(amount=Decimal("4760.00"), currency="EUR", remittance=invoice.number)
    imported = take_in(store, statement(paid_in("4000.00", "", transactions=(part,))))
    assert (imported.applied, len(imported.tasks)) == ((), 1)
