from decimal import Decimal
from pathlib import Path

import pytest

from models.approval import Outcome
from models.errors import BusinessError
from store.approval_answers import record_decision
from store.approvals import settle_request
from store.credit import free_credit
from store.sales_orders import confirm_sales_order, set_sales_order_state
from store.unit_of_work import Store
from tests.console.company import TENANT, Company
from tests.store import racing
from tests.store.houses import SYSTEM, signed_in, verified
from tests.store.sales import (
    bill,
    billed,
    confirmed,
    deliver,
    filed,
    order,
    paid_in,
    position,
    route,
    statement,
    take_in,
)

pytestmark = pytest.mark.behaviour("O1")


def test_within_the_limit_a_row_says_that_no_approval_is_needed_and_the_order_is_reserved(store: Store) -> None:
    request = route(store, filed(store).number)
    assert (request.state, request.request.stages) == ("approved", ())
    assert request.request.evaluation.matched == ("within_limit",)
    assert position(store).open_orders == Decimal("4760.00")


@pytest.mark.parametrize(
    ("quantity", "roles"),
    [("17", ["finance_director"]), ("21", ["finance_director", "managing_director"])],
)
def test_over_the_limit_the_table_says_who_decides(store: Store, quantity: str, roles: list[str]) -> None:
    request = route(store, filed(store, quantity=quantity).number)
    assert (request.state, [stage.role for stage in request.request.stages]) == ("pending", roles)


def test_a_second_order_counts_what_the_first_one_holds(store: Store) -> None:
    confirmed(store, quantity="12")
    assert route(store, filed(store, quantity="8").number).state == "pending"


def test_routing_again_changes_nothing(store: Store) -> None:
    number = filed(store).number
    assert route(store, number).request == route(store, number).request
    assert position(store).exposure == Decimal("4760.00")


@pytest.mark.behaviour("E1")
def test_of_two_orders_decided_at_once_only_one_gets_what_is_left_of_the_limit(company: Company, folder: Path) -> None:
    numbers = [filed(company.store, quantity="16").number for _ in range(2)]
    states = racing.race(racing.decide_credit, folder, numbers)
    assert sorted(states) == ["approved", "pending"]
    assert verified(company.store).ok


def test_exposure_moves_from_the_order_to_the_invoice_and_ends_with_the_payment(store: Store) -> None:
    number = confirmed(store).number
    deliver(store, number, "1")
    invoice = bill(store, number)
    assert invoice is not None
    assert (position(store).open_orders, position(store).open_invoices) == (Decimal("3570.00"), Decimal("1190.00"))
    take_in(store, statement(paid_in("1190.00", invoice.number)))
    assert position(store).exposure == Decimal("3570.00")


def test_whoever_took_the_order_grants_no_credit_for_it(store: Store) -> None:
    request = route(store, filed(store, quantity="17").number).request
    with pytest.raises(BusinessError) as refusal:
        decide = signed_in(store, "david.okafor")
        record_decision(store, decide, request.id, Outcome.APPROVE, "", request.digest)
    assert refusal.value.code == "approval.not_yours"


def test_a_refused_order_gives_its_credit_back_and_can_never_be_confirmed(store: Store) -> None:
    number = filed(store, quantity="17").number
    request = route(store, number).request
    director = signed_in(store, "ines.lindqvist")
    record_decision(store, director, request.id, Outcome.REJECT, "Not on credit.", request.digest)
    with store.change(TENANT, SYSTEM, number) as work:
        assert settle_request(work, request.id).state == "rejected"
        with pytest.raises(BusinessError, match="has no credit"):
            confirm_sales_order(work, order(store, number), request.id)
        set_sales_order_state(work, number, "rejected")
        free_credit(work, order(store, number))
    assert (position(store).exposure, order(store, number).state) == (Decimal(0), "rejected")
    route(store, number)
    assert position(store).exposure == Decimal(0)


def test_an_overdue_customer_within_the_limit_still_needs_the_finance_director(company: Company) -> None:
    store = company.store
    billed(store)
    company.clock.move(days=45)
    assert position(store).overdue_days == 31
    assert route(store, filed(store, quantity="1").number).request.evaluation.matched == ("overdue",)
