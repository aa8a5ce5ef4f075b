from datetime import timedelta

import pytest

from finance.segregation import CONFLICTS, Function
from models.approval import ApprovalSubject, Outcome
from models.money import Money
from store.approval_answers import hand_on
from store.approvals import is_approved
from store.cases import involvements
from store.delegations import Absence, delegations, end_delegation, enter_absence
from store.outbox import undelivered
from tests.console.company import TENANT, Company
from tests.console.stories import releasing
from tests.store.asking import actions, answer, answers, asked, away, code_of, settle, take_part, waiting
from tests.store.houses import signed_in

pytestmark = pytest.mark.behaviour("A7")
_SECOND = "piotr.nowak"
"""To whom a delegate passes on what they were asked."""


@pytest.fixture
def request_id(company: Company) -> str:
    """A purchase of Mara Voss over EUR 2,405.40 that Ayşe Kaya has to approve."""
    return company.pending(company.file()).request.id


def test_what_waits_already_moves_to_the_delegate_and_comes_back_when_the_absence_ends(
    company: Company, request_id: str
) -> None:
    agreed = away(company, "ayse.kaya", "henrik.dahl", days=5)
    assert waiting(company, "henrik.dahl") == [request_id]
    with company.store.read() as connection:
        assert undelivered(connection)[-1].workflow_id.endswith(request_id)
    company.clock.move(days=6)
    assert waiting(company, "henrik.dahl") == []
    assert waiting(company, "ayse.kaya") == [request_id]
    assert agreed


def test_the_answer_bears_both_names_and_makes_both_part_of_the_case(company: Company, request_id: str) -> None:
    away(company, "ayse.kaya", "henrik.dahl")
    answer(company, request_id, "henrik.dahl")
    assert answers(company, request_id) == [("henrik.dahl", "ayse.kaya")]
    with company.store.read() as connection:
        case = asked(company, request_id).case
        approvers = {each.person for each in involvements(connection, TENANT, case) if "approved" in each.function}
    assert approvers == {"henrik.dahl", "ayse.kaya"}
    assert settle(company, request_id) == "approved"


def test_an_answer_still_counts_after_the_absence_was_ended(company: Company, request_id: str) -> None:
    agreed = away(company, "ayse.kaya", "henrik.dahl")
    answer(company, request_id, "henrik.dahl")
    company.clock.move(minutes=1)
    end_delegation(company.store, signed_in(company.store, "ayse.kaya"), agreed)
    with company.store.read() as connection:
        assert is_approved(connection, TENANT, request_id, asked(company, request_id).digest)
    ended = signed_in(company.store, "ayse.kaya")
    assert code_of(lambda: end_delegation(company.store, ended, agreed)) == "delegation.over"


def test_unless_said_otherwise_the_delegate_decides_about_no_more_than_the_reduced_limit(company: Company) -> None:
    line = {"number": 1, "description": "Press", "quantity": "1", "unit_price": "10000.01"}
    request = company.pending(company.file(lines=[line])).request.id
    away(company, "ayse.kaya", "henrik.dahl")
    assert waiting(company, "henrik.dahl") == []
    assert code_of(lambda: answer(company, request, "henrik.dahl")) == "approval.not_yours"
    away(company, "ayse.kaya", "piotr.nowak", limit=Money(amount="20000", currency="EUR"))
    assert waiting(company, "piotr.nowak") == [request]


def test_the_delegate_gains_nothing_else(company: Company) -> None:
    case = releasing(company)
    request = company.pending(case).request.id
    away(company, "sofia.brandt", "greta.holm", subjects=(ApprovalSubject.INVOICE,))
    assert waiting(company, "greta.holm") == []
    assert code_of(lambda: answer(company, request, "greta.holm")) == "approval.not_yours"


@pytest.mark.behaviour("A10")
@pytest.mark.parametrize("delegate", ["mara.voss", "jonas.petersen"])
def test_a_delegate_with_a_part_in_the_case_is_refused_as_anybody_else(
    company: Company, request_id: str, delegate: str
) -> None:
    take_part(company, asked(company, request_id).case, "jonas.petersen", Function.REQUESTED_PURCHASE)
    away(company, "ayse.kaya", delegate)
    assert waiting(company, delegate) == []
    assert code_of(lambda: answer(company, request_id, delegate)) == "approval.segregation"


@pytest.mark.behaviour("A10")
def test_nobody_answers_for_a_person_who_may_not_answer_themselves(company: Company, request_id: str) -> None:
    away(company, "ayse.kaya", "henrik.dahl")
    take_part(company, asked(company, request_id).case, "ayse.kaya", Function.REQUESTED_PURCHASE)
    assert code_of(lambda: answer(company, request_id, "henrik.dahl")) == "approval.segregation"


def _barring(company: Company, case: str, function: Function, hand: str) -> str:
    """What becomes of the answer of the second hand once `hand` had `function` in the case."""
    request = company.pending(case).request.id
    take_part(company, case, hand, function)
    return "" if waiting(company, _SECOND) == [request] else code_of(lambda: answer(company, request, _SECOND))


@pytest.mark.behaviour("A10")
@pytest.mark.parametrize("hand", ["ayse.kaya", "henrik.dahl", "piotr.nowak"])
@pytest.mark.parametrize("function", list(Function))
def test_whichever_hand_had_a_conflicting_part_the_answer_of_the_second_delegate_is_refused(
    company: Company, request_id: str, hand: str, function: Function
) -> None:
    away(company, "ayse.kaya", "henrik.dahl")
    away(company, "henrik.dahl", _SECOND)
    forbidden = {each for pair in CONFLICTS if Function.APPROVED_PURCHASE in pair for each in pair}
    expected = "approval.segregation" if function in forbidden - {Function.APPROVED_PURCHASE} else ""
    assert _barring(company, asked(company, request_id).case, function, hand) == expected


@pytest.mark.behaviour("A10")
def test_whoever_passed_it_on_has_a_part_in_what_was_answered(company: Company, request_id: str) -> None:
    away(company, "ayse.kaya", "henrik.dahl")
    henrik = signed_in(company.store, "henrik.dahl")
    hand_on(company.store, henrik, request_id, _SECOND, "She knows the vendor.")
    answer(company, request_id, _SECOND)
    with company.store.read() as connection:
        case = asked(company, request_id).case
        approvers = {each.person for each in involvements(connection, TENANT, case) if "approved" in each.function}
    assert approvers == {"ayse.kaya", "henrik.dahl", _SECOND}
    assert settle(company, request_id) == "approved"


def test_the_way_goes_over_two_people_and_no_circle_is_made(company: Company, request_id: str) -> None:
    away(company, "ayse.kaya", "henrik.dahl")
    away(company, "henrik.dahl", _SECOND)
    assert waiting(company, _SECOND) == [request_id]
    assert code_of(lambda: away(company, "piotr.nowak", "ayse.kaya")) == "delegation.loop"
    assert code_of(lambda: away(company, "piotr.nowak", "tom.behrens")) == "delegation.too_long"
    with company.store.read() as connection:
        assert len(delegations(connection, TENANT)) == 2


def test_an_absence_of_somebody_else_is_entered_by_an_administrator_who_does_not_gain_by_it(company: Company) -> None:
    now = company.clock()
    wanted = Absence(delegate="henrik.dahl", starts_at=now, ends_at=now + timedelta(days=3), reason="Ill")
    mara, oliver = (signed_in(company.store, who) for who in ("mara.voss", "oliver.stein"))
    assert code_of(lambda: enter_absence(company.store, mara, wanted, "ayse.kaya")) == "right.missing"
    gain = wanted.model_copy(update={"delegate": "oliver.stein"})
    assert code_of(lambda: enter_absence(company.store, oliver, gain, "ayse.kaya")) == "delegation.to_oneself"
    assert enter_absence(company.store, oliver, wanted, "ayse.kaya").principal == "ayse.kaya"
    assert actions(company)[-1] == "delegation.made"


def test_an_absence_that_is_over_before_it_begins_is_refused(company: Company) -> None:
    assert code_of(lambda: away(company, "ayse.kaya", "henrik.dahl", days=-1)) == "delegation.times"
    assert code_of(lambda: away(company, "ayse.kaya", "nobody")) == "person.unknown"


def test_a_delegate_may_also_say_no(company: Company, request_id: str) -> None:
    away(company, "ayse.kaya", "henrik.dahl")
    answer(company, request_id, "henrik.dahl", Outcome.REJECT, "Too dear")
    assert settle(company, request_id) == "rejected"
