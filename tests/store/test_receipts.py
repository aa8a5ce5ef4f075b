from decimal import Decimal

import pytest

from finance.segregation import Function
from models.errors import BusinessError
from models.purchasing import ReceiptLine
from store.cases import involve
from store.orders import open_lines
from store.outbox import undelivered
from store.receipts import receipts_of, record_receipt
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, signed_in
from tests.store.steps import ordered

pytestmark = pytest.mark.behaviour("P2")


def receive(company: Company, order: str, *lines: tuple[int, str], person: str = "tom.behrens", key: str = "k") -> str:
    wanted = tuple(ReceiptLine(order_line=number, quantity=Decimal(quantity)) for number, quantity in lines)
    return record_receipt(company.store, signed_in(company.store, person), order, wanted, key)


def received(company: Company, order: str) -> Decimal:
    with company.store.read() as connection:
        return open_lines(connection, TENANT, order)[0].received


def test_part_after_part_comes_in_until_nothing_is_left(company: Company) -> None:
    order = ordered(company, "12")
    receive(company, order, (1, "5"), key="a")
    receive(company, order, (1, "7"), key="b")
    assert received(company, order) == 12
    with pytest.raises(BusinessError, match="1 is more than the 0 still to come"):
        receive(company, order, (1, "1"), key="c")


def test_the_same_key_records_once(company: Company) -> None:
    order = ordered(company, "12")
    assert receive(company, order, (1, "5")) == receive(company, order, (1, "5"))
    assert received(company, order) == 5


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_recorded(company: Company) -> None:
    order = ordered(company, "12")
    with pytest.raises(BusinessError) as refusal:
        receive(company, order, (1, "5"), (1, "2"), (9, "1"), (1, "40"))
    assert [finding.field for finding in refusal.value.findings] == [
        "lines[1].quantity",
        "lines[2].order_line",
        "lines[3].quantity",
    ]
    with company.store.read() as connection:
        assert receipts_of(connection, TENANT, order) == ()


def test_a_receipt_of_nothing_is_refused(company: Company) -> None:
    order = ordered(company)
    with pytest.raises(BusinessError, match="say for at least one line"):
        receive(company, order)


@pytest.mark.parametrize("person", ["sofia.brandt", "ruth.feldmann"])
def test_who_neither_receives_nor_requests_records_nothing(company: Company, person: str) -> None:
    order = ordered(company)
    with pytest.raises(BusinessError) as refusal:
        receive(company, order, (1, "1"), person=person)
    assert refusal.value.code == "right.missing"


@pytest.mark.behaviour("A10")
def test_who_settled_an_exception_of_the_case_does_not_receive_for_it(company: Company) -> None:
    order = ordered(company)
    case = "PR-2026-0001"
    with company.store.change(TENANT, SYSTEM, case) as work:
        involve(work, "tom.behrens", Function.RESOLVED_EXCEPTION)
        work.record("task.resolved", "case", case)
    with pytest.raises(BusinessError, match="may not receive the goods") as refusal:
        receive(company, order, (1, "1"))
    assert refusal.value.code == "receipt.segregation"


def test_an_order_nobody_issued_is_named(company: Company) -> None:
    with pytest.raises(BusinessError, match="'PO-2026-9999'"):
        receive(company, "PO-2026-9999", (1, "1"))


def test_an_invoice_that_waits_is_told_about_the_goods(company: Company) -> None:
    order = ordered(company, "12")
    company.invoice(order, "KW-1")
    with company.store.read() as connection:
        before = len(undelivered(connection))
    receive(company, order, (1, "12"))
    with company.store.read() as connection:
        told = undelivered(connection)[before:]
    assert [message.kind for message in told] == ["changed"]
    assert told[0].workflow_id.startswith("main/invoice/")
