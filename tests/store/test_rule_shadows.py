from typing import Any

import pytest

from models.errors import BusinessError
from models.rule import RuleEvaluation
from rules.engine import CompiledDecision
from store.rule_shadows import Shadow, end_shadow, shadow_answers, shadows, start_shadow
from tests.console.company import TENANT, Company
from tests.store.houses import signed_in, verified
from tests.store.rule_steps import AUTHOR, LATHE, PRESS, TABLE, written

pytestmark = pytest.mark.behaviour("A4")


def shadow(company: Company) -> Shadow:
    with company.store.read() as connection:
        return shadows(connection, TENANT, TABLE)[0]


def test_a_candidate_beside_the_live_version_answers_every_case_and_decides_none(company: Company) -> None:
    draft = written(company.store)
    started = start_shadow(company.store, signed_in(company.store, AUTHOR), draft.id)
    same, other = company.file(lines=PRESS), company.file(lines=LATHE)
    stages = [stage.role for stage in company.pending(other).request.stages]
    assert stages == ["cost_centre_owner", "finance_director"]
    with company.store.read() as connection:
        differing = shadow_answers(connection, TENANT, started.id)
        everything = shadow_answers(connection, TENANT, started.id, only_differing=False)
    assert [answer.case for answer in differing] == [other]
    assert [answer.case for answer in everything] == [same, other]
    assert differing[0].answer is not None
    assert differing[0].answer.version == started.version != differing[0].live.version
    assert differing[0].answer.result["stages"][-1] == "managing_director"
    assert (shadow(company).decisions, shadow(company).differing) == (2, 1)
    assert verified(company.store).ok


def test_a_later_edit_of_the_draft_does_not_change_what_runs(company: Company) -> None:
    draft = written(company.store)
    started = start_shadow(company.store, signed_in(company.store, AUTHOR), draft.id)
    company.file(lines=LATHE)
    assert shadow(company).version == started.version
    assert shadow(company).differing == 1


def test_a_candidate_that_refuses_is_noted_and_the_decision_stands(company: Company) -> None:
    draft = written(company.store, ((b"[5000..25000)", b"[5000..6000)"),))
    start_shadow(company.store, signed_in(company.store, AUTHOR), draft.id)
    assert company.pending(company.file(lines=LATHE)).request.stages
    assert shadow(company).differing == 1


def test_a_candidate_that_breaks_disturbs_nothing(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = written(company.store)
    started = start_shadow(company.store, signed_in(company.store, AUTHOR), draft.id)
    evaluate = CompiledDecision.evaluate

    def breaks(self: CompiledDecision, inputs: Any) -> RuleEvaluation:
        if self.version == started.version:
            raise ZeroDivisionError("a bug of the engine")
        return evaluate(self, inputs)

    monkeypatch.setattr(CompiledDecision, "evaluate", breaks)
    case = company.file(lines=LATHE)
    assert company.pending(case).request.stages
    with company.store.read() as connection:
        (answer,) = shadow_answers(connection, TENANT, started.id)
    assert (answer.answer, answer.problem) == (None, "ZeroDivisionError: a bug of the engine")
    assert verified(company.store).ok


def test_a_second_candidate_takes_the_place_of_the_first_and_an_ended_one_is_asked_no_more(company: Company) -> None:
    who = signed_in(company.store, AUTHOR)
    first = start_shadow(company.store, who, written(company.store).id)
    second = start_shadow(company.store, who, written(company.store).id)
    with company.store.read() as connection:
        found = {each.id: each for each in shadows(connection, TENANT, TABLE)}
    assert (found[first.id].ended_by, found[second.id].ended_at) == (AUTHOR, None)
    end_shadow(company.store, who, TABLE)
    company.file()
    assert shadow(company).decisions == 0
    with pytest.raises(BusinessError) as refusal:
        end_shadow(company.store, who, TABLE)
    assert refusal.value.code == "rule.no_shadow"


def test_content_that_cannot_run_is_not_started(company: Company) -> None:
    draft = written(company.store, ((b"[5000..25000)", b"[5000.."),))
    with pytest.raises(BusinessError) as refusal:
        start_shadow(company.store, signed_in(company.store, AUTHOR), draft.id)
    assert refusal.value.code == "rules.malformed"
