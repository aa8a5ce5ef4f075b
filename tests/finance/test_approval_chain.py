from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.approval_chain import Asked, Directory, compute_chain
from finance.approval_progress import ChainOutcome, progress_of
from models.approval import ApprovalRequest, ApprovalSubject, Decision, Outcome, Stage
from models.errors import BusinessError
from models.party import Person, Role
from models.rule import RuleEvaluation

pytestmark = pytest.mark.behaviour("A6")


def person(person_id: str, *roles: Role) -> Person:
    return Person(id=person_id, name=person_id.title(), email=f"{person_id}@example.com", roles=frozenset(roles))


DIRECTORY = Directory(
    people=(
        person("olga", Role.COST_CENTRE_OWNER),
        person("fritz", Role.FINANCE_DIRECTOR),
        person("maria", Role.MANAGING_DIRECTOR, Role.FINANCE_DIRECTOR),
        person("tom", Role.TREASURER),
    )
)
START = datetime(2026, 11, 20, 9, tzinfo=UTC)


def evaluation(result: Any, matched: tuple[str, ...] = ("row-3",)) -> RuleEvaluation:
    return RuleEvaluation(
        table="purchase_approval",
        decision="stages",
        version="0" * 64,
        inputs={},
        matched=matched,
        reasons=(),
        result=result,
    )


def required(*roles: str) -> RuleEvaluation:
    return evaluation({"approval": "required", "stages": list(roles)})


def chain(
    decided: RuleEvaluation, owner: str = "olga", excluded: dict[str, str] | None = None
) -> list[tuple[int, str, tuple[str, ...]]]:
    stages = compute_chain(decided, DIRECTORY, Asked(owners={"4000": owner}), excluded or {})
    return [(stage.position, stage.role, stage.people) for stage in stages]


def test_the_stages_stand_in_the_order_of_the_rule_with_everybody_who_may_decide() -> None:
    assert chain(required("cost_centre_owner", "finance_director")) == [
        (1, "cost_centre_owner", ("olga",)),
        (2, "finance_director", ("fritz", "maria")),
    ]


def test_the_owner_of_the_cost_centre_is_that_person_and_not_everybody_with_the_role() -> None:
    assert chain(required("cost_centre_owner"), owner="tom") == [(1, "cost_centre_owner", ("tom",))]


def test_whoever_is_excluded_by_segregation_is_left_out() -> None:
    assert chain(required("finance_director"), excluded={"fritz": "requested it"}) == [
        (1, "finance_director", ("maria",))
    ]


def test_no_approval_needs_a_row_that_says_so() -> None:
    assert chain(evaluation({"approval": "not required", "stages": []})) == []


@pytest.mark.parametrize(
    "result",
    [
        None,
        [],
        "not required",
        {},
        {"approval": None, "stages": None},
        {"approval": "required", "stages": []},
        {"approval": "required", "stages": None},
        {"approval": "required", "stages": "treasurer"},
        {"approval": "required", "stages": {"treasurer": 1}},
        {"approval": "not required", "stages": ["treasurer"]},
        {"approval": "maybe", "stages": ["treasurer"]},
        {"stages": ["treasurer"]},
    ],
)
def test_anything_but_a_clear_answer_is_an_error_and_never_a_yes(result: Any) -> None:
    with pytest.raises(BusinessError) as refused:
        chain(evaluation(result))

    assert refused.value.code == "approval.no_rule"
    assert "purchase_approval" in refused.value.message


def test_a_result_without_a_matched_row_is_an_error() -> None:
    with pytest.raises(BusinessError) as refused:
        chain(evaluation({"approval": "not required", "stages": []}, matched=()))

    assert refused.value.code == "approval.no_rule"


def test_every_unknown_role_is_named() -> None:
    with pytest.raises(BusinessError) as refused:
        chain(required("boss", "treasurer", "king"))

    assert refused.value.code == "approval.unknown_role"
    assert [finding.field for finding in refused.value.findings] == ["stages[0]", "stages[2]"]


@pytest.mark.behaviour("A10")
def test_a_stage_without_people_is_an_error_that_says_who_was_excluded_and_why() -> None:
    with pytest.raises(BusinessError) as refused:
        chain(required("purchasing", "treasurer"), excluded={"tom": "tom requested the purchase."})

    assert refused.value.code == "approval.nobody"
    assert [finding.problem for finding in refused.value.findings] == [
        "nobody holds the role purchasing; give it to somebody",
        "everybody with the role treasurer is excluded. tom: tom requested the purchase. "
        "Give the role to somebody else as well",
    ]


def test_an_owner_who_is_not_in_the_directory_approves_nothing() -> None:
    with pytest.raises(BusinessError, match="nobody holds the role cost_centre_owner"):
        chain(required("cost_centre_owner"), owner="gone")


def test_only_the_same_single_person_twice_in_a_row_is_asked_once() -> None:
    assert chain(required("cost_centre_owner", "treasurer", "treasurer"), owner="tom") == [
        (1, "cost_centre_owner", ("tom",))
    ]


def test_the_same_person_later_in_the_chain_is_asked_again() -> None:
    roles = ("treasurer", "finance_director", "treasurer")

    assert [people for _, _, people in chain(required(*roles))] == [("tom",), ("fritz", "maria"), ("tom",)]


def test_the_same_group_twice_in_a_row_is_asked_twice() -> None:
    assert len(chain(required("finance_director", "finance_director"))) == 2


REQUEST = ApprovalRequest(
    id="AP-1",
    case="C-1",
    subject=ApprovalSubject.PURCHASE,
    subject_id="PR-1",
    title="Paper",
    digest="d" * 64,
    stages=(
        Stage(position=1, role=Role.COST_CENTRE_OWNER, people=("olga",)),
        Stage(position=2, role=Role.FINANCE_DIRECTOR, people=("fritz", "maria")),
    ),
    evaluation=evaluation(None),
)


def answer(stage: int, who: str, minute: int, outcome: Outcome = Outcome.APPROVE, **changes: str) -> Decision:
    fields: dict[str, Any] = {
        "id": f"D-{minute}",
        "request": "AP-1",
        "stage": stage,
        "person": who,
        "account": f"{who}@phone",
        "outcome": outcome,
        "digest": "d" * 64,
        "decided_at": START + timedelta(minutes=minute),
    }
    return Decision.model_validate(fields | changes)


def standing(*decisions: Decision) -> tuple[ChainOutcome, int | None]:
    found = progress_of(REQUEST, decisions)
    return found.outcome, found.open[0].position if found.open else None


def test_the_chain_walks_its_stages_one_by_one() -> None:
    first, second = answer(1, "olga", 1), answer(2, "maria", 2)

    assert standing() == (ChainOutcome.PENDING, 1)
    assert standing(first) == (ChainOutcome.PENDING, 2)
    assert standing(first, second) == (ChainOutcome.APPROVED, None)


def test_the_first_rejection_ends_it_whatever_follows() -> None:
    decisions = (answer(1, "olga", 1, Outcome.REJECT), answer(1, "olga", 2), answer(2, "fritz", 3))

    assert standing(*decisions) == (ChainOutcome.REJECTED, None)


@pytest.mark.parametrize(
    "ignored",
    [
        pytest.param(answer(1, "tom", 1), id="by somebody who is not in the stage"),
        pytest.param(answer(2, "maria", 1), id="out of turn"),
        pytest.param(answer(1, "olga", 1, digest="e" * 64), id="about other content"),
        pytest.param(answer(1, "olga", 1, request="AP-2"), id="about another request"),
        pytest.param(answer(3, "olga", 1), id="for a stage that does not exist"),
        pytest.param(answer(1, "tom", 1, Outcome.REJECT), id="a stranger's rejection"),
    ],
)
def test_an_answer_that_does_not_count_changes_nothing(ignored: Decision) -> None:
    assert standing(ignored) == (ChainOutcome.PENDING, 1)


def test_answering_twice_does_not_answer_for_the_next_stage() -> None:
    assert standing(answer(1, "olga", 1), answer(1, "olga", 1), answer(1, "olga", 2)) == (ChainOutcome.PENDING, 2)


def test_a_chain_without_stages_is_approved_as_its_row_said() -> None:
    free = REQUEST.model_copy(update={"stages": ()})

    found = progress_of(free, ())
    assert (found.outcome, found.open) == (ChainOutcome.APPROVED, ())


ANSWERS = st.lists(
    st.builds(
        answer,
        stage=st.integers(1, 3),
        who=st.sampled_from(["olga", "fritz", "maria", "tom"]),
        minute=st.integers(0, 50),
        outcome=st.sampled_from(Outcome),
    ),
    max_size=8,
    unique_by=lambda decision: decision.id,
)


@given(ANSWERS, st.data())
def test_the_order_in_which_answers_are_loaded_changes_nothing(answers: list[Decision], data: st.DataObject) -> None:
    shuffled: Sequence[Decision] = data.draw(st.permutations(answers))

    assert standing(*answers) == standing(*shuffled)


@given(ANSWERS)
def test_an_approved_chain_has_a_counted_approval_by_a_member_of_every_stage(answers: list[Decision]) -> None:
    if progress_of(REQUEST, answers).outcome is ChainOutcome.APPROVED:
        for stage in REQUEST.stages:
            assert any(
                decision.stage == stage.position
                and decision.person in stage.people
                and decision.outcome is Outcome.APPROVE
                for decision in answers
            )
