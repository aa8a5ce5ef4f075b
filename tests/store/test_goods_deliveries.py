from decimal import Decimal

import pytest

from models.errors import BusinessError
from models.sales import DeliveryLine
from store.goods_deliveries import deliveries_of, open_sales_lines, record_delivery
from store.unit_of_work import Store
from tests.console.company import TENANT
from tests.store.houses import signed_in
from tests.store.sales import bill, confirmed, deliver, filed, order

pytestmark = pytest.mark.behaviour("O1")


def _refusal(store: Store, number: str, *lines: tuple[int, str], person: str = "emil.kruse") -> BusinessError:
    given = tuple(DeliveryLine(order_line=line, quantity=Decimal(quantity)) for line, quantity in lines)
    with pytest.raises(BusinessError) as refusal:
        record_delivery(store, signed_in(store, person), number, given, "key-4711")
    return refusal.value


def test_parts_add_up_and_each_is_billed_once(store: Store) -> None:
    number = confirmed(store).number
    deliver(store, number, "1")
    deliver(store, number, "3")
    first, second, third = bill(store, number), bill(store, number), bill(store, number)
    assert first is not None
    assert second is not None
    assert third is None
    assert [each.number for each in (first, second)] == ["SI-2026-0001", "SI-2026-0002"]
    assert [each.total.amount for each in (first, second)] == [Decimal("1190.00"), Decimal("3570.00")]
    with store.read() as view:
        (line,) = open_sales_lines(view, TENANT, order(store, number))
    assert (line.delivered, line.invoiced, line.still_to_deliver) == (Decimal(4), Decimal(4), Decimal(0))


def test_the_same_key_records_one_delivery(store: Store) -> None:
    number = confirmed(store).number
    assert deliver(store, number, "2", key="key-4711") == deliver(store, number, "2", key="key-4711")
    with store.read() as view:
        assert len(deliveries_of(view, TENANT, number)) == 1


def test_everything_wrong_is_said_at_once(store: Store) -> None:
    number = confirmed(store).number
    findings = _refusal(store, number, (1, "3"), (1, "1"), (2, "1")).findings
    assert [finding.field for finding in findings] == ["lines[1].quantity", "lines[2].order_line"]
    assert "5 is more than the 4 still to deliver" in str(_refusal(store, number, (1, "5")))
    assert [finding.field for finding in _refusal(store, number).findings] == ["lines"]


def test_nothing_leaves_before_the_credit_is_granted(store: Store) -> None:
    assert _refusal(store, filed(store).number, (1, "1")).code == "delivery.not_confirmed"


def test_only_shipping_records_deliveries(store: Store) -> None:
    assert _refusal(store, confirmed(store).number, (1, "1"), person="david.okafor").code == "right.missing"
