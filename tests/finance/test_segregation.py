from itertools import product

import pytest

from finance.segregation import ABOUT_RULES, CONFLICTS, Function, conflicts, excluded_people
from models.approval import Involvement
from models.errors import BusinessError

pytestmark = pytest.mark.behaviour("A10")


def involved(person: str, function: str) -> Involvement:
    return Involvement(person=person, function=function)


@pytest.mark.parametrize(("earlier", "now"), list(product(Function, Function)))
def test_each_pair_of_functions_is_forbidden_to_one_person_in_either_order_exactly_where_the_data_says(
    earlier: Function, now: Function
) -> None:
    forbidden = (earlier, now) in CONFLICTS or (now, earlier) in CONFLICTS

    assert bool(conflicts("anna", now, [involved("anna", earlier)])) is forbidden
    assert conflicts("anna", now, [involved("ben", earlier)]) == ()


def test_no_function_conflicts_with_itself_and_no_pair_is_written_twice() -> None:
    assert all(one is not other for one, other in CONFLICTS)
    assert len({frozenset(pair) for pair in CONFLICTS}) == len(CONFLICTS)


@pytest.mark.parametrize(
    "function",
    [
        each
        for each in Function
        if each
        not in (ABOUT_RULES - {Function.WROTE_RULE}) | {Function.RELEASED_PAYMENT, Function.CONFIRMED_PAYEE_ACCOUNT}
    ],
)
def test_money_is_released_by_somebody_with_no_other_part_in_it(function: Function) -> None:
    assert conflicts("anna", Function.RELEASED_PAYMENT, [involved("anna", function)])


@pytest.mark.parametrize(
    ("function", "earlier"),
    [
        (Function.APPROVED_PURCHASE, Function.REQUESTED_PURCHASE),
        (Function.APPROVED_INVOICE, Function.RESOLVED_EXCEPTION),
        (Function.CONFIRMED_PAYEE_ACCOUNT, Function.CHANGED_PAYEE_ACCOUNT),
    ],
)
def test_nobody_approves_their_own_work(function: Function, earlier: Function) -> None:
    assert conflicts("anna", function, [involved("anna", earlier)])


def test_every_earlier_involvement_is_named_once_in_a_sentence() -> None:
    history = [involved("anna", each) for each in ("requested_purchase", "received_goods", "requested_purchase")]

    assert conflicts("anna", Function.RELEASED_PAYMENT, history) == (
        "Whoever received the goods may not release the payment.",
        "Whoever requested the purchase may not release the payment.",
    )


def test_the_whole_chain_counts_and_not_only_the_last_step() -> None:
    history = [
        involved("anna", "requested_purchase"),
        involved("ben", "approved_purchase"),
        involved("carl", "received_goods"),
    ]

    assert excluded_people(Function.RELEASED_PAYMENT, history, ["anna", "ben", "carl", "dora"]).keys() == {
        "anna",
        "ben",
        "carl",
    }


def test_excluded_people_carry_the_reason() -> None:
    history = [involved("anna", "requested_purchase")]

    assert excluded_people(Function.APPROVED_PURCHASE, history, ["anna", "ben"]) == {
        "anna": "Whoever requested the purchase may not approve the purchase."
    }


def test_a_function_that_the_pairs_do_not_know_is_an_error_whoever_has_it() -> None:
    with pytest.raises(BusinessError, match="ben has the unknown function 'blessed'") as refused:
        conflicts("anna", Function.RELEASED_PAYMENT, [involved("ben", "blessed")])

    assert refused.value.code == "segregation.unknown_function"
