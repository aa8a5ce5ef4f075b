import logging
from typing import NoReturn

import pytest
from httpx import Client

from console.errors import status_of
from store.unit_of_work import Store
from tests.console.browsing import Api, Page


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("sign_in.refused", 401),
        ("right.missing", 403),
        ("order.unknown", 404),
        ("approval.already_decided", 409),
        ("task.already_resolved", 409),
        ("requisition.key_reused", 409),
        ("approval.changed", 422),
    ],
)
def test_a_business_errors_code_has_its_status(code: str, status: int) -> None:
    assert status_of(code) == status


def test_an_address_that_leads_nowhere_is_said_in_plain_words(page: Page) -> None:
    page.sign_in("mara.voss")
    answer = page.open("/nothing")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert "Go to the inbox" in answer.text


def test_a_missing_right_is_said_with_the_way_on(page: Page) -> None:
    page.sign_in("mara.voss")
    answer = page.open("/statements")
    assert answer.status_code == 403
    assert "ask an administrator" in answer.text


def test_a_failure_shows_nothing_of_its_inside_and_is_logged(
    page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page.sign_in("mara.voss")

    def broken(_: Store) -> NoReturn:
        raise RuntimeError("disk /var/secret is full")

    monkeypatch.setattr(Store, "read", broken)
    with caplog.at_level(logging.ERROR):
        answer = page.open("/cases")
    assert answer.status_code == 500
    assert "Something failed on our side" in answer.text
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "GET /cases failed" in caplog.text


def test_the_api_answers_in_problem_json(api: Api) -> None:
    answer = api.get("/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_it_says_that_it_lives(client: Client) -> None:
    assert client.get("/healthz").json() == {"ok": True}
