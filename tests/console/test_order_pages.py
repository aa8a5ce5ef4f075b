import pytest

from tests.console.browsing import Page
from tests.console.company import Company
from tests.console.stories import ordered


def _received(company: Company, order: str) -> list[str]:
    return [str(line.received) for line in company.lines(order)]


@pytest.mark.behaviour("C1")
def test_part_of_an_order_is_taken_in_and_the_rest_later(page: Page, company: Company) -> None:
    _, order = ordered(company)
    page.sign_in("tom.behrens")
    assert f"/orders/{order}" in page.open("/orders").text
    action = f"/orders/{order}/receipts"
    first = page.send(f"/orders/{order}", {"quantity-1": "7", "quantity-2": "", "do": "typed"}, action)
    assert first.status_code == 303
    assert _received(company, order) == ["7", "0"]
    assert page.send(f"/orders/{order}", {"do": "all"}, action).status_code == 303
    assert _received(company, order) == ["12", "6"]
    assert "Came in now" not in page.open(f"/orders/{order}").text


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("13", "13 is more than the 12 still to come"), ("a dozen", "write a number"), ("-1", "write a number")],
)
def test_a_wrong_quantity_stands_beside_its_line(page: Page, company: Company, typed: str, problem: str) -> None:
    _, order = ordered(company)
    page.sign_in("tom.behrens")
    answer = page.send(f"/orders/{order}", {"quantity-1": typed}, f"/orders/{order}/receipts")
    assert answer.status_code == 422
    assert problem in answer.text
    assert f'value="{typed}"' in answer.text
    assert _received(company, order) == ["0", "0"]


def test_an_empty_receipt_is_refused(page: Page, company: Company) -> None:
    _, order = ordered(company)
    page.sign_in("tom.behrens")
    answer = page.send(f"/orders/{order}", {}, f"/orders/{order}/receipts")
    assert (answer.status_code, "how much came in" in answer.text) == (422, True)


def test_the_same_receipt_sent_twice_counts_once(page: Page, company: Company) -> None:
    _, order = ordered(company)
    page.sign_in("tom.behrens")
    form = {"quantity-1": "5", "key": "0123456789abcdef"}
    for _ in range(2):
        page.send(f"/orders/{order}", form, f"/orders/{order}/receipts")
    assert _received(company, order) == ["5", "0"]


def test_an_order_that_is_not_there_is_said_so(page: Page) -> None:
    page.sign_in("tom.behrens")
    answer = page.open("/orders/PO-2026-9999")
    assert (answer.status_code, "There is no such order" in answer.text) == (404, True)


def test_reloading_after_a_refused_receipt_leads_back_to_the_order(page: Page, company: Company) -> None:
    _, order = ordered(company)
    page.sign_in("tom.behrens")
    answer = page.client.get(f"/orders/{order}/receipts", follow_redirects=False)
    assert answer.headers["location"] == f"/orders/{order}"
