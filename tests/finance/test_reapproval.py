from typing import Any

import pytest

from finance.approval_progress import ChainOutcome, progress_of
from finance.material_fields import changes_between, material_fields, stage_inputs
from finance.obligation import content_digest
from finance.reapproval import Reapproval, reapproval
from models.approval import ApprovalRequest, ApprovalSubject, Decision, Stage
from models.purchasing import RequisitionContent
from tests.finance.test_approval_chain import REQUEST, answer, evaluation

pytestmark = pytest.mark.behaviour("A9")
_LINE = {"number": 1, "description": "Cable", "quantity": "10", "unit_price": "800"}
_CONTENT = {
    "entity": "E",
    "vendor": "KAB",
    "cost_centre": "4000",
    "category": "it",
    "currency": "EUR",
    "reason": "Cable",
    "lines": [_LINE],
}
_ROLES = ("purchasing", "cost_centre_owner", "finance_director")
_PEOPLE = {"purchasing": "piet", "cost_centre_owner": "olga", "finance_director": "fritz", "managing_director": "maria"}


def content(**changes: Any) -> RequisitionContent:
    return RequisitionContent.model_validate(_CONTENT | changes)


def asked(what: RequisitionContent, *roles: str) -> ApprovalRequest:
    material = material_fields(what)
    stages = tuple(
        Stage(
            position=at,
            step=at,
            role=role,
            people=(_PEOPLE[role],),
            inputs=stage_inputs(ApprovalSubject.PURCHASE, role, material),
        )
        for at, role in enumerate(roles or _ROLES, 1)
    )
    update = {"stages": stages, "material": material, "digest": content_digest(what), "evaluation": evaluation(None)}
    return REQUEST.model_copy(update=update)


def answers(request: ApprovalRequest, count: int = 2) -> list[Decision]:
    return [
        answer(stage.position, stage.people[0], stage.position, digest=request.digest, inputs=stage.inputs)
        for stage in request.stages[:count]
    ]


def changed(
    before: ApprovalRequest, after: ApprovalRequest, given: list[Decision]
) -> tuple[Reapproval, ApprovalRequest]:
    found = reapproval(before, given, after.stages, after)
    return found, after.model_copy(update={"stages": found.stages})


@pytest.mark.parametrize(
    ("change", "voided"),
    [
        ({"reason": "Better words"}, ()),
        ({"needed_by": "2026-12-24"}, ()),
        ({"lines": [_LINE | {"unit_price": "801"}]}, _ROLES),
        ({"lines": [_LINE | {"quantity": "20", "unit_price": "400"}]}, ("purchasing", "cost_centre_owner")),
        ({"cost_centre": "5000"}, ("cost_centre_owner", "finance_director")),
        ({"vendor": "DLT"}, ("purchasing", "cost_centre_owner")),
    ],
)
def test_exactly_the_stages_whose_inputs_changed_are_asked_again(
    change: dict[str, Any], voided: tuple[str, ...]
) -> None:
    before, after = asked(content()), asked(content(**change))
    found, now = changed(before, after, answers(before, 3))
    assert tuple(stage.role for stage in found.voided) == voided
    progress = progress_of(now, answers(before, 3))
    assert sorted(stage.role for stage in now.stages if stage not in found.kept) == sorted(voided)
    assert progress.outcome is (ChainOutcome.PENDING if voided else ChainOutcome.APPROVED)
    assert len(progress.counted) == 3 - len(voided)


def test_an_answer_about_the_old_content_never_counts_for_the_stage_that_is_asked_again() -> None:
    before, after = asked(content()), asked(content(vendor="DLT"))
    _, now = changed(before, after, answers(before, 3))
    assert {stage.position for stage in now.stages} & {1, 2} == set()
    forged = [each.model_copy(update={"stage": now.stages[1].position}) for each in answers(before, 3)]
    assert progress_of(now, forged).counted == ()


def test_a_stage_that_is_new_is_asked_and_one_that_decided_stays_though_it_is_not_due_any_more() -> None:
    before = asked(content())
    found, now = changed(before, asked(content(reason="Other"), "managing_director"), answers(before))
    assert [stage.role for stage in now.stages] == ["purchasing", "cost_centre_owner", "managing_director"]
    assert [stage.step for stage in now.stages] == [1, 2, 3]
    assert progress_of(now, answers(before)).open[0].role == "managing_director"
    assert found.voided == ()


def test_a_stage_that_was_halfway_keeps_its_answer_where_nothing_it_decides_about_changed() -> None:
    before = asked(content())
    two = before.stages[0].model_copy(update={"needed": 2, "people": ("piet", "pam")})
    before = before.model_copy(update={"stages": (two, *before.stages[1:])})
    after = asked(content(cost_centre="5000"))
    after = after.model_copy(update={"stages": (two, *after.stages[1:])})
    found, now = changed(before, after, answers(before, 1))
    assert found.kept[0].role == "purchasing"
    assert progress_of(now, answers(before, 1)).missing(now.stages[0]) == 1


def test_the_difference_names_each_field_that_changed_with_both_values() -> None:
    found = changes_between(material_fields(content()), material_fields(content(vendor="DLT", reason="Other")))
    assert [(each.field, each.before, each.after) for each in found] == [("vendor", "KAB", "DLT")]
