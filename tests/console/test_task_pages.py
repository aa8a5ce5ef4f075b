from queue import Queue

import pytest

from store.tasks import Task, tasks_of_case
from tests.console.browsing import Page
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
