import re

import pytest

from tests.console.browsing import Page
from tests.console.company import Company
from tests.console.stories import two_stage

pytestmark = pytest.mark.behaviour("A11")


@pytest.fixture
def request_path(company: Company) -> str:
    return f"/approvals/{company.pending(company.file()).request.id}"


def test_a_question_reaches_whoever_asked_and_its_answer_stands_on_the_page(
    company: Company, page: Page, request_path: str
) -> None:
    page.sign_in("ayse.kaya")
    asked = page.send(request_path, {"text": "Which machine?", "addressee": ""}, action=f"{request_path}/question")
    assert asked.headers["location"] == f"{request_path}?noted=1"
    assert "the clock stands still" in page.open(request_path).text
    page.sign_in("mara.voss")
    assert "To answer" in page.open("/").text
    answer = re.search(rf'action="({request_path}/answer/\w+)"', page.open(request_path).text)
    assert answer is not None
    page.send(request_path, {"text": "The wire saw."}, action=answer[1])
    assert "The wire saw." in page.open(request_path).text
    assert "Nothing waits for you." in page.open("/").text


def test_sent_back_it_comes_again_with_an_explanation(company: Company, page: Page, request_path: str) -> None:
    page.sign_in("ayse.kaya")
    page.send(request_path, {"outcome": "send_back", "comment": "Too vague."})
    company.settle(request_path.rpartition("/")[2])
    page.sign_in("mara.voss")
    assert "This came back to you" in page.open(request_path).text
    page.send(request_path, {"text": "For the December series."}, action=f"{request_path}/resubmit")
    page.sign_in("ayse.kaya")
    assert "To decide" in page.open("/").text


@pytest.mark.behaviour("A7")
def test_handed_on_it_stands_in_the_other_persons_inbox_and_both_names_on_the_page(
    company: Company, page: Page, request_path: str
) -> None:
    page.sign_in("ayse.kaya")
    page.send(request_path, {"delegate": "henrik.dahl", "text": "He knows it."}, action=f"{request_path}/hand-on")
    page.sign_in("henrik.dahl")
    page.send(request_path, {"outcome": "approve", "comment": ""})
    assert "Henrik Dahl (Ayşe Kaya)" in page.open(request_path).text


@pytest.mark.behaviour("A10")
def test_who_may_not_have_it_is_shown_with_the_reason_before_anybody_is_chosen(
    company: Company, page: Page, request_path: str
) -> None:
    page.sign_in("ayse.kaya")
    text = page.open(request_path).text
    assert '<option value="" disabled>Mara Voss</option>' in text
    assert "<strong>Mara Voss</strong> Whoever requested the purchase may not approve the purchase." in text
    assert '<option value="henrik.dahl">Henrik Dahl</option>' in text
    company.file("henrik.dahl")
    away = page.open("/absence").text
    for name in ("Mara Voss", "Henrik Dahl"):
        assert f"<strong>{name}</strong> 1 of 2: Whoever requested the purchase" in away
    page.send("/", {"language": "zh", "back": "/"}, action="/language")
    assert "凡申请了采购的人，不得批准该采购。" in page.open(request_path).text


@pytest.mark.behaviour("A7", "A10")
def test_whoever_passed_it_on_or_answered_before_is_not_to_be_chosen_again(company: Company, page: Page) -> None:
    server = {"number": 1, "description": "Server", "quantity": "2", "unit_price": "4000.00"}
    case = company.file(category="it", lines=[server])
    path = f"/approvals/{company.pending(case).request.id}"
    page.sign_in("piotr.nowak")
    page.send(path, {"outcome": "approve", "comment": ""})
    page.sign_in("ayse.kaya")
    assert "<strong>Piotr Nowak</strong> Nobody answers a request twice" in page.open(path).text
    sent = page.send(path, {"delegate": "piotr.nowak", "text": "Away"}, action=f"{path}/hand-on")
    assert (sent.status_code, "Nobody answers a request twice" in sent.text) == (422, True)
    page.send(path, {"delegate": "henrik.dahl", "text": "Away"}, action=f"{path}/hand-on")
    page.sign_in("henrik.dahl")
    assert "<strong>Ayşe Kaya</strong> It would come back to somebody" in page.open(path).text


def test_an_answer_is_taken_back_on_the_page(company: Company, page: Page) -> None:
    path = f"/approvals/{company.pending(two_stage(company)).request.id}"
    page.sign_in("henrik.dahl")
    assert "Take my answer back" in page.open(path).text
    page.send(path, {}, action=f"{path}/withdraw")
    assert "Take my answer back" not in page.open(path).text


def test_a_comment_with_anything_but_a_paper_or_a_picture_is_refused(page: Page, request_path: str) -> None:
    page.sign_in("ayse.kaya")
    form = {"csrf_token": re.findall(r'name="csrf_token" value="(\w+)"', page.open(request_path).text)[0], "text": "x"}
    for content, status in ((b"MZ executable", 422), (b"%PDF-1.7 offer", 303)):
        sent = page.client.post(
            f"{request_path}/comment", data=form, files={"file": ("offer.pdf", content)}, follow_redirects=False
        )
        assert (sent.status_code == 303) is (status == 303)
    assert "offer.pdf" in page.open(request_path).text


@pytest.mark.behaviour("A7")
def test_an_absence_is_entered_and_ended_on_its_page(company: Company, page: Page, request_path: str) -> None:
    page.sign_in("ayse.kaya")
    wrong = page.send("/absence", {"delegate": "henrik.dahl", "starts_at": "soon", "ends_at": ""})
    assert (wrong.status_code, "Give both days with a time" in wrong.text) == (422, True)
    days = {"starts_at": "2026-11-02T00:00", "ends_at": "2026-11-09T00:00", "subject": "purchase", "limit": "5000"}
    assert page.send("/absence", {"delegate": "henrik.dahl", **days}).status_code == 303
    shown = page.open("/absence").text
    assert "Henrik Dahl" in shown and "5,000.00" in shown
    page.sign_in("henrik.dahl")
    assert request_path in page.open("/").text
    assert "For whom I answer" in page.open("/absence").text
    end = re.search(r'action="(/absence/\w+/end)"', page.open("/absence").text)
    assert end is not None
    page.send("/absence", {}, action=end[1])
    assert request_path not in page.open("/").text
