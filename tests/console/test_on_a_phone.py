"""An approver between two meetings: hands on, asks, and decides in two presses, on a phone that stays signed in."""

import time

import pytest
from playwright.async_api import BrowserContext, ViewportSize, expect
from playwright.async_api import Page as Tab

from store.approvals import decisions_of
from tests.console.company import TENANT, Company
from tests.console.rule_grids import SignIn
from tests.store.asking import waiting

pytestmark = pytest.mark.behaviour("A11", "C1")
_PHONE = ViewportSize(width=390, height=844)
_SECONDS = 20
"""From opening the link to the recorded decision, a busy machine included; a person reads for some of it."""
_COUNT_PRESSES = """
addEventListener("pointerdown", () => {
  const before = Number(sessionStorage.getItem("presses") ?? 0);
  sessionStorage.setItem("presses", before + 1);
}, true);
"""


@pytest.fixture
def request_id(company: Company) -> str:
    """A purchase of Mara Voss that Ayşe Kaya has to approve."""
    return company.pending(company.file()).request.id


async def fits(tab: Tab) -> bool:
    return bool(await tab.evaluate("document.documentElement.scrollWidth") <= _PHONE["width"])


@pytest.mark.behaviour("N2")
async def test_on_a_device_that_stays_signed_in_the_link_leads_to_a_decision_in_two_presses(
    sign_in: SignIn, company: Company, request_id: str
) -> None:
    remembered = (await sign_in("ayse.kaya", "/", _PHONE)).context
    tab = await _opened(remembered)
    began = time.monotonic()
    await tab.goto(f"/approvals/{request_id}")
    await tab.get_by_text("Approve", exact=True).click()
    await tab.get_by_role("button", name="Yes, approve 2,405.40").click()
    await expect(tab.get_by_text("Your decision is recorded.")).to_be_visible()
    assert time.monotonic() - began < _SECONDS
    assert await tab.evaluate("Number(sessionStorage.getItem('presses'))") == 2
    with company.store.read() as view:
        assert [each.person for each in decisions_of(view, TENANT, request_id)] == ["ayse.kaya"]


async def _opened(remembered: BrowserContext) -> Tab:
    tab = await remembered.new_page()
    await tab.add_init_script(_COUNT_PRESSES)
    return tab


@pytest.mark.behaviour("A7", "A10")
async def test_an_approver_hands_one_on_and_sees_who_may_not_have_it(
    sign_in: SignIn, company: Company, request_id: str
) -> None:
    ayse = await sign_in("ayse.kaya", f"/approvals/{request_id}", _PHONE)
    await ayse.get_by_text("Hand on", exact=True).click()
    await expect(ayse.get_by_text("Whoever requested the purchase may not approve the purchase.")).to_be_visible()
    whom = ayse.get_by_label("To whom")
    assert await whom.get_by_role("option", name="Mara Voss").is_disabled()
    await whom.select_option("Henrik Dahl")
    await ayse.get_by_label("Why", exact=True).fill("He knows the machine.")
    assert await fits(ayse)
    await ayse.get_by_role("button", name="Hand this one on").click()
    await expect(ayse.get_by_label("To whom")).to_be_hidden()
    henrik = await sign_in("henrik.dahl", "/", _PHONE)
    await henrik.get_by_text("Shielded cable for the December series").click()
    await henrik.get_by_text("Approve", exact=True).click()
    await henrik.get_by_role("button", name="Yes, approve").click()
    await expect(henrik.get_by_text("Henrik Dahl (Ayşe Kaya)")).to_be_visible()


async def test_a_question_is_asked_and_answered_between_two_phones(
    sign_in: SignIn, company: Company, request_id: str
) -> None:
    ayse = await sign_in("ayse.kaya", f"/approvals/{request_id}", _PHONE)
    await ayse.get_by_text("Ask a question", exact=True).click()
    await ayse.get_by_label("What you want to know").fill("Which machine is it for?")
    assert await fits(ayse)
    await ayse.get_by_role("button", name="Ask; the clock stands still").click()
    await expect(ayse.get_by_text("Waits for an answer")).to_be_visible()
    mara = await sign_in("mara.voss", "/", _PHONE)
    await mara.get_by_text("Shielded cable for the December series").click()
    await mara.get_by_label("Your answer").fill("The wire saw.")
    await mara.get_by_role("button", name="Answer", exact=True).click()
    await expect(mara.get_by_text("The wire saw.")).to_be_visible()
    await ayse.reload()
    await expect(ayse.get_by_text("The wire saw.")).to_be_visible()
    assert waiting(company, "ayse.kaya") == [request_id]


@pytest.mark.behaviour("A7")
async def test_an_absence_is_entered_on_a_phone_and_what_waits_moves(
    sign_in: SignIn, company: Company, request_id: str
) -> None:
    ayse = await sign_in("ayse.kaya", "/absence", _PHONE)
    await expect(ayse.get_by_text("1 of 1: Whoever requested the purchase")).to_be_visible()
    await ayse.get_by_label("Who stands in").select_option("Henrik Dahl")
    await ayse.get_by_label("Until").fill("2026-11-09T08:00")
    assert await fits(ayse)
    await ayse.get_by_role("button", name="Record it").click()
    await expect(ayse.get_by_text("Who answers for me")).to_be_visible()
    assert waiting(company, "henrik.dahl") == [request_id]


async def test_a_portal_is_paused_on_a_phone_with_the_button_right_below_its_reason(
    sign_in: SignIn, payment: str
) -> None:
    tab = await sign_in("sofia.brandt", "/bots", _PHONE)
    form = tab.locator("#pause-sandbox-bank")
    await form.get_by_text("Pause", exact=True).click()
    field, button = await form.get_by_role("textbox").bounding_box(), await form.get_by_role("button").bounding_box()
    assert field and button
    assert 0 < button["y"] - field["y"] - field["height"] < 30
    assert await fits(tab)
