from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from models.errors import BusinessError, Finding
from models.payment import AttemptState, PaymentIntent
from models.portal import PortalState, ProbeResult
from models.statement import Statement, StatementEntry, StatementTransaction
from sandbox.company import ENTITY
from store.intents import last_attempt, record_probe
from store.log import history
from store.outbox import undelivered
from store.outcomes import judge
from store.reads import statement_summaries
from store.schema.payables import statement_entry
from store.statements import ImportedStatement, import_statement, reconciled_slices, request_statement
from tests.console.company import TENANT, Company
from tests.console.stories import releasing
from tests.store.houses import SYSTEM, signed_in
from tests.store.steps import intent, invoice

pytestmark = pytest.mark.behaviour("B1")
_DAY = date(2026, 11, 6)


def fee(number: int = 1, reference: str = "", text: str = "Account fee") -> StatementEntry:
    return StatementEntry(
        id=reference or str(number), amount=Decimal("-9.90"), currency="EUR", booked=_DAY, information=text
    )


def booking(company: Company, slice_id: str, **changes: Any) -> StatementEntry:
    """The bank's booking of the payment `slice_id`."""
    content = intent(company, slice_id).content
    assert isinstance(content, PaymentIntent)
    with company.store.read() as connection:
        attempt = last_attempt(connection, TENANT, slice_id)
    assert attempt is not None
    values = {
        "amount": -content.amount.amount,
        "currency": content.amount.currency,
        "end_to_end_id": attempt.reference,
        "counterparty_iban": content.payee.iban,
    } | changes
    transaction = StatementTransaction.model_validate(values)
    return StatementEntry(
        id="B-77", amount=transaction.amount, currency=transaction.currency, booked=_DAY, transactions=(transaction,)
    )


def statement(number: str, *entries: StatementEntry) -> Statement:
    return Statement(id=number, account=ENTITY.iban, entries=entries)


def take_in(company: Company, document: Statement, *findings: Finding) -> ImportedStatement:
    company.clock.move(minutes=1)
    with company.store.change(TENANT, SYSTEM) as work:
        return import_statement(work, document, "a" * 64, findings)


def sent_payment(company: Company, state: AttemptState = AttemptState.EXECUTED) -> str:
    case = releasing(company)
    invoice_id = company.pending(case).request.subject_id
    company.decide(case, "sofia.brandt")
    company.pay(invoice_id, state)
    return f"payment.{invoice_id}"


def entries(company: Company) -> int:
    with company.store.read() as connection:
        return len(connection.execute(select(statement_entry)).all())


@pytest.mark.behaviour("B4")
def test_a_booking_settles_its_payment_and_closes_the_invoice_in_the_case_of_the_payment(company: Company) -> None:
    slice_id = sent_payment(company)
    taken = take_in(company, statement("S-1", fee(), booking(company, slice_id)))
    assert (taken.new_entries, taken.reconciled) == (2, (slice_id,))
    stored = intent(company, slice_id)
    assert invoice(company, stored.invoice).state == "closed"
    with company.store.read() as connection:
        actions = [entry.action for entry in history(connection, TENANT, stored.case)]
        (summary,) = statement_summaries(connection, TENANT)
    assert actions[-2:] == ["payment.reconciled", "invoice.closed"]
    assert (summary.bookings, summary.reconciled) == (2, 1)


def test_the_same_statement_again_changes_nothing(company: Company) -> None:
    slice_id = sent_payment(company)
    document = statement("S-1", fee(), booking(company, slice_id))
    take_in(company, document)
    again = take_in(company, document)
    assert (again.new_entries, again.reconciled, entries(company)) == (0, (), 2)


def test_statements_that_overlap_count_a_booking_once_even_without_a_reference_of_the_bank(company: Company) -> None:
    morning = statement("S-1", fee(1, text="Card"), fee(2, text="Wire"))
    whole_day = statement("S-2", fee(1, text="Interest"), fee(2, text="Card"), fee(3, text="Wire"))
    assert take_in(company, morning).new_entries == 2
    assert take_in(company, whole_day).new_entries == 1


def test_bookings_that_are_alike_to_the_letter_are_all_kept(company: Company) -> None:
    twice = statement("S-1", fee(1), fee(2))
    assert take_in(company, twice).new_entries == 2
    assert take_in(company, statement("S-2", fee(1), fee(2), fee(3))).new_entries == 1
    referenced = statement("S-3", fee(reference="NTRF"), fee(reference="NTRF"))
    assert take_in(company, referenced).new_entries == 2


@pytest.mark.behaviour("E1")
def test_an_intraday_statement_that_grew_is_taken_in_again_with_an_entry_of_the_log(company: Company) -> None:
    take_in(company, statement("S-1", fee(1)))
    assert take_in(company, statement("S-1", fee(1), fee(2, text="Wire"))).new_entries == 1


def test_a_statement_that_does_not_add_up_is_refused_whole(company: Company) -> None:
    wrong = Finding(field="balances", problem="opening 10 and bookings 5 make 15, not the closing balance 20")
    with pytest.raises(BusinessError) as refusal:
        take_in(company, statement("S-1", fee()), wrong)
    assert (refusal.value.code, refusal.value.findings, entries(company)) == ("statement.unbalanced", (wrong,), 0)


@pytest.mark.behaviour("B4")
@pytest.mark.parametrize(
    "difference",
    [
        {"amount": Decimal("-1.00")},
        {"end_to_end_id": "NOTOURS"},
        {"end_to_end_id": ""},
        {"counterparty_iban": ENTITY.iban},
        {"counterparty_iban": ""},
        {"currency": "USD"},
    ],
)
def test_a_booking_that_differs_in_anything_settles_nothing(company: Company, difference: dict[str, Any]) -> None:
    slice_id = sent_payment(company)
    taken = take_in(company, statement("S-1", booking(company, slice_id, **difference)))
    assert (taken.new_entries, taken.reconciled) == (1, ())
    assert invoice(company, intent(company, slice_id).invoice).state == "paid"


@pytest.mark.behaviour("B4", "P10")
def test_a_booking_that_comes_before_the_bot_could_look_settles_the_payment_when_it_has_looked(
    company: Company,
) -> None:
    slice_id = sent_payment(company, AttemptState.SUBMITTING)
    assert take_in(company, statement("S-1", booking(company, slice_id))).reconciled == ()
    seen = ProbeResult(
        state=PortalState.EXECUTED, reference_found=True, matches=1, probed_at=company.clock.now + timedelta(hours=1)
    )
    with company.store.change(TENANT, SYSTEM) as work:
        record_probe(work, slice_id, 1, seen)
        judge(work, slice_id, 1, timedelta(seconds=30), company.clock.now)
    assert invoice(company, intent(company, slice_id).invoice).state == "closed"


@pytest.mark.behaviour("B4")
def test_a_payment_is_settled_by_one_booking_and_a_second_one_stays_open(company: Company) -> None:
    slice_id = sent_payment(company)
    first = booking(company, slice_id)
    take_in(company, statement("S-1", first))
    again = take_in(company, statement("S-2", first.model_copy(update={"id": "B-78"})))
    assert again.reconciled == ()
    with company.store.read() as connection:
        assert reconciled_slices(connection, TENANT) == {slice_id}


@pytest.mark.behaviour("C2")
def test_a_statement_is_asked_for_by_whom_it_concerns(company: Company) -> None:
    with pytest.raises(BusinessError) as refusal:
        request_statement(company.store, signed_in(company.store, "mara.voss"), "LMT", _DAY)
    assert refusal.value.code == "right.missing"
    with pytest.raises(BusinessError, match="'XYZ'"):
        request_statement(company.store, signed_in(company.store, "sofia.brandt"), "XYZ", _DAY)
    number = request_statement(company.store, signed_in(company.store, "sofia.brandt"), "LMT", _DAY)
    with company.store.read() as connection:
        message = undelivered(connection)[-1]
    assert (number, message.workflow, message.argument["day"]) == ("ST-2026-0001", "BankStatement", "2026-11-06")
