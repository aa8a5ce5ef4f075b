"""Pairs, exceptions, limits and managers change by two signatures, and hold for everybody on the way to an answer."""

from datetime import timedelta

import pytest

from finance.segregation import Function, SegregationException, SegregationPair, Severity
from models.authority import RightLimit
from models.errors import BusinessError
from models.money import Money
from store.approvals import is_approved
from store.change_effects import moved_requests, tables_asking_managers
from store.conflict_report import conflict_report
from store.segregation import payee_history
from store.signed_changes import ChangeKind, Content, ManagerOf, PersonRights, changes, propose, refuse, sign
from tests.console.company import TENANT, Company
from tests.console.stories import releasing
from tests.store.asking import answer, asked, away, code_of, publish_stages, signed, take_part, waiting
from tests.store.houses import signed_in

pytestmark = pytest.mark.behaviour("A10")
RECEIVED, RELEASED = Function.RECEIVED_GOODS, Function.RELEASED_PAYMENT


def rights(person: str, limit: str = "", cost_centre: str = "", entity: str = "") -> PersonRights:
    money = Money(amount=limit, currency="EUR") if limit else None
    only = RightLimit(id="L", person=person, limit=money, cost_centre=cost_centre, entity=entity)
    return PersonRights(person=person, limits=(only,))


def lifted(company: Company, person: str, days: float = 7) -> SegregationException:
    ends_at = company.clock() + timedelta(days=days)
    return SegregationException(person=person, one=RECEIVED, other=RELEASED, ends_at=ends_at, reason="Stand-in")


def code(company: Company, person: str, content: Content, reason: str = "Why not") -> str:
    return code_of(lambda: propose(company.store, signed_in(company.store, person), content, reason))


def test_a_proposal_changes_nothing_until_another_person_signs(company: Company) -> None:
    request = company.pending(company.file()).request.id
    change = propose(company.store, signed_in(company.store, "ines.lindqvist"), rights("ayse.kaya", "100"), "New")
    assert waiting(company, "ayse.kaya") == [request]
    ines = signed_in(company.store, "ines.lindqvist")
    assert code_of(lambda: sign(company.store, ines, change)) == "change.same_person"
    mara = signed_in(company.store, "mara.voss")
    assert code_of(lambda: sign(company.store, mara, change)) == "right.missing"
    sign(company.store, signed_in(company.store, "karl.lindqvist"), change)
    assert waiting(company, "ayse.kaya") == []
    assert code_of(lambda: answer(company, request, "ayse.kaya")) == "approval.segregation"
    karl = signed_in(company.store, "karl.lindqvist")
    assert code_of(lambda: refuse(company.store, karl, change)) == "change.settled"


def test_nobody_proposes_or_signs_what_they_gain_by(company: Company) -> None:
    assert code(company, "karl.lindqvist", lifted(company, "karl.lindqvist")) == "change.own"
    change = propose(company.store, signed_in(company.store, "oliver.stein"), lifted(company, "karl.lindqvist"), "x")
    karl = signed_in(company.store, "karl.lindqvist")
    assert code_of(lambda: sign(company.store, karl, change)) == "change.own"


def test_what_makes_no_sense_is_refused(company: Company) -> None:
    own = SegregationPair(one=Function.REQUESTED_PURCHASE, other=Function.APPROVED_PURCHASE, severity=Severity.ALLOWED)
    assert code(company, "oliver.stein", own) == "segregation.never"
    assert code(company, "oliver.stein", lifted(company, "sofia.brandt", -1)) == "segregation.over"
    assert code(company, "oliver.stein", rights("nobody")) == "person.unknown"
    assert code(company, "oliver.stein", rights("ayse.kaya"), " ") == "change.no_reason"
    assert code(company, "oliver.stein", ManagerOf(person="ayse.kaya", manager="ayse.kaya")) == "change.own_manager"
    assert code(company, "mara.voss", rights("ayse.kaya")) == "right.missing"


def test_an_exception_lets_one_person_until_its_day_and_the_report_names_it(company: Company) -> None:
    case = releasing(company)
    request = company.pending(case).request.id
    take_part(company, case, "sofia.brandt", RECEIVED)
    assert waiting(company, "sofia.brandt") == []
    signed(company, lifted(company, "sofia.brandt"))
    assert waiting(company, "sofia.brandt") == [request]
    company.clock.move(days=1)
    answer(company, request, "sofia.brandt")
    company.clock.move(days=30)
    with company.store.read() as connection:
        assert is_approved(connection, TENANT, request, asked(company, request).digest)
        report = conflict_report(connection, TENANT, company.clock())
    assert [(each.person, each.severity) for each in report.actual if each.case == case] == [
        ("sofia.brandt", Severity.FORBIDDEN)
    ]


def test_whoever_wrote_the_rule_that_decided_does_not_answer_nor_does_their_delegate_gain(company: Company) -> None:
    publish_stages(company, b'["accounts_payable"]')
    request = company.pending(company.file()).request
    assert request.stages[0].people == ("chen.wei",)
    away(company, "chen.wei", "greta.holm")
    assert waiting(company, "greta.holm") == []
    assert code_of(lambda: answer(company, request.id, "greta.holm")) == "approval.segregation"


@pytest.mark.parametrize("person", ["sofia.brandt", "marek.hansen"])
def test_whoever_changed_the_payees_account_does_not_release_a_payment_to_it(company: Company, person: str) -> None:
    request = company.pending(releasing(company)).request.id
    take_part(company, payee_history("DLT"), person, Function.CHANGED_PAYEE_ACCOUNT)
    assert waiting(company, person) == []
    assert code_of(lambda: answer(company, request, person)) == "approval.segregation"


@pytest.mark.usefixtures("bank_login")
def test_whoever_answers_for_the_bot_that_enters_the_payment_does_not_release_it(company: Company) -> None:
    request = company.pending(releasing(company)).request.id
    away(company, "sofia.brandt", "oliver.stein")
    assert code_of(lambda: answer(company, request, "oliver.stein")) == "approval.segregation"


@pytest.mark.behaviour("C2")
def test_a_right_by_cost_centre_and_entity_leaves_out_whoever_it_does_not_reach(company: Company) -> None:
    signed(company, rights("ayse.kaya", cost_centre="1000"))
    assert code_of(lambda: company.file()) == "approval.nobody"
    assert company.file(cost_centre="1000")
    signed(company, rights("ayse.kaya", entity="elsewhere"))
    assert code_of(lambda: company.file(cost_centre="1000")) == "approval.nobody"


@pytest.mark.behaviour("A6")
def test_a_manager_is_asked_once_somebody_signed_who_that_is(company: Company) -> None:
    publish_stages(company, b'["manager of requester"]')
    assert code_of(lambda: company.file()) == "approval.nobody"
    signed(company, ManagerOf(person="mara.voss", manager="piotr.nowak"))
    assert company.pending(company.file()).request.stages[0].people == ("piotr.nowak",)
    with company.store.read() as connection:
        assert [each.kind for each in changes(connection, TENANT)] == [ChangeKind.MANAGER]


def test_nobody_comes_to_be_above_themselves(company: Company) -> None:
    signed(company, ManagerOf(person="mara.voss", manager="piotr.nowak"))
    signed(company, ManagerOf(person="piotr.nowak", manager="henrik.dahl"))
    with pytest.raises(BusinessError) as refusal:
        signed(company, ManagerOf(person="henrik.dahl", manager="mara.voss"))
    assert refusal.value.code == "change.circle"
    assert "Henrik Dahl – Mara Voss – Piotr Nowak – Henrik Dahl" in refusal.value.message
    signed(company, ManagerOf(person="henrik.dahl", manager="tom.behrens"))


def test_two_proposals_that_make_a_circle_together_are_not_both_signed(company: Company) -> None:
    oliver, karl = (signed_in(company.store, each) for each in ("oliver.stein", "karl.lindqvist"))
    one = propose(company.store, oliver, ManagerOf(person="mara.voss", manager="piotr.nowak"), "x")
    other = propose(company.store, oliver, ManagerOf(person="piotr.nowak", manager="mara.voss"), "x")
    sign(company.store, karl, one)
    assert code_of(lambda: sign(company.store, karl, other)) == "change.circle"


def test_a_proposal_is_stale_once_another_about_the_same_was_signed(company: Company) -> None:
    oliver, karl = (signed_in(company.store, each) for each in ("oliver.stein", "karl.lindqvist"))
    old = propose(company.store, oliver, rights("ayse.kaya", "100"), "x")
    foreign = propose(company.store, oliver, rights("henrik.dahl", "100"), "x")
    company.clock.move(minutes=1)
    signed(company, rights("ayse.kaya", "200"))
    with pytest.raises(BusinessError) as refusal:
        sign(company.store, karl, old)
    assert refusal.value.code == "change.stale"
    assert "Karl Lindqvist signed another change of the same on 2026-11-02 at 08:06 UTC" in refusal.value.message
    sign(company.store, karl, foreign)
    refuse(company.store, karl, old)


def test_what_is_so_already_is_not_proposed(company: Company) -> None:
    pair = SegregationPair(one=RELEASED, other=RECEIVED, severity=Severity.FORBIDDEN)
    assert code(company, "oliver.stein", pair) == "change.nothing_new"
    assert code(company, "oliver.stein", PersonRights(person="ayse.kaya", limits=())) == "change.nothing_new"
    assert code(company, "oliver.stein", ManagerOf(person="ayse.kaya", manager="")) == "change.nothing_new"
    same = SegregationPair(one=RECEIVED, other=RECEIVED, severity=Severity.REPORTED)
    assert code(company, "oliver.stein", same) == "segregation.same"


def test_the_requests_that_new_limits_move_are_told_beforehand(company: Company) -> None:
    request = company.pending(company.file()).request.id

    def moved(content: PersonRights) -> list[tuple[str, bool, tuple[str, ...]]]:
        with company.store.read() as connection:
            found = moved_requests(connection, TENANT, content, company.clock())
        return [(each.request.id, each.is_gained, each.others) for each in found]

    assert moved(rights("ayse.kaya", "100")) == [(request, False, ())]
    assert moved(rights("ayse.kaya", "100000")) == []
    signed(company, rights("ayse.kaya", "100"))
    assert waiting(company, "ayse.kaya") == []
    assert moved(rights("ayse.kaya", "100000")) == [(request, True, ())]
    assert moved(rights("henrik.dahl", "100")) == []


def test_the_tables_that_ask_managers_are_named(company: Company) -> None:
    with company.store.read() as connection:
        assert tables_asking_managers(connection, TENANT, company.clock()) == ()
    publish_stages(company, b'["manager of requester"]')
    with company.store.read() as connection:
        assert tables_asking_managers(connection, TENANT, company.clock()) == ("purchase_approval",)
