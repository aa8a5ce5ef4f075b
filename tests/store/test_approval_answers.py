"""Sent back, taken back, handed on, several at once, several people of a role, questions, papers."""

from pathlib import Path

import pytest

from finance.segregation import Function
from models.approval import Outcome
from store.approval_amendments import resubmit
from store.approval_answers import BulkItem, hand_on, record_decisions, withdraw_decision
from store.approval_notes import Paper, ask, comment, notes_of, questions_to
from store.approval_notes import answer as answer_question
from store.approvals import requests_sent_back_to
from store.cases import documents
from tests.console.company import TENANT, Company
from tests.console.stories import two_stage
from tests.store import racing
from tests.store.asking import (
    actions,
    answer,
    answers,
    asked,
    code_of,
    publish_stages,
    settle,
    stored,
    take_part,
    waiting,
)
from tests.store.houses import signed_in, verified

pytestmark = pytest.mark.behaviour("A11")


@pytest.fixture
def request_id(company: Company) -> str:
    """A purchase of Mara Voss that Ayşe Kaya has to approve."""
    return company.pending(company.file()).request.id


def test_sent_back_it_waits_for_whoever_asked_and_then_for_the_same_stage_again(
    company: Company, request_id: str
) -> None:
    assert code_of(lambda: answer(company, request_id, "ayse.kaya", Outcome.SEND_BACK)) == "approval.no_reason"
    answer(company, request_id, "ayse.kaya", Outcome.SEND_BACK, "Which machine is it for?")
    assert settle(company, request_id) == "sent_back"
    assert code_of(lambda: answer(company, request_id, "ayse.kaya")) == "approval.sent_back"
    with company.store.read() as connection:
        assert [each.request.id for each in requests_sent_back_to(connection, TENANT, "mara.voss")] == [request_id]
    assert code_of(lambda: resubmit(company.store, signed_in(company.store, "ayse.kaya"), request_id, "x")) == (
        "right.missing"
    )
    resubmit(company.store, signed_in(company.store, "mara.voss"), request_id, "For the wire saw.")
    assert waiting(company, "ayse.kaya") == [request_id]
    answer(company, request_id, "ayse.kaya")
    assert settle(company, request_id) == "approved"


def test_an_answer_can_be_taken_back_until_the_next_one_is_given(company: Company) -> None:
    request_id = company.pending(two_stage(company)).request.id
    withdraw_decision(company.store, signed_in(company.store, "henrik.dahl"), request_id)
    assert settle(company, request_id) == "pending"
    assert (stored(company, request_id).stage, answers(company, request_id)) == (1, [])
    answer(company, request_id, "henrik.dahl")
    settle(company, request_id)
    answer(company, request_id, "ines.lindqvist")
    henrik = signed_in(company.store, "henrik.dahl")
    assert code_of(lambda: withdraw_decision(company.store, henrik, request_id)) == "approval.acted_upon"
    withdraw_decision(company.store, signed_in(company.store, "ines.lindqvist"), request_id)
    answer(company, request_id, "ines.lindqvist")
    assert settle(company, request_id) == "approved"
    ines = signed_in(company.store, "ines.lindqvist")
    assert code_of(lambda: withdraw_decision(company.store, ines, request_id)) == "approval.acted_upon"
    assert "approval.withdrawn" in actions(company)


def test_nobody_takes_back_what_is_not_theirs(company: Company, request_id: str) -> None:
    answer(company, request_id, "ayse.kaya")
    mara = signed_in(company.store, "mara.voss")
    assert code_of(lambda: withdraw_decision(company.store, mara, request_id)) == "approval.nothing_to_withdraw"
    assert actions(company)[-1] == "approval.refused_attempt"


def test_handed_on_somebody_else_answers_in_the_persons_place_with_both_names(
    company: Company, request_id: str
) -> None:
    ayse = signed_in(company.store, "ayse.kaya")
    assert code_of(lambda: hand_on(company.store, ayse, request_id, "henrik.dahl", " ")) == "approval.no_reason"
    hand_on(company.store, ayse, request_id, "henrik.dahl", "He knows the machine.")
    assert waiting(company, "henrik.dahl") == [request_id]
    answer(company, request_id, "henrik.dahl")
    assert answers(company, request_id) == [("henrik.dahl", "ayse.kaya")]
    assert settle(company, request_id) == "approved"


@pytest.mark.behaviour("A10")
@pytest.mark.parametrize("delegate", ["mara.voss", "greta.holm"])
def test_it_is_not_handed_to_anybody_with_a_part_in_the_case(company: Company, request_id: str, delegate: str) -> None:
    take_part(company, asked(company, request_id).case, "greta.holm", Function.REQUESTED_PURCHASE)
    ayse = signed_in(company.store, "ayse.kaya")
    assert code_of(lambda: hand_on(company.store, ayse, request_id, delegate, "Away")) == "approval.segregation"


def test_only_whoever_can_decide_hands_it_on(company: Company, request_id: str) -> None:
    karl = signed_in(company.store, "karl.lindqvist")
    assert code_of(lambda: hand_on(company.store, karl, request_id, "henrik.dahl", "x")) == "approval.not_yours"


def test_of_several_answered_at_once_each_counts_by_itself(company: Company) -> None:
    requests = [company.pending(company.file()).request for _ in range(3)]
    items = [BulkItem(request=each.id, digest=each.digest) for each in requests]
    items[1] = items[1].model_copy(update={"digest": "0" * 64})
    results = record_decisions(company.store, signed_in(company.store, "ayse.kaya"), items, Outcome.APPROVE, "")
    assert [each.code for each in results] == ["", "approval.changed", ""]
    assert [settle(company, each.id) for each in requests] == ["approved", "pending", "approved"]


def test_two_of_a_role_are_two_people_and_the_third_comes_too_late(company: Company) -> None:
    publish_stages(company, b'["2 of managing_director", "2 of treasurer"]')
    request_id = company.pending(company.file()).request.id
    answer(company, request_id, "karl.lindqvist")
    assert settle(company, request_id) == "pending"
    assert code_of(lambda: answer(company, request_id, "karl.lindqvist")) == "approval.already_decided"
    answer(company, request_id, "astrid.lindqvist")
    assert settle(company, request_id) == "pending"
    for person in ("sofia.brandt", "marek.hansen"):
        answer(company, request_id, person)
    assert settle(company, request_id) == "approved"


@pytest.mark.behaviour("A6")
def test_stages_of_one_step_are_answered_in_any_order(company: Company) -> None:
    publish_stages(company, b'["cost_centre_owner + purchasing", "treasurer"]')
    request_id = company.pending(company.file()).request.id
    assert waiting(company, "ayse.kaya") == waiting(company, "piotr.nowak") == [request_id]
    assert waiting(company, "sofia.brandt") == []
    answer(company, request_id, "piotr.nowak")
    settle(company, request_id)
    answer(company, request_id, "ayse.kaya")
    settle(company, request_id)
    assert waiting(company, "sofia.brandt") == [request_id]
    answer(company, request_id, "marek.hansen")
    assert settle(company, request_id) == "approved"


@pytest.mark.behaviour("A6")
def test_each_owner_of_split_lines_is_asked_and_each_budget_is_reserved(company: Company) -> None:
    line = {"number": 1, "description": "Cable", "quantity": "1", "unit_price": "100"}
    case = company.file(lines=[line, line | {"number": 2, "unit_price": "200", "cost_centre": "3000"}])
    request_id = company.pending(case).request.id
    assert [stage.people for stage in asked(company, request_id).stages] == [("ayse.kaya",), ("henrik.dahl",)]
    assert actions(company).count("budget.reserved") == 2
    answer(company, request_id, "henrik.dahl")
    assert settle(company, request_id) == "pending"
    answer(company, request_id, "ayse.kaya")
    assert settle(company, request_id) == "approved"


def test_a_question_is_put_by_who_decides_and_answered_by_who_was_asked(company: Company, request_id: str) -> None:
    store = company.store
    assert code_of(lambda: ask(store, signed_in(store, "tom.behrens"), request_id, "Why?")) == "approval.not_yours"
    ask(store, signed_in(store, "ayse.kaya"), request_id, "Which machine?")
    with store.read() as connection:
        (question,) = questions_to(connection, TENANT, "mara.voss")
    assert code_of(lambda: ask(store, signed_in(store, "ayse.kaya"), request_id, "And?")) == "note.waiting"
    assert (
        code_of(lambda: answer_question(store, signed_in(store, "tom.behrens"), question.id, "x")) == "note.not_asked"
    )
    answer_question(store, signed_in(store, "mara.voss"), question.id, "The wire saw.")
    with store.read() as connection:
        assert questions_to(connection, TENANT, "mara.voss") == ()
        (answered,) = notes_of(connection, TENANT, request_id)
    assert (answered.text, answered.answer, answered.answered_by) == ("Which machine?", "The wire saw.", "mara.voss")


def test_a_comment_with_a_paper_belongs_to_the_case(company: Company, request_id: str) -> None:
    digest = company.files.put(TENANT, b"%PDF-1.7 offer")
    paper = Paper(sha256=digest, media_type="application/pdf", file_name="offer.pdf")
    comment(company.store, signed_in(company.store, "mara.voss"), request_id, "The offer", paper)
    with company.store.read() as connection:
        papers = documents(connection, TENANT, asked(company, request_id).case)
    assert [(each.sha256, each.file_name) for each in papers] == [(digest, "offer.pdf")]
    karl = signed_in(company.store, "sofia.brandt")
    assert code_of(lambda: comment(company.store, karl, request_id, "Hello")) == "note.foreign"


@pytest.mark.timeout(300)
def test_of_fifty_answers_at_once_exactly_one_counts_and_every_other_learns_who_decided(
    company: Company, folder: Path
) -> None:
    publish_stages(company, b'["managing_director"]')
    request_id = company.pending(company.file()).request.id
    people = ("karl.lindqvist", "astrid.lindqvist")
    said = [
        words
        for each in racing.race(racing.decide_often, folder, [f"{who} {request_id}" for who in people] * 5)
        for words in each
    ]
    assert len(said) == 50
    assert said.count("") == 1
    assert all(words.startswith("Already decided by ") for words in said if words)
    assert len(answers(company, request_id)) == 1
    assert actions(company).count("approval.refused_attempt") == 49
    assert verified(company.store).ok
