from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from models.errors import BusinessError
from models.purchasing import RequisitionContent
from sandbox.company import VENDORS
from store.masters import add_vendor, budget_left
from store.orders import issue_order, reject_requisition, requisition_of, reserve_budget
from store.outbox import undelivered
from store.requisitions import file_requisition
from store.rule_versions import evaluate
from store.schema.purchasing import requisition
from store.unit_of_work import Store
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, signed_in

_CONTENT: dict[str, Any] = {
    "entity": "LMT",
    "vendor": "KAB",
    "cost_centre": "4000",
    "category": "goods",
    "currency": "EUR",
    "reason": "Cable",
    "lines": [{"number": 1, "description": "Cable", "quantity": "2", "unit_price": "100"}],
}


def content(**changes: Any) -> RequisitionContent:
    return RequisitionContent.model_validate(_CONTENT | changes)


def filed(store: Store, key: str = "k", person: str = "mara.voss", **changes: Any) -> str:
    return file_requisition(store, signed_in(store, person), content(**changes), key)


def count(store: Store) -> int:
    with store.read() as connection:
        return len(connection.execute(select(requisition)).all())


def budget(store: Store, centre: str = "4000") -> Decimal:
    with store.read() as connection:
        return budget_left(connection, TENANT, centre, 2026)


@pytest.mark.behaviour("P1", "E1")
def test_a_requisition_is_filed_with_its_message_to_the_workflow_in_one_go(store: Store) -> None:
    number = filed(store)
    assert number == "PR-2026-0001"
    with store.read() as connection:
        (message,) = undelivered(connection)
    assert (message.workflow, message.workflow_id) == ("Purchase", f"main/purchase/{number}")
    assert message.argument == {"tenant": TENANT, "requisition": number}


@pytest.mark.behaviour("C3")
def test_the_same_key_files_once_and_never_stands_for_other_content(store: Store) -> None:
    assert filed(store, "key") == filed(store, "key")
    with pytest.raises(BusinessError, match="was used for PR-2026-0001") as refusal:
        filed(store, "key", reason="Something else")
    assert (refusal.value.code, count(store)) == ("requisition.key_reused", 1)


def test_a_key_belongs_to_its_person(store: Store) -> None:
    assert filed(store, "key") != filed(store, "key", person="lin.yue")


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_filed(store: Store) -> None:
    wrong: dict[str, Any] = {
        "entity": "XYZ",
        "vendor": "NOBODY",
        "cost_centre": "9999",
        "category": "toys",
        "needed_by": "2026-11-01",
        "lines": [{"number": 3, "description": "Dust", "quantity": "0.001", "unit_price": "0.001"}],
    }
    with pytest.raises(BusinessError) as refusal:
        filed(store, **wrong)
    problems = {finding.field: finding.problem for finding in refusal.value.findings}
    assert list(problems) == ["entity", "vendor", "cost_centre", "category", "needed_by", "lines"]
    assert len(refusal.value.findings) == 7, "two about the lines"
    assert "'NOBODY' is not in the vendor master" in problems["vendor"]
    assert "2026-11-02" in problems["needed_by"], "the remedy is named: from which day on"
    assert count(store) == 0


@pytest.mark.behaviour("P8")
def test_a_blocked_vendor_is_refused_by_name(company: Company) -> None:
    blocked = VENDORS[0].model_copy(update={"id": "BLK", "blocked": True})
    with company.store.change(TENANT, SYSTEM) as work:
        add_vendor(work, blocked, account_since=work.now)
    with pytest.raises(BusinessError, match=f"{blocked.name} is blocked"):
        filed(company.store, vendor="BLK")


@pytest.mark.behaviour("C2")
def test_without_the_requesters_role_nothing_is_filed(store: Store) -> None:
    with pytest.raises(BusinessError) as refusal:
        filed(store, person="sofia.brandt")
    assert (refusal.value.code, count(store)) == ("right.missing", 0)


@pytest.mark.behaviour("P13")
def test_a_budget_is_reserved_once_with_the_decision_and_free_again_after_a_rejection(company: Company) -> None:
    store, full = company.store, budget(company.store)
    case = company.file()
    assert budget(store) == full - Decimal("2405.40")
    with store.change(TENANT, SYSTEM, case) as work:
        reserve_budget(work, requisition_of(work.connection, TENANT, case))
    assert budget(store) == full - Decimal("2405.40")
    with store.change(TENANT, SYSTEM, case) as work:
        reject_requisition(work, requisition_of(work.connection, TENANT, case))
    assert budget(store) == full


@pytest.mark.behaviour("P13", "A6")
def test_a_purchase_above_the_budget_is_no_error_but_brings_in_the_finance_director(company: Company) -> None:
    line = {"number": 1, "description": "Trade fair", "quantity": "1", "unit_price": "4900"}
    for _ in range(31):
        case = company.file(cost_centre="5000", lines=[line])
    assert budget(company.store, "5000") == Decimal(150000 - 31 * 4900)
    assert [stage.role for stage in company.pending(case).request.stages] == ["cost_centre_owner", "finance_director"]


@pytest.mark.behaviour("P13")
def test_a_cost_centre_without_a_budget_has_none_to_spend(store: Store) -> None:
    with store.read() as connection:
        assert budget_left(connection, TENANT, "4000", 2031) == 0


@pytest.mark.behaviour("P1")
def test_an_order_is_issued_once_and_only_for_what_was_approved(company: Company) -> None:
    store, case = company.store, company.file()
    approval = company.pending(case).request.id
    with pytest.raises(BusinessError) as refusal, store.change(TENANT, SYSTEM, case) as work:
        issue_order(work, requisition_of(work.connection, TENANT, case), approval)
    assert refusal.value.code == "order.not_approved"
    company.decide(case, "ayse.kaya")
    numbers = []
    for _ in range(2):
        with store.change(TENANT, SYSTEM, case) as work:
            numbers.append(issue_order(work, requisition_of(work.connection, TENANT, case), approval).order.number)
    assert numbers == ["PO-2026-0001"] * 2
    other = filed(store)
    with pytest.raises(BusinessError) as refusal, store.change(TENANT, SYSTEM, case) as work:
        issue_order(work, requisition_of(work.connection, TENANT, other), approval)
    assert refusal.value.code == "order.not_approved"


@pytest.mark.behaviour("A1")
def test_a_table_nobody_published_decides_nothing(store: Store) -> None:
    with pytest.raises(BusinessError) as refusal, store.change(TENANT, SYSTEM) as work:
        evaluate(work, "no_such_table", "requisition", "PR-1", "digest", {})
    assert refusal.value.code == "rule.not_published"
