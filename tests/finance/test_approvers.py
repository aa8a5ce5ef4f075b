"""Steps at the same time, several people of a role, managers, named people, split lines and limits of rights."""

from decimal import Decimal
from typing import Any

import pytest

from finance.approval_chain import Asked, Directory, compute_chain
from models.approval import ApprovalScope, Stage
from models.authority import RightLimit
from models.errors import BusinessError
from models.money import Money
from models.party import Person, Role
from tests.finance.test_approval_chain import required

pytestmark = pytest.mark.behaviour("A6")


def person(person_id: str, *roles: Role, manager: str = "") -> Person:
    email = f"{person_id}@example.com"
    return Person(id=person_id, name=person_id.title(), email=email, roles=frozenset(roles), manager=manager)


DIRECTORY = Directory(
    people=(
        person("rita", Role.REQUESTER, manager="olga"),
        person("olga", Role.COST_CENTRE_OWNER, manager="maria"),
        person("omar", Role.COST_CENTRE_OWNER, manager="maria"),
        person("fritz", Role.FINANCE_DIRECTOR),
        person("tom", Role.TREASURER),
        person("tina", Role.TREASURER),
        person("tara", Role.TREASURER),
        person("maria", Role.MANAGING_DIRECTOR),
    )
)
SPLIT = {"4000": "olga", "5000": "omar", "6000": "olga"}


def scope(amount: str = "800", *centres: str) -> ApprovalScope:
    return ApprovalScope(entity="E", cost_centres=centres or ("4000",), amount=money(amount))


def money(amount: str, currency: str = "EUR") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


def limit(who: str, **bounds: Any) -> RightLimit:
    return RightLimit(id=f"L-{who}", person=who, **bounds)


def chain(*cells: str, excluded: dict[str, str] | None = None, **asked: Any) -> tuple[Stage, ...]:
    fields: dict[str, Any] = {"requester": "rita", "owners": {"4000": "olga"}} | asked
    return compute_chain(required(*cells), DIRECTORY, Asked(**fields), excluded or {})


def brief(stages: tuple[Stage, ...]) -> list[tuple[int, str, tuple[str, ...], int]]:
    return [(stage.step, stage.role, stage.people, stage.needed) for stage in stages]


def refused(*cells: str, **asked: Any) -> BusinessError:
    with pytest.raises(BusinessError) as refusal:
        chain(*cells, **asked)
    return refusal.value


def test_what_stands_in_one_cell_is_asked_at_the_same_time() -> None:
    assert brief(chain("finance_director + treasurer", "managing_director")) == [
        (1, "finance_director", ("fritz",), 1),
        (1, "treasurer", ("tara", "tina", "tom"), 1),
        (2, "managing_director", ("maria",), 1),
    ]


def test_several_of_a_role_may_be_needed() -> None:
    assert brief(chain("2 of treasurer")) == [(1, "treasurer", ("tara", "tina", "tom"), 2)]


def test_too_few_of_a_role_is_an_error_that_says_how_many_are_left() -> None:
    error = refused("3 of treasurer", excluded={"tom": "Tom asked for it."})
    assert error.code == "approval.nobody"
    assert "it takes 3 people and 2 is left" in error.findings[0].problem


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("manager of requester", ("olga",)),
        ("manager of cost_centre_owner", ("maria",)),
        ("person fritz", ("fritz",)),
    ],
)
def test_a_manager_or_a_named_person_is_that_person(cell: str, people: tuple[str, ...]) -> None:
    assert chain(cell)[0].people == people


def test_whoever_has_no_manager_leaves_the_stage_empty_which_is_an_error() -> None:
    assert refused("manager of requester", requester="maria").code == "approval.nobody"
    assert refused("person nobody").code == "approval.nobody"


def test_each_owner_of_the_lines_cost_centres_is_asked_once_about_what_is_theirs() -> None:
    stages = chain("cost_centre_owner", owners=SPLIT)
    assert [(stage.step, stage.people, stage.cost_centres) for stage in stages] == [
        (1, ("olga",), ("4000", "6000")),
        (1, ("omar",), ("5000",)),
    ]


def test_one_cost_centre_without_an_owner_is_an_error_though_the_others_have_one() -> None:
    assert refused("cost_centre_owner", owners=SPLIT | {"7000": "gone"}).code == "approval.nobody"


def test_whoever_was_asked_alone_is_not_asked_again_as_long_as_nobody_else_was_in_between() -> None:
    assert brief(chain("cost_centre_owner + finance_director", "person olga", "person fritz")) == [
        (1, "cost_centre_owner", ("olga",), 1),
        (1, "finance_director", ("fritz",), 1),
    ]


@pytest.mark.parametrize("cell", ["0 of treasurer", "2 of", "boss + treasurer", "manager of treasurer", "", " + "])
def test_a_wording_that_says_nothing_is_an_error(cell: str) -> None:
    assert refused(cell).code == "approval.unknown_role"


@pytest.mark.behaviour("C2")
def test_whoever_has_a_limit_is_asked_only_within_it() -> None:
    limits = (limit("tom", limit=money("500")), limit("tina", cost_centre="4000"), limit("tara", entity="OTHER"))
    assert chain("treasurer", scope=scope("800"), limits=limits)[0].people == ("tina",)
    assert chain("treasurer", scope=scope("500"), limits=limits)[0].people == ("tina", "tom")


@pytest.mark.behaviour("C2")
def test_a_right_reaches_every_cost_centre_of_the_document_or_none() -> None:
    limits = (limit("tom", cost_centre="4000"), limit("tina", cost_centre="4000"), limit("tina", cost_centre="5000"))
    people = chain("treasurer", scope=scope("1", "4000", "5000"), limits=limits)[0].people
    assert people == ("tara", "tina")


@pytest.mark.behaviour("C2")
def test_a_limit_in_another_currency_reaches_nothing() -> None:
    limits = tuple(limit(who, limit=money("999999", "USD")) for who in ("tom", "tina", "tara"))
    error = refused("treasurer", scope=scope(), limits=limits)
    assert "Their right to approve does not reach 800 EUR in E, cost centre 4000." in error.findings[0].problem
