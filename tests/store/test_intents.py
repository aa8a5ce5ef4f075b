from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from models.errors import BusinessError
from models.payment import AttemptState
from models.portal import PaymentOrder
from store.intents import (
    MOST_ATTEMPTS,
    StoredAttempt,
    arm,
    attempt_of,
    cancel_intent,
    claim,
    close_attempt,
    entered_now,
    last_attempt,
    mark_sent,
    open_intent,
)
from store.log import history
from store.schema.payables import attempt
from store.unit_of_work import UnitOfWork
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM
from tests.store.steps import armed_payment, intent, released

pytestmark = pytest.mark.behaviour("P10")
_WALL = datetime(2026, 11, 20, 9, tzinfo=UTC)
_LASTS = timedelta(seconds=20)


def claimed(company: Company, slice_id: str, number: int = 1) -> StoredAttempt | None:
    with company.store.change(TENANT, SYSTEM) as work:
        return claim(work, slice_id, number, _LASTS, _WALL)


def sent(company: Company, slice_id: str, token: str, after: float = 1, number: int = 1) -> bool:
    with company.store.change(TENANT, SYSTEM) as work:
        return mark_sent(work, slice_id, number, token, _WALL + timedelta(seconds=after))


def ended(company: Company, slice_id: str, number: int, state: AttemptState) -> None:
    with company.store.change(TENANT, SYSTEM) as work:
        close_attempt(work, slice_id, number, state, {"portal": "as seen"})


def armed(company: Company, slice_id: str) -> StoredAttempt:
    with company.store.change(TENANT, SYSTEM) as work:
        return arm(work, slice_id)


def token_of(found: StoredAttempt | None) -> str:
    assert found is not None and found.claim_token is not None
    return found.claim_token


@pytest.mark.behaviour("E1")
def test_an_intent_is_opened_once_however_often_a_workflow_starts_again(company: Company) -> None:
    _, slice_id = released(company)
    first = intent(company, slice_id)
    with company.store.change(TENANT, SYSTEM) as work:
        assert open_intent(work, first) == first
        entries = history(work.connection, TENANT, first.case)
    assert [each.action for each in entries if each.subject.id == slice_id] == ["intent.opened"]


@pytest.mark.behaviour("R2")
def test_an_intent_with_other_content_is_refused(company: Company) -> None:
    _, slice_id = released(company)
    other = intent(company, slice_id).model_copy(update={"digest": "0" * 64})
    with pytest.raises(BusinessError) as refusal, company.store.change(TENANT, SYSTEM) as work:
        open_intent(work, other)
    assert refusal.value.code == "intent.differs"
    with pytest.raises(BusinessError, match="not what its digest says"), company.store.change(TENANT, SYSTEM) as work:
        open_intent(work, other.model_copy(update={"slice": "payment.other"}))


def test_arming_again_gives_the_same_attempt_and_reference(company: Company) -> None:
    slice_id = armed_payment(company)
    first, second = armed(company, slice_id), armed(company, slice_id)
    assert first == second
    assert len(first.reference) == 16 and first.reference.isalnum()


@pytest.mark.parametrize("state", [AttemptState.ABSENT, AttemptState.REJECTED])
def test_a_new_number_is_opened_only_after_evidence_that_the_last_did_not_happen(
    company: Company, state: AttemptState
) -> None:
    slice_id = armed_payment(company)
    assert claimed(company, slice_id) is not None
    assert armed(company, slice_id).number == 1, "nobody knows yet what became of it"
    ended(company, slice_id, 1, state)
    following = armed(company, slice_id)
    assert (following.number, following.state) == (2, AttemptState.ARMED)


def test_after_an_executed_attempt_there_is_no_further_one(company: Company) -> None:
    slice_id = armed_payment(company)
    claimed(company, slice_id)
    ended(company, slice_id, 1, AttemptState.EXECUTED)
    assert (armed(company, slice_id).number, armed(company, slice_id).state) == (1, AttemptState.EXECUTED)
    assert intent(company, slice_id).state == "executed"
    assert claimed(company, slice_id) is None


def test_an_end_is_final(company: Company) -> None:
    slice_id = armed_payment(company)
    claimed(company, slice_id)
    ended(company, slice_id, 1, AttemptState.EXECUTED)
    ended(company, slice_id, 1, AttemptState.ABSENT)
    assert armed(company, slice_id).state is AttemptState.EXECUTED


def test_the_systems_own_tries_are_counted_and_then_a_person_looks(company: Company) -> None:
    slice_id = armed_payment(company)
    for number in range(1, MOST_ATTEMPTS + 1):
        assert armed(company, slice_id).number == number
        ended(company, slice_id, number, AttemptState.ABSENT)
    with pytest.raises(BusinessError, match="a person has to look"):
        armed(company, slice_id)


@pytest.mark.behaviour("R1")
def test_a_claim_is_given_once_with_a_token_and_a_deadline(company: Company) -> None:
    slice_id = armed_payment(company)
    found = claimed(company, slice_id)
    assert found is not None and found.deadline == _WALL + _LASTS
    assert len(token_of(found)) == 64
    assert claimed(company, slice_id) is None
    assert claimed(company, slice_id, number=2) is None, "an attempt that was never armed"


@pytest.mark.behaviour("R1")
def test_sending_is_allowed_once_to_the_holder_of_the_claim_and_only_before_the_deadline(company: Company) -> None:
    slice_id = armed_payment(company)
    assert not sent(company, slice_id, "")
    token = token_of(claimed(company, slice_id))
    assert not sent(company, slice_id, "f" * 64)
    assert not sent(company, slice_id, token, after=20)
    assert sent(company, slice_id, token, after=19.9)
    assert not sent(company, slice_id, token, after=19.9)


@pytest.mark.behaviour("R1")
def test_nothing_is_sent_for_an_attempt_that_has_ended(company: Company) -> None:
    slice_id = armed_payment(company)
    token = token_of(claimed(company, slice_id))
    ended(company, slice_id, 1, AttemptState.ABSENT)
    assert not sent(company, slice_id, token)


def test_cancelling_is_refused_while_an_attempt_is_claimed_and_after_it_was_executed(company: Company) -> None:
    slice_id = armed_payment(company)
    claimed(company, slice_id)
    for state in (AttemptState.SUBMITTING, AttemptState.EXECUTED):
        with company.store.change(TENANT, SYSTEM) as work:
            assert not cancel_intent(work, slice_id)
            found = last_attempt(work.connection, TENANT, slice_id)
        assert found is not None and found.state is state
        ended(company, slice_id, 1, AttemptState.EXECUTED)


def test_a_cancelled_intent_is_not_armed_or_claimed_again_and_cancelling_twice_is_once(company: Company) -> None:
    slice_id = armed_payment(company)
    for _ in range(2):
        with company.store.change(TENANT, SYSTEM, intent(company, slice_id).case) as work:
            assert cancel_intent(work, slice_id)
    assert claimed(company, slice_id) is None
    with pytest.raises(BusinessError) as refusal:
        armed(company, slice_id)
    assert refusal.value.code == "intent.cancelled"
    with company.store.read() as connection:
        actions = [entry.action for entry in history(connection, TENANT, intent(company, slice_id).case)]
    assert actions.count("intent.cancelled") == 1


def test_the_database_itself_refuses_a_second_live_attempt_and_a_second_use_of_a_reference(company: Company) -> None:
    slice_id = armed_payment(company)
    first = armed(company, slice_id)
    row = {"tenant": TENANT, "slice": slice_id, "number": 2, "reference": "OTHER", "state": "armed"}
    with pytest.raises(IntegrityError), company.store.change(TENANT, SYSTEM) as work:
        work.execute(insert(attempt).values(**row))
    ended(company, slice_id, 1, AttemptState.ABSENT)
    with pytest.raises(IntegrityError), company.store.change(TENANT, SYSTEM) as work:
        work.execute(insert(attempt).values(**row | {"reference": first.reference}))


@pytest.mark.parametrize("carry_out", [arm, cancel_intent])
def test_what_was_never_opened_is_never_carried_out(
    company: Company, carry_out: Callable[[UnitOfWork, str], object]
) -> None:
    with pytest.raises(BusinessError) as refusal, company.store.change(TENANT, SYSTEM) as work:
        carry_out(work, "payment.none")
    assert refusal.value.code == "intent.unknown"
    with company.store.read() as connection, pytest.raises(BusinessError, match="has no attempt 7"):
        attempt_of(connection, TENANT, "payment.none", 7)


@pytest.mark.parametrize(("hour", "day"), [(22, 20), (23, 21)], ids=["before midnight", "after midnight"])
def test_a_payment_is_executed_on_the_day_that_it_is_where_the_payer_is(company: Company, hour: int, day: int) -> None:
    """In Berlin the day changes at 23:00 UTC in winter, and its banks refuse the day before."""
    _, slice_id = released(company)
    moment = datetime(2026, 11, 20, hour, 30, tzinfo=UTC)
    with company.store.read() as view:
        order = entered_now(view, TENANT, intent(company, slice_id).content, "P5X4", moment)
    assert isinstance(order, PaymentOrder)
    assert order.execution_date == date(2026, 11, day)
