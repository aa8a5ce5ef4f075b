from decimal import Decimal

import pytest

from models.errors import BusinessError
from store.log import history
from store.outbox import undelivered
from store.sales_orders import file_sales_order
from store.unit_of_work import Store
from tests.console.company import TENANT
from tests.store.houses import signed_in
from tests.store.sales import confirmed, content, filed, order

pytestmark = pytest.mark.behaviour("O1")


@pytest.mark.behaviour("E1")
def test_an_order_is_recorded_with_its_case_its_entry_and_the_message_that_starts_its_workflow(store: Store) -> None:
    stored = filed(store)
    assert (stored.number, stored.case, stored.state, stored.total.amount) == (
        "SO-2026-0001",
        "SO-2026-0001",
        "filed",
        Decimal("4760.00"),
    )
    with store.read() as view:
        (message,) = undelivered(view)
        actions = [entry.action for entry in history(view, TENANT, stored.case)]
    assert (message.workflow, message.workflow_id) == ("Sale", "main/sale/SO-2026-0001")
    assert actions == ["sales_order.filed"]


def test_the_same_key_gives_the_first_order_and_other_content_under_it_is_refused(store: Store) -> None:
    seller = signed_in(store, "david.okafor")
    first = file_sales_order(store, seller, content(), "key-4711")
    assert file_sales_order(store, seller, content(), "key-4711") == first
    with pytest.raises(BusinessError, match="was used for SO-2026-0001"):
        file_sales_order(store, seller, content(quantity="5"), "key-4711")


def test_only_sales_takes_orders(store: Store) -> None:
    with pytest.raises(BusinessError) as refusal:
        file_sales_order(store, signed_in(store, "mara.voss"), content(), "key-4711")
    assert refusal.value.code == "right.missing"


def test_everything_wrong_is_said_at_once(store: Store) -> None:
    wrong = content(entity="XX", customer="YY", deliver_by="2026-01-01")
    with pytest.raises(BusinessError) as refusal:
        file_sales_order(store, signed_in(store, "david.okafor"), wrong, "key-4711")
    assert [finding.field for finding in refusal.value.findings] == ["entity", "customer", "deliver_by"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "CHF"}, "currency"),
        ({"price": "0.0001", "quantity": "1"}, "lines"),
    ],
)
def test_what_cannot_be_billed_is_not_taken(store: Store, changes: dict[str, str], field: str) -> None:
    with pytest.raises(BusinessError) as refusal:
        filed(store, **changes)
    assert [finding.field for finding in refusal.value.findings] == [field]


def test_an_order_goes_nowhere_before_its_credit_is_granted(store: Store) -> None:
    assert confirmed(store).state == "confirmed"
    assert order(store, filed(store).number).state == "filed"
