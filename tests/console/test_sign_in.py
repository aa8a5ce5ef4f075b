import pytest
from httpx import Client

from console.visit import local_path
from tests.console.browsing import Page
from tests.console.company import Company


@pytest.mark.behaviour("C1")
def test_a_person_signs_in_and_lands_on_the_inbox(page: Page) -> None:
    answer = page.sign_in("mara.voss")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Nothing waits for you." in page.open("/").text


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(page: Page) -> None:
    cookie = page.sign_in("mara.voss").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_wrong_password_is_refused_in_the_same_words_as_an_unknown_login(page: Page) -> None:
    answers = [
        page.client.post("/sign-in", data={"login": login, "password": "wrong"}) for login in ("mara.voss", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert all("do not fit" in answer.text for answer in answers)


@pytest.mark.behaviour("N2")
def test_a_link_of_a_message_leads_through_sign_in_to_its_page(page: Page, company: Company) -> None:
    company.file()
    asked = page.client.get("/approvals/AP-2026-0001", follow_redirects=False)
    assert asked.headers["location"] == "/sign-in?next=/approvals/AP-2026-0001"
    answer = page.sign_in("ayse.kaya", target="/approvals/AP-2026-0001")
    assert answer.headers["location"] == "/approvals/AP-2026-0001"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "",
    ],
)
def test_sign_in_leads_nowhere_else(page: Page, target: str) -> None:
    assert local_path(target) == "/"
    assert page.sign_in("mara.voss", target=target).headers["location"] == "/"


def test_after_signing_out_the_cookie_is_worth_nothing(page: Page) -> None:
    page.sign_in("mara.voss")
    token = page.client.cookies["tallywright_session"]
    assert page.send("/", {}, action="/sign-out").status_code == 303
    page.client.cookies.set("tallywright_session", token)
    assert page.client.get("/", follow_redirects=False).status_code == 303


def test_a_session_ends_by_itself(page: Page, company: Company) -> None:
    page.sign_in("mara.voss")
    company.clock.move(hours=12)
    assert page.client.get("/cases", follow_redirects=False).headers["location"] == "/sign-in?next=/cases"


def test_a_sign_in_form_of_another_site_is_refused(client: Client) -> None:
    form = {"login": "mara.voss", "password": "x"}
    assert client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/cases", "/orders", "/statements", "/requisitions/new", "/files/" + "0" * 64])
def test_without_sign_in_every_page_leads_to_it(client: Client, path: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert answer.headers["location"].startswith("/sign-in")


def test_a_live_list_of_an_ended_session_takes_the_browser_to_the_sign_in(client: Client) -> None:
    answer = client.get("/inbox/list", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in")
