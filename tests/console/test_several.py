"""Several approvals at once: each shown, each recorded by itself, each refusal told."""

from decimal import Decimal
from queue import Queue

import pytest
from playwright.async_api import ViewportSize, expect

from store.approvals import decisions_of, request_of
from store.second_factor import ask_above
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.console.rule_grids import SignIn

pytestmark = pytest.mark.behaviour("A11")
_PHONE = ViewportSize(width=390, height=844)


@pytest.fixture
def requests(company: Company) -> list[str]:
    """Three purchases that wait for Ayşe Kaya."""
    return [company.pending(company.file()).request.id for _ in range(3)]


def decided(company: Company, request: str) -> list[str]:
    with company.store.read() as view:
        return [answer.outcome for answer in decisions_of(view, TENANT, request)]


def choice(company: Company, *requests: str) -> list[str]:
    with company.store.read() as view:
        return [f"{each}:{request_of(view, TENANT, each).request.digest}" for each in requests]


async def test_an_approver_chooses_some_on_a_phone_and_decides_them_together(
    sign_in: SignIn, company: Company, requests: list[str]
) -> None:
    tab = await sign_in("ayse.kaya", "/", _PHONE)
    await tab.get_by_role("link", name="Decide several").click()
    boxes = tab.get_by_role("checkbox")
    await expect(boxes).to_have_count(3)
    await boxes.nth(0).check()
    await boxes.nth(2).check()
    await expect(tab.get_by_text("2 / 3 · 4,810.80 EUR")).to_be_visible()
    await tab.get_by_text("Approve", exact=True).click()
    await tab.get_by_role("button", name="Yes, approve the chosen").click()
    await expect(tab.get_by_text("2 decisions are recorded.")).to_be_visible()
    await expect(boxes).to_have_count(1)
    assert sorted(len(decided(company, each)) for each in requests) == [0, 1, 1]


def test_each_of_them_stands_there_with_what_is_decided(page: Page, requests: list[str]) -> None:
    page.sign_in("ayse.kaya")
    text = page.open("/approvals/several").text.replace("\u00a0", " ")
    assert text.count("2,405.40 EUR") == 3
    for shown in ("Kabelwerk Ostsee AG", "Production (4000)", "Shielded cable", *requests):
        assert shown in text


def test_what_has_changed_since_is_refused_and_the_others_count(
    page: Page, company: Company, requests: list[str], delivered: Queue[str]
) -> None:
    page.sign_in("ayse.kaya")
    stale = f"{requests[0]}:{64 * '0'}"
    answer = page.send("/approvals/several", {"outcome": "approve", "chosen": [stale, *choice(company, requests[1])]})
    assert "1 decision is recorded." in answer.text
    assert "What you saw has changed since" in answer.text
    assert [decided(company, each) for each in requests] == [[], ["approve"], []]
    assert delivered.get(timeout=10) == "told"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"outcome": "approve"}, "Choose at least one of them."),
        ({"outcome": "reject", "chosen": "all"}, "A rejection needs a reason"),
    ],
)
def test_without_a_choice_or_a_reason_nothing_is_recorded(
    page: Page, company: Company, requests: list[str], sent: dict[str, object], told: str
) -> None:
    page.sign_in("ayse.kaya")
    chosen = {"chosen": choice(company, *requests)} if "chosen" in sent else {}
    answer = page.send("/approvals/several", sent | chosen)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert [decided(company, each) for each in requests] == [[], [], []]


@pytest.mark.behaviour("N2")
def test_above_the_amount_each_waits_for_a_passkey(page: Page, company: Company, requests: list[str]) -> None:
    ask_above(company.store, company.signed_in("ines.lindqvist"), Decimal(1))
    page.sign_in("ayse.kaya")
    answer = page.send("/approvals/several", {"outcome": "approve", "chosen": choice(company, *requests)})
    assert answer.text.count("Above 1 an approval wants your passkey") == 3
    assert "/account/proof?next=/approvals/several" in answer.text
    assert [decided(company, each) for each in requests] == [[], [], []]


def test_whoever_has_nothing_to_decide_is_told_so(page: Page) -> None:
    page.sign_in("ayse.kaya")
    assert "Nothing waits for you." in page.open("/approvals/several").text
