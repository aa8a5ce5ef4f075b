"""What a person does on a phone, in a real browser."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page as Tab
from playwright.async_api import ViewportSize, async_playwright, expect

from console.app import STATIC
from sandbox.company import SANDBOX_PASSWORD
from store.approvals import decisions_of
from store.portal_queue import pause_portal
from tests.console.company import TENANT, Company
from tests.console.stories import paid, price_differs, releasing

_PHONE = ViewportSize(width=390, height=844)
_HTMX = STATIC / "vendor" / "htmx.min.js"


@pytest.fixture
async def tab(console_url: str) -> AsyncIterator[Tab]:
    """A phone's browser. A violation of the content security policy fails the test."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=shutil.which("chromium"))
        context = await browser.new_context(viewport=_PHONE, base_url=console_url, has_touch=True)
        opened = await context.new_page()
        violations: list[str] = []
        opened.on(
            "console", lambda line: violations.append(line.text) if "Content Security Policy" in line.text else None
        )
        yield opened
        await browser.close()
        assert not violations


async def _sign_in(tab: Tab, person: str, path: str = "/") -> None:
    await tab.goto(path)
    await tab.get_by_label("Login").fill(person)
    await tab.get_by_label("Password").fill(SANDBOX_PASSWORD)
    await tab.get_by_label("Password").press("Enter")
    await tab.get_by_role("main").wait_for()


@pytest.mark.behaviour("C1", "A11", "A12")
async def test_an_approver_follows_the_link_and_decides_in_two_presses(tab: Tab, company: Company) -> None:
    request = company.pending(company.file()).request
    await _sign_in(tab, "ayse.kaya", f"/approvals/{request.id}")
    for shown in ("Approve", "Reject"):
        await expect(tab.get_by_text(shown, exact=True)).to_be_in_viewport()
    await expect(tab.get_by_text("Why this came to you")).to_be_in_viewport()
    await tab.get_by_text("Approve", exact=True).tap()
    await tab.get_by_role("button", name="Yes, approve").tap()
    await expect(tab.get_by_text("Your decision is recorded.")).to_be_visible()
    with company.store.read() as view:
        assert [answer.person for answer in decisions_of(view, TENANT, request.id)] == ["ayse.kaya"]


@pytest.mark.behaviour("C1")
async def test_the_keyboard_alone_is_enough_to_reject(tab: Tab, company: Company) -> None:
    request = company.pending(company.file()).request
    await _sign_in(tab, "ayse.kaya", f"/approvals/{request.id}")
    await tab.locator("details.reject summary").focus()
    await tab.keyboard.press("Enter")
    await tab.keyboard.press("Tab")
    await tab.keyboard.type("We have three in store.")
    await tab.keyboard.press("Tab")
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_text("Your decision is recorded.")).to_be_visible()
    await expect(tab.get_by_text("We have three in store.")).to_be_visible()


@pytest.mark.behaviour("C1")
async def test_no_page_is_wider_than_a_phone(tab: Tab, company: Company) -> None:
    paid(company, b"picture")
    case = price_differs(company)
    request = company.pending(releasing(company)).request.id
    await _sign_in(tab, "sofia.brandt")
    pages = ("/", "/cases?state=all", f"/cases/{case}", "/cases/PR-2026-0001", "/orders", "/orders/PO-2026-0002")
    for path in (*pages, "/statements", f"/approvals/{request}", "/nothing"):
        await tab.goto(path)
        assert await tab.evaluate("document.documentElement.scrollWidth") <= _PHONE["width"], path


@pytest.mark.behaviour("C1")
async def test_what_is_new_appears_by_itself(tab: Tab, company: Company) -> None:
    assert _HTMX.exists(), "install htmx with `make setup`"
    await _sign_in(tab, "ayse.kaya")
    await expect(tab.get_by_text("Nothing waits for you.")).to_be_visible()
    company.file()
    await expect(tab.get_by_text("Shielded cable for the December series")).to_be_visible(timeout=20_000)


async def test_lines_are_added_in_place(tab: Tab) -> None:
    assert _HTMX.exists(), "install htmx with `make setup`"
    await _sign_in(tab, "mara.voss", "/requisitions/new")
    await tab.get_by_label("What for").fill("Cable")
    await tab.get_by_role("button", name="Add a line").tap()
    await expect(tab.get_by_text("Line 2", exact=True).first).to_be_visible()
    await expect(tab.get_by_label("What for")).to_have_value("Cable")


@pytest.mark.behaviour("R4", "C1")
async def test_the_queues_move_by_themselves_and_leave_open_what_somebody_is_filling(
    tab: Tab, company: Company, payment: str
) -> None:
    assert _HTMX.exists(), "install htmx with `make setup`"
    await _sign_in(tab, "sofia.brandt", "/bots")
    assert await tab.evaluate("document.documentElement.scrollWidth") <= _PHONE["width"]
    await tab.get_by_text("Change the order").tap()
    await tab.get_by_label("Priority").select_option("Low")
    pause_portal(company.store, company.signed_in("marek.hansen"), "sandbox-bank", "The bank's holiday")
    await expect(tab.get_by_text("The bank's holiday")).to_be_visible(timeout=20_000)
    await expect(tab.get_by_label("Priority")).to_have_value("3")
    await tab.get_by_role("button", name="Set priority").tap()
    await expect(tab.get_by_text("Low", exact=True).first).to_be_visible()
    await expect(tab.get_by_text(payment)).to_be_visible()
