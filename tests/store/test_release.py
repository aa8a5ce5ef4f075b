"""The last look before a claim: everything that was approved has to stand."""

import pytest
from sqlalchemy import update

from models.errors import BusinessError
from models.money import Money
from models.party import PayeeAccount, Vendor
from models.payment import PaymentIntent
from sandbox.company import VENDORS
from store.intents import StoredIntent, cancel_intent
from store.invoices import set_invoice_state
from store.payments import open_payment, open_posting, propose_payment
from store.release import check_release
from store.schema.approvals import decision
from store.schema.payables import intent as intent_table
from store.schema.people import vendor
from tests.console.company import TENANT, Company
from tests.console.stories import releasing
from tests.store.houses import SYSTEM
from tests.store.steps import intent, invoice, ordered, released

pytestmark = pytest.mark.behaviour("P9")
_SENSORS = next(each for each in VENDORS if each.id == "DLT")


def findings(company: Company, wanted: StoredIntent) -> dict[str, str]:
    """What stands against carrying out `wanted` now; nothing when it may be claimed."""
    try:
        with company.store.change(TENANT, SYSTEM) as work:
            check_release(work, wanted)
    except BusinessError as refusal:
        assert refusal.code == "release.refused"
        return {finding.field: finding.problem for finding in refusal.findings}
    return {}


def change_vendor(company: Company, changed: Vendor) -> None:
    with company.store.change(TENANT, SYSTEM) as work:
        work.execute(update(vendor).where(vendor.c.id == changed.id).values(data=changed))
        work.record("vendor.changed", "vendor", changed.id)


@pytest.fixture
def slice_id(company: Company) -> str:
    return released(company)[1]


def test_what_was_released_and_still_stands_may_go(company: Company, slice_id: str) -> None:
    assert findings(company, intent(company, slice_id)) == {}


@pytest.mark.behaviour("P8")
def test_an_account_that_changed_after_the_release_stops_the_payment(company: Company, slice_id: str) -> None:
    other = PayeeAccount(holder=_SENSORS.account.holder, iban=VENDORS[0].account.iban)
    change_vendor(company, _SENSORS.model_copy(update={"account": other}))
    assert "changed after the release" in findings(company, intent(company, slice_id))["account"]


@pytest.mark.behaviour("P8")
def test_a_vendor_blocked_after_the_release_is_not_paid(company: Company, slice_id: str) -> None:
    change_vendor(company, _SENSORS.model_copy(update={"blocked": True}))
    assert findings(company, intent(company, slice_id)) == {"vendor": f"{_SENSORS.name} is blocked"}


def test_content_that_was_changed_in_the_database_is_not_carried_out(company: Company, slice_id: str) -> None:
    stored = intent(company, slice_id)
    assert isinstance(stored.content, PaymentIntent)
    more = stored.content.model_copy(update={"amount": Money(amount="99999.00", currency="EUR")})
    with company.store.change(TENANT, SYSTEM) as work:
        work.execute(update(intent_table).where(intent_table.c.slice == slice_id).values(content=more))
        work.record("intent.opened", "intent", slice_id)
    assert "changed after it was opened" in findings(company, intent(company, slice_id))["content"]


def test_an_approval_for_other_content_or_of_another_request_does_not_count(company: Company, slice_id: str) -> None:
    stored = intent(company, slice_id)
    assert "approval" in findings(company, stored.model_copy(update={"approved_digest": "0" * 64}))
    purchase = stored.approval.replace(stored.approval[-4:], "0001")
    assert "approval" in findings(company, stored.model_copy(update={"approval": purchase}))


def test_a_decision_that_vanished_from_the_database_releases_nothing(company: Company, slice_id: str) -> None:
    with company.store.change(TENANT, SYSTEM) as work:
        work.execute(decision.delete())
        work.record("decision.lost", "intent", slice_id)
    assert "does not approve exactly this" in findings(company, intent(company, slice_id))["approval"]


def test_a_cancelled_intent_is_not_carried_out(company: Company, slice_id: str) -> None:
    with company.store.change(TENANT, SYSTEM) as work:
        cancel_intent(work, slice_id)
    assert findings(company, intent(company, slice_id)) == {"state": "it is cancelled already"}


@pytest.mark.behaviour("P6", "P10")
def test_an_invoice_that_was_paid_under_another_id_stops_the_payment(company: Company) -> None:
    order = ordered(company, "12")
    first, second = company.invoice(order, "KW-55081", quantity="4"), company.invoice(order, "KW 55081", quantity="4")
    company.receive(order, "12")
    company.match(first)
    assert company.match(second).state == "exception", "it is checked when it is matched already"
    company.post(first)
    company.propose_payment(first)
    case = invoice(company, first).case
    company.decide(case, "sofia.brandt")
    company.pay(first)
    with company.store.change(TENANT, SYSTEM, case) as work:
        stored = invoice(company, second)
        with pytest.raises(BusinessError, match="may be paid already") as refusal:
            propose_payment(work, stored)
    assert refusal.value.code == "payment.duplicate"


def test_everything_that_stands_against_a_payment_is_said_at_once(company: Company, slice_id: str) -> None:
    other = PayeeAccount(holder="Somebody else", iban=VENDORS[0].account.iban)
    change_vendor(company, _SENSORS.model_copy(update={"blocked": True, "account": other}))
    wrong = intent(company, slice_id).model_copy(update={"approved_digest": "0" * 64, "state": "executed"})
    assert list(findings(company, wrong)) == ["state", "approval", "vendor", "account"]


def test_nothing_is_posted_or_paid_that_nobody_approved(company: Company) -> None:
    case = releasing(company)
    request = company.pending(case).request
    stored = invoice(company, request.subject_id)
    for act, code in ((open_payment, "payment.not_released"), (open_posting, "invoice.not_approved")):
        with pytest.raises(BusinessError) as refusal, company.store.change(TENANT, SYSTEM, case) as work:
            act(work, stored, request.id)
        assert refusal.value.code == code


def test_an_invoice_state_is_recorded_once(company: Company, slice_id: str) -> None:
    stored = invoice(company, intent(company, slice_id).invoice)
    with company.store.change(TENANT, SYSTEM, stored.case) as work:
        assert set_invoice_state(work, stored.id, "paid")
        assert not set_invoice_state(work, stored.id, "paid")
