from queue import Queue

import pytest

from models.payment import AttemptState
from store.intents import last_attempt
from store.tasks import Task, tasks_of_case
from tests.console.browsing import Page, hidden_fields
from tests.console.company import TENANT, Company
from tests.console.stories import price_differs


def _task(company: Company, case: str) -> Task:
    with company.store.read() as view:
        return tasks_of_case(view, TENANT, case)[0]


@pytest.mark.behaviour("C1")
def test_a_task_says_what_happened_and_what_may_be_done(page: Page, company: Company) -> None:
    task = _task(company, price_differs(company))
    page.sign_in("piotr.nowak")
    assert f"/tasks/{task.id}" in page.open("/").text
    html = page.open(f"/tasks/{task.id}").text
    for shown in ("46.20 EUR", "51.80 EUR", "Accept the difference", "Send back to the vendor", "PO-2026-0001"):
        assert shown in html


def test_an_answer_settles_the_task_and_the_workflows_are_told(
    page: Page, company: Company, delivered: Queue[str]
) -> None:
    case = price_differs(company)
    task = _task(company, case)
    page.sign_in("piotr.nowak")
    form = {"resolution": "accept_variance", "comment": "New price list of October."}
    assert page.send(f"/tasks/{task.id}", form).status_code == 303
    settled = _task(company, case)
    assert (settled.resolution, settled.resolved_by) == ("accept_variance", "piotr.nowak")
    assert delivered.get(timeout=10) == "told"
    assert "New price list of October." in page.open(f"/tasks/{task.id}").text


def test_an_answer_without_a_reason_keeps_the_page(page: Page, company: Company) -> None:
    case = price_differs(company)
    task = _task(company, case)
    page.sign_in("piotr.nowak")
    answer = page.send(f"/tasks/{task.id}", {"resolution": "reject", "comment": " "})
    assert (answer.status_code, "Say in a few words why" in answer.text) == (422, True)
    assert _task(company, case).state == "open"


def test_an_answer_that_is_not_offered_keeps_what_was_typed(page: Page, company: Company) -> None:
    task = _task(company, price_differs(company))
    page.sign_in("piotr.nowak")
    for resolution in ("cancel", "burn"):
        answer = page.send(f"/tasks/{task.id}", {"resolution": resolution, "comment": "Because."})
        assert (answer.status_code, "Because." in answer.text) == (422, True)


def test_who_lacks_the_role_is_offered_nothing_and_refused(page: Page, company: Company) -> None:
    case = price_differs(company)
    task = _task(company, case)
    page.sign_in("lin.yue")
    page.client.cookies.set("tallywright_language", "en")
    assert "Your answer" not in page.open(f"/tasks/{task.id}").text
    answer = page.send(f"/tasks/{task.id}", {"resolution": "accept_variance", "comment": "Please."})
    assert (answer.status_code, "It takes the role purchasing." in answer.text) == (403, True)
    assert _task(company, case).state == "open"


def test_the_second_answer_is_told_that_it_is_settled(page: Page, company: Company) -> None:
    task = _task(company, price_differs(company))
    page.sign_in("piotr.nowak")
    form = {"resolution": "accept_variance", "comment": "Fine."}
    codes = [page.send(f"/tasks/{task.id}", form).status_code for _ in range(2)]
    assert codes == [303, 409]


@pytest.mark.behaviour("R10", "C1")
def test_a_stuck_bots_task_shows_the_intent_and_what_the_last_look_saw(page: Page, stuck: Task) -> None:
    page.sign_in("marek.hansen")
    html = page.open(f"/tasks/{stuck.id}").text
    for shown in ("Delta Sensoriek", "4,414.90", "Our reference there", "2 rows of that amount", "17", "I take over"):
        assert (shown in html) == (shown != "I take over"), shown


@pytest.mark.behaviour("R10")
def test_done_with_a_file_waits_for_a_second_person_who_sees_the_file_and_confirms(
    page: Page, company: Company, stuck: Task
) -> None:
    path = f"/tasks/{stuck.id}"
    page.sign_in("marek.hansen")
    form = {**hidden_fields(page.open(path).text), "resolution": "done", "comment": "Telephoned.", "proof": ""}
    refused = page.client.post(path, data=form, files={"proof_file": ("x.exe", b"MZ")}, follow_redirects=False)
    assert (refused.status_code, "Only a PDF" in refused.text) == (422, True)
    advice = {"proof_file": ("../advice.pdf", b"%PDF-1.7 advice")}
    sent = page.client.post(path, data=form, files=advice, follow_redirects=False)
    assert sent.headers["location"] == f"{path}?recorded=proposed"
    assert page.open(f"{path}/proof").status_code == 404, "who proposed it confirms nothing"
    page.sign_in("ines.lindqvist")
    assert path in page.open("/").text, "it waits in her inbox"
    assert "Confirm" in page.open(path).text
    proof = page.open(f"{path}/proof")
    assert (proof.content, "attachment" in proof.headers["content-disposition"]) == (b"%PDF-1.7 advice", True)
    answer = {"comment": "I see it, too.", "agreed": "yes"}
    assert page.send(path, answer, f"{path}/second").status_code == 303
    with company.store.read() as view:
        attempt = last_attempt(view, TENANT, stuck.subject_id)
    assert attempt is not None and attempt.state is AttemptState.EXECUTED


@pytest.mark.behaviour("R10")
def test_done_without_proof_keeps_the_page_with_what_was_typed(page: Page, stuck: Task) -> None:
    page.sign_in("marek.hansen")
    answer = page.send(f"/tasks/{stuck.id}", {"resolution": "done", "comment": "Telephoned.", "proof": " "})
    assert (answer.status_code, "Give the proof" in answer.text, "Telephoned." in answer.text) == (422, True, True)


@pytest.mark.behaviour("R10")
def test_a_declined_answer_is_open_to_another(page: Page, stuck: Task) -> None:
    path = f"/tasks/{stuck.id}"
    page.sign_in("marek.hansen")
    page.send(path, {"resolution": "not_done", "comment": "The bank says no.", "proof": ""})
    page.sign_in("karl.lindqvist")
    assert page.send(path, {"comment": " ", "agreed": "no"}, f"{path}/second").status_code == 422
    assert page.send(path, {"comment": "I doubt it.", "agreed": "no"}, f"{path}/second").status_code == 303
    page.sign_in("marek.hansen")
    assert "Your answer" in page.open(path).text
