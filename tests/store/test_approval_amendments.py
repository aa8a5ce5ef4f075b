from typing import Any

import pytest

from models.approval import Outcome, Revision
from models.purchasing import RequisitionContent
from store.approval_amendments import amend_requisition
from store.masters import budget_left
from store.orders import requisition_of
from tests.console.company import TENANT, Company
from tests.store.asking import actions, answer, asked, code_of, settle, stored, waiting
from tests.store.houses import signed_in

pytestmark = pytest.mark.behaviour("A9")
_SERVER = {"number": 1, "description": "Server", "quantity": "2", "unit_price": "4000.00"}


@pytest.fixture
def case(company: Company) -> str:
    """IT over EUR 8,000: purchasing, the cost centre owner and the finance director decide."""
    return company.file(category="it", lines=[_SERVER])


def content(company: Company, case: str, **changes: Any) -> RequisitionContent:
    with company.store.read() as connection:
        filed = requisition_of(connection, TENANT, case).content
    return RequisitionContent.model_validate(filed.model_dump(mode="json") | changes)


def amend(company: Company, case: str, person: str = "mara.voss", **changes: Any) -> Revision:
    wanted = content(company, case, **changes)
    return amend_requisition(company.store, signed_in(company.store, person), case, wanted, "As discussed")


def approved_by(company: Company, case: str, *people: str) -> str:
    request = company.pending(case).request.id
    for person in people:
        company.clock.move(minutes=5)
        answer(company, request, person)
        settle(company, request)
    return request


def test_other_words_void_nothing(company: Company, case: str) -> None:
    request = approved_by(company, case, "piotr.nowak", "ayse.kaya")
    revision = amend(company, case, reason="Server for the archive", needed_by="2026-12-18")
    assert (revision.voided, revision.kept) == ((), ("purchasing", "cost_centre_owner"))
    assert waiting(company, "ines.lindqvist") == [request]
    answer(company, request, "ines.lindqvist")
    assert settle(company, request) == "approved"


def test_another_vendor_is_asked_about_where_the_vendor_matters(company: Company, case: str) -> None:
    request = approved_by(company, case, "piotr.nowak", "ayse.kaya")
    revision = amend(company, case, vendor="DLT")
    assert revision.voided == ("purchasing", "cost_centre_owner")
    assert [(each.field, each.before, each.after) for each in revision.changes] == [("vendor", "KAB", "DLT")]
    assert waiting(company, "piotr.nowak") == [request]
    assert waiting(company, "ines.lindqvist") == []


def test_a_higher_price_brings_in_whom_the_rules_ask_for_now(company: Company, case: str) -> None:
    request = approved_by(company, case, "piotr.nowak", "ayse.kaya")
    revision = amend(company, case, lines=[_SERVER | {"unit_price": "15000.00"}])
    assert revision.voided == ("purchasing", "cost_centre_owner")
    roles = [stage.role for stage in asked(company, request).stages]
    assert roles == ["purchasing", "cost_centre_owner", "finance_director", "managing_director"]


def test_the_budget_holds_what_is_asked_for_now(company: Company, case: str) -> None:
    def left() -> str:
        with company.store.read() as connection:
            return str(budget_left(connection, TENANT, "4000", 2026))

    approved_by(company, case)
    assert left() == "592000.00"
    amend(company, case, lines=[_SERVER | {"quantity": "1"}])
    assert left() == "596000.00"


def test_sent_back_it_is_changed_and_comes_again(company: Company, case: str) -> None:
    request = approved_by(company, case, "piotr.nowak")
    answer(company, request, "ayse.kaya", Outcome.SEND_BACK, "Take the smaller one.")
    settle(company, request)
    amend(company, case, lines=[_SERVER | {"unit_price": "3500.00"}])
    assert stored(company, request).state == "pending"
    assert waiting(company, "piotr.nowak") == [request]
    approved_by(company, case, "piotr.nowak", "ayse.kaya", "ines.lindqvist")
    assert stored(company, request).state == "approved"
    assert "requisition.amended" in actions(company)


def test_whoever_saw_the_old_content_does_not_decide_about_the_new(company: Company, case: str) -> None:
    old = company.pending(case).request
    amend(company, case, vendor="DLT")
    assert asked(company, old.id).digest != old.digest


def test_only_whoever_asked_changes_it_and_only_while_it_is_open(company: Company, case: str) -> None:
    assert code_of(lambda: amend(company, case, "jonas.petersen", vendor="DLT")) == "right.missing"
    assert code_of(lambda: amend(company, case)) == "requisition.unchanged"
    assert code_of(lambda: amend(company, case, vendor="NOBODY")) == "requisition.invalid"
    approved_by(company, case, "piotr.nowak", "ayse.kaya", "ines.lindqvist")
    assert code_of(lambda: amend(company, case, vendor="DLT")) == "requisition.not_open"
