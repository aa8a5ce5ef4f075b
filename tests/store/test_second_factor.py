"""Above an amount of the company's choice an approval wants a fresh proof that it is still the same person."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from models.approval import Decision, Outcome
from models.errors import BusinessError
from store.approval_answers import record_decision
from store.passkeys import PROOF_LASTS
from store.second_factor import ask_above, asked_above
from tests.console.company import TENANT, Company
from tests.store.houses import signed_in

pytestmark = pytest.mark.behaviour("N2")


@pytest.fixture
def amount(company: Company) -> Decimal:
    """What the purchase of `request` costs."""
    scope = company.pending(company.file()).request.scope
    assert scope is not None
    return scope.amount.amount


def ask(company: Company, above: Decimal | None) -> None:
    ask_above(company.store, signed_in(company.store, "ines.lindqvist"), above)


def answer(company: Company, outcome: Outcome = Outcome.APPROVE, proven_before: timedelta | None = None) -> Decision:
    request = company.pending("PR-2026-0001").request
    person = signed_in(company.store, "ayse.kaya")
    if proven_before is not None:
        person = replace(person, proven_at=company.clock() - proven_before)
    return record_decision(company.store, person, request.id, outcome, "Why", request.digest)


def test_above_the_amount_nothing_is_approved_without_a_proof(company: Company, amount: Decimal) -> None:
    ask(company, amount - 1)
    with pytest.raises(BusinessError) as refused:
        answer(company)
    assert refused.value.code == "approval.proof_needed"
    assert answer(company, proven_before=timedelta(minutes=1)).outcome is Outcome.APPROVE


@pytest.mark.parametrize("before", [PROOF_LASTS + timedelta(seconds=1), timedelta(seconds=-1)])
def test_a_proof_of_another_time_counts_for_nothing(company: Company, amount: Decimal, before: timedelta) -> None:
    ask(company, amount - 1)
    with pytest.raises(BusinessError, match="wants a passkey"):
        answer(company, proven_before=before)


def test_up_to_the_amount_and_without_one_nobody_is_asked(company: Company, amount: Decimal) -> None:
    ask(company, Decimal(0))
    ask(company, amount)
    assert answer(company).outcome is Outcome.APPROVE


def test_to_say_no_takes_no_proof(company: Company, amount: Decimal) -> None:
    ask(company, amount - 1)
    assert answer(company, Outcome.REJECT).outcome is Outcome.REJECT


def test_the_amount_is_set_by_directors_and_taken_away_again(company: Company) -> None:
    with pytest.raises(BusinessError, match="may not do this"):
        ask_above(company.store, signed_in(company.store, "mara.voss"), Decimal(10))
    with pytest.raises(BusinessError, match="below zero"):
        ask(company, Decimal(-1))
    ask(company, Decimal("10000.50"))
    with company.store.read() as view:
        assert asked_above(view, TENANT) == Decimal("10000.50")
    ask(company, None)
    with company.store.read() as view:
        assert asked_above(view, TENANT) is None
