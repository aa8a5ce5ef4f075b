from datetime import timedelta

import pytest

from models.approval import Outcome
from models.errors import BusinessError
from store.log import history
from store.outbox import MessageKind, undelivered
from store.people import SignedIn
from store.rule_history import rerun
from store.rule_publications import Publication, in_force, publication_of
from store.rule_publishing import publish_draft
from store.rule_recall import Effect, Reevaluation, ask_recall, confirm_recall, reevaluations
from store.unit_of_work import Store
from tests.console.company import TENANT, Company
from tests.store.houses import signed_in, verified
from tests.store.rule_steps import (
    AUTHOR,
    LATHE,
    LAXER,
    OTHER_PUBLISHER,
    PRESS,
    PUBLISHER,
    TABLE,
    looked_at,
    published,
    submitted,
)
from tests.store.steps import invoice, ordered

pytestmark = pytest.mark.behaviour("A5")
OWNER, DIRECTOR, MANAGER = "ayse.kaya", "ines.lindqvist", "karl.lindqvist"


def recalled(store: Store, number: int = 2, table: str = TABLE) -> tuple[Reevaluation, ...]:
    ask_recall(store, signed_in(store, AUTHOR), table, number, "The limit was a slip.")
    return confirm_recall(store, signed_in(store, OTHER_PUBLISHER), table, number)


def now_in_force(company: Company) -> Publication | None:
    with company.store.read() as connection:
        return in_force(connection, TENANT, TABLE, company.clock.now)


def refused(store: Store, who: SignedIn, number: int = 2) -> str:
    with pytest.raises(BusinessError) as refusal:
        confirm_recall(store, who, TABLE, number)
    return refusal.value.code


def roles(company: Company, case: str) -> list[str]:
    return [stage.role for stage in company.pending(case).request.stages]


def test_a_version_decides_until_a_second_person_confirms_and_then_the_one_before(company: Company) -> None:
    version = published(company.store)
    asked = ask_recall(company.store, signed_in(company.store, AUTHOR), TABLE, 2, "A slip.")
    assert (asked.recall_asked_by, asked.recall_reason, asked.recalled_at) == (AUTHOR, "A slip.", None)
    assert now_in_force(company) == asked != version
    assert confirm_recall(company.store, signed_in(company.store, PUBLISHER), TABLE, 2) == ()
    current = now_in_force(company)
    assert current is not None
    assert current.number == 1
    with company.store.read() as connection:
        gone = publication_of(connection, TENANT, TABLE, 2)
    assert (gone.recalled_by, gone.recalled_at) == (PUBLISHER, company.clock.now)
    assert verified(company.store).ok


def test_nobody_recalls_alone(company: Company) -> None:
    published(company.store)
    assert refused(company.store, signed_in(company.store, PUBLISHER)) == "rule.recall_not_asked"
    ask_recall(company.store, signed_in(company.store, PUBLISHER), TABLE, 2, "A slip.")
    assert refused(company.store, signed_in(company.store, PUBLISHER, "another.login")) == "rule.segregation"
    assert refused(company.store, signed_in(company.store, AUTHOR)) == "right.missing"
    current = now_in_force(company)
    assert current is not None
    assert current.number == 2


def test_what_cannot_be_recalled_is_said(company: Company) -> None:
    who = signed_in(company.store, AUTHOR)
    for number, code in ((1, "rule.nothing_before"), (7, "rule.unknown_version")):
        with pytest.raises(BusinessError) as refusal:
            ask_recall(company.store, who, TABLE, number, "x")
        assert refusal.value.code == code
    published(company.store)
    with pytest.raises(BusinessError) as refusal:
        ask_recall(company.store, who, TABLE, 2, " ")
    assert refusal.value.code == "rule.no_reason"
    recalled(company.store)
    with pytest.raises(BusinessError) as refusal:
        ask_recall(company.store, who, TABLE, 2, "again")
    assert refusal.value.code == "rule.recalled"


def test_a_version_that_is_not_in_force_yet_can_be_recalled_and_never_is(company: Company) -> None:
    published(company.store, in_force_from=company.clock.now + timedelta(days=10))
    assert recalled(company.store) == ()
    company.clock.move(days=11)
    current = now_in_force(company)
    assert current is not None
    assert current.number == 1


def test_an_open_approval_asks_whoever_is_due_by_the_version_before(company: Company) -> None:
    published(company.store, LAXER)
    case = company.file(lines=PRESS)
    assert roles(company, case) == ["cost_centre_owner"]
    (found,) = recalled(company.store)
    assert (found.case, found.effect) == (case, Effect.REROUTED)
    assert found.before.result["stages"] == ["cost_centre_owner"]
    assert found.after is not None
    assert found.after.result["stages"] == ["cost_centre_owner", "finance_director"]
    assert roles(company, case) == ["cost_centre_owner", "finance_director"]
    company.decide(case, OWNER)
    company.decide(case, DIRECTOR)
    company.order(case)
    assert verified(company.store).ok


def test_who_decided_already_is_not_asked_again_and_who_is_no_longer_due_not_at_all(company: Company) -> None:
    published(company.store)
    case = company.file(lines=LATHE)
    company.decide(case, OWNER)
    recalled(company.store)
    assert roles(company, case) == ["cost_centre_owner", "finance_director"]
    company.decide(case, DIRECTOR)
    company.order(case)


def test_the_workflow_is_told_and_the_case_tells_of_it(company: Company) -> None:
    published(company.store, LAXER)
    case = company.file(lines=PRESS)
    recalled(company.store)
    with company.store.read() as connection:
        told = [each.workflow_id for each in undelivered(connection) if each.kind is MessageKind.CHANGED]
        actions = [entry.action for entry in history(connection, TENANT, case)]
    assert company.pending(case).request.id in told[-1]
    assert actions[-2:] == ["approval.rerouted", "rule.reevaluated"]


def test_what_is_decided_already_is_shown_and_stays(company: Company) -> None:
    published(company.store, LAXER)
    case = company.file(lines=PRESS)
    company.decide(case, OWNER)
    company.order(case)
    (found,) = recalled(company.store)
    assert (found.effect, found.case) == (Effect.DECIDED, case)
    with company.store.read() as connection:
        assert reevaluations(connection, TENANT, TABLE, 2) == (found,)


def test_a_case_that_both_versions_decide_alike_stays_and_closed_cases_are_left_alone(company: Company) -> None:
    published(company.store, LAXER)
    same, closed = company.file(), company.file(lines=PRESS)
    company.decide(closed, OWNER, Outcome.REJECT, "not this year")
    company.reject_case(closed)
    before = company.pending(same)
    (found,) = recalled(company.store)
    assert (found.case, found.effect) == (same, Effect.SAME)
    assert company.pending(same) == before


def test_a_decision_can_be_taken_again_after_the_recall_of_its_version(company: Company) -> None:
    published(company.store, LAXER)
    case = company.file(lines=PRESS)
    recalled(company.store)
    with company.store.read() as connection:
        (again,) = rerun(connection, TENANT, TABLE, case)
    assert again.same
    assert again.kept.version != publication_version(company, 2)


def test_where_nobody_could_decide_what_was_decided_stands_and_is_shown(company: Company) -> None:
    published(company.store, ((b'<text>["cost_centre_owner"]</text>', b'<text>["purchasing"]</text>'),))
    case = company.file("henrik.dahl", cost_centre="2000")
    (found,) = recalled(company.store)
    assert found.effect is Effect.FAILED
    assert "cost_centre_owner is excluded" in found.problem
    assert roles(company, case) == ["purchasing"]


def test_a_tolerance_that_was_taken_back_counts_no_more_for_an_invoice_that_still_waits(company: Company) -> None:
    generous = ((b"<text>50.00<", b"<text>50000.00<"), (b"<text>2<", b"<text>90<"))
    published(company.store, generous, table="match_tolerance")
    order = ordered(company)
    invoice_id = company.invoice(order, "KW-1", price="200.00")
    assert invoice(company, invoice_id).state == "waiting"
    found = recalled(company.store, table="match_tolerance")
    effects = {each.before.inputs["dimension"]: each.effect for each in found}
    assert effects["price"] is Effect.ANSWERED
    assert effects["quantity"] is effects["tax"] is Effect.SAME
    company.receive(order, "12")
    assert company.match(invoice_id).state == "exception"


def test_a_draft_that_was_stale_is_publishable_once_the_version_between_is_recalled(company: Company) -> None:
    draft = submitted(company.store)
    published(company.store, LAXER)
    recalled(company.store)
    who = signed_in(company.store, PUBLISHER)
    looked_at(company.store, draft, who)
    assert publish_draft(company.store, who, draft.id, draft.revision).number == 3


def publication_version(company: Company, number: int) -> str:
    with company.store.read() as connection:
        return publication_of(connection, TENANT, TABLE, number).version
