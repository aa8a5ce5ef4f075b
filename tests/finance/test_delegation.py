from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from finance.approval_progress import ChainOutcome, progress_of
from finance.conformance import LoggedAct, violations
from finance.delegation import default_limit, hands_between, refuse_tangles, represented_by
from finance.segregation import CONFLICTS, Function, Severity, conflicts
from models.approval import ApprovalScope, ApprovalSubject, Decision, Involvement
from models.authority import Delegation, RightLimit
from models.errors import BusinessError
from models.money import Money
from tests.finance.test_approval_chain import REQUEST, START, answer

pytestmark = pytest.mark.behaviour("A7")
EUR = "EUR"
_HANDS = ("olga", "dora", "emil")
"""From whoever is asked to whoever answers."""


def money(amount: str, currency: str = EUR) -> Money:
    return Money(amount=Decimal(amount), currency=currency)


ASKED = REQUEST.model_copy(update={"scope": ApprovalScope(entity="E", cost_centres=("4000",), amount=money("800"))})


def away(principal: str, delegate: str, **changes: Any) -> Delegation:
    fields: dict[str, Any] = {
        "id": f"{principal}-{delegate}",
        "principal": principal,
        "delegate": delegate,
        "starts_at": START,
        "ends_at": START + timedelta(days=7),
    }
    return Delegation(**(fields | changes))


def principals(person: str, *agreed: Delegation, at: datetime = START) -> set[str]:
    return set(represented_by(person, agreed, ASKED, at))


@pytest.mark.parametrize(
    ("moment", "stands_in"),
    [(timedelta(seconds=-1), False), (timedelta(), True), (timedelta(days=7), False)],
)
def test_a_delegate_answers_from_the_first_moment_to_the_last_and_not_after(moment: timedelta, stands_in: bool) -> None:
    assert bool(principals("dora", away("olga", "dora"), at=START + moment)) is stands_in


@pytest.mark.parametrize(
    ("bounds", "stands_in"),
    [
        ({"limit": money("800")}, True),
        ({"limit": money("799.99")}, False),
        ({"limit": money("9999", "USD")}, False),
        ({"cost_centre": "4000"}, True),
        ({"cost_centre": "5000"}, False),
        ({"subjects": (ApprovalSubject.PURCHASE,)}, True),
        ({"subjects": (ApprovalSubject.PAYMENT,)}, False),
        ({"request": "AP-1"}, True),
        ({"request": "AP-2"}, False),
        ({"revoked_at": START}, False),
    ],
)
def test_a_delegate_answers_within_the_bounds_that_were_set(bounds: dict[str, Any], stands_in: bool) -> None:
    assert bool(principals("dora", away("olga", "dora", **bounds))) is stands_in


def test_the_one_who_stands_in_for_a_delegate_answers_too_but_only_two_steps_away() -> None:
    agreed = (away("olga", "dora"), away("dora", "emil"), away("emil", "finn"))
    assert principals("emil", *agreed) == {"dora", "olga"}
    assert principals("finn", *agreed) == {"emil", "dora"}
    assert represented_by("emil", agreed, ASKED, START)["olga"] == ("olga", "dora", "emil")


def test_the_narrowest_bound_on_the_way_holds() -> None:
    agreed = (away("olga", "dora"), away("dora", "emil", limit=money("100")))
    assert principals("emil", *agreed) == set()


def test_nobody_represents_themselves_in_a_circle() -> None:
    assert principals("olga", away("olga", "dora"), away("dora", "olga")) == {"dora"}


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (away("olga", "olga"), "delegation.own"),
        (away("dora", "olga"), "delegation.loop"),
        (away("emil", "olga"), "delegation.loop"),
        (away("emil", "finn"), "delegation.too_long"),
        (away("nils", "olga"), "delegation.too_long"),
    ],
)
def test_circles_and_ways_that_are_too_long_are_refused_with_everybody_on_them(wanted: Delegation, code: str) -> None:
    others = (away("olga", "dora"), away("dora", "emil"))
    with pytest.raises(BusinessError) as refusal:
        refuse_tangles(wanted, others)
    assert refusal.value.code == code


def test_absences_at_other_times_tangle_nothing() -> None:
    later = {"starts_at": START + timedelta(days=7), "ends_at": START + timedelta(days=9)}
    refuse_tangles(away("dora", "olga", **later), (away("olga", "dora"),))
    refuse_tangles(away("dora", "olga"), (away("olga", "dora", revoked_at=START),))


def test_unless_said_otherwise_a_delegate_decides_about_half_as_much() -> None:
    mine = RightLimit(id="L", person="olga", limit=money("501"))
    assert default_limit("olga", (mine,), EUR) == money("250.50")
    assert default_limit("olga", (), EUR) == money("10000")


def for_olga(who: str, minute: int = 1, stage: int = 1) -> Decision:
    return answer(stage, who, minute, on_behalf_of="olga")


def outcome(*decisions: Decision, agreed: tuple[Delegation, ...] = ()) -> ChainOutcome:
    return progress_of(ASKED, decisions, agreed).outcome


def test_a_delegates_answer_counts_in_the_principals_place() -> None:
    decisions = (for_olga("dora"), answer(2, "fritz", 2))
    assert outcome(*decisions, agreed=(away("olga", "dora"),)) is ChainOutcome.APPROVED


def test_an_answer_for_somebody_who_did_not_delegate_then_counts_for_nothing() -> None:
    assert outcome(for_olga("dora"), answer(2, "fritz", 2)) is ChainOutcome.PENDING
    over = away("olga", "dora", ends_at=START + timedelta(seconds=30))
    assert outcome(for_olga("dora"), answer(2, "fritz", 2), agreed=(over,)) is ChainOutcome.PENDING


def test_a_delegate_answers_a_request_once_whoever_for() -> None:
    agreed = (away("olga", "fritz"),)
    assert outcome(for_olga("fritz"), answer(2, "fritz", 2), agreed=agreed) is ChainOutcome.PENDING
    assert outcome(for_olga("fritz"), answer(2, "maria", 2), agreed=agreed) is ChainOutcome.APPROVED


def test_two_seats_of_a_stage_are_never_one_persons() -> None:
    two = ASKED.model_copy(update={"stages": (ASKED.stages[1].model_copy(update={"needed": 2, "position": 1}),)})
    agreed = (away("fritz", "maria"), away("fritz", "dora"))
    both = (answer(1, "maria", 1), answer(1, "maria", 2, on_behalf_of="fritz"))
    assert progress_of(two, both, agreed).outcome is ChainOutcome.PENDING
    twice_fritz = (answer(1, "fritz", 1), answer(1, "dora", 2, on_behalf_of="fritz"))
    assert progress_of(two, twice_fritz, agreed).outcome is ChainOutcome.PENDING
    assert progress_of(two, (answer(1, "maria", 1), answer(1, "fritz", 2))).outcome is ChainOutcome.APPROVED


_WAY = (away("olga", "dora"), away("dora", "emil"))


@pytest.mark.behaviour("A10")
def test_over_all_pairs_and_two_hands_on_the_way_nobody_keeps_two_conflicting_functions() -> None:
    """Everybody through whose hands an answer comes takes its function on, so each of them is asked before it counts.
    What then stands in the books is read by the check of any event log, which knows nothing of delegations."""
    book: list[LoggedAct] = []
    refused = set()
    for earlier, now, holder, answers in product(Function, Function, _HANDS, _HANDS):
        case = f"{earlier} {now} {holder} {answers}"
        book.append(LoggedAct(case=case, activity=earlier, person=holder))
        hands = ("olga",) if answers == "olga" else hands_between(answers, "olga", _WAY, ASKED, START)
        if any(conflicts(each, now, [Involvement(person=holder, function=earlier)]) for each in hands):
            refused.add((earlier, now, holder, answers))
            continue
        book += [LoggedAct(case=case, activity=now, person=each) for each in hands]
    assert [each for each in violations(book, {}) if each.severity is Severity.FORBIDDEN] == []
    forbidden = {(one, other) for pair in CONFLICTS for one, other in (pair, pair[::-1])}
    assert refused == {
        (one, other, holder, answers)
        for one, other in forbidden
        for holder, answers in product(_HANDS, _HANDS)
        if _HANDS.index(holder) <= _HANDS.index(answers)
    }


@pytest.mark.behaviour("A10")
def test_the_way_without_a_barred_hand_is_taken_where_there_is_one() -> None:
    agreed = (*_WAY, away("olga", "fritz"), away("fritz", "emil"))
    for barred, middle in (("dora", "fritz"), ("fritz", "dora")):
        assert hands_between("emil", "olga", agreed, ASKED, START, {barred}) == ("olga", middle, "emil")
    assert hands_between("emil", "olga", _WAY, ASKED, START, {"dora"}) == ("olga", "dora", "emil")
    assert hands_between("emil", "olga", (), ASKED, START) == ("olga", "emil")
