"""The portals in real Chromium: what a bot finds there, and the hazard of the repeated request."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pyotp
import pytest
from lxml import etree
from playwright.async_api import Browser, Error, FrameLocator, Page, Route, async_playwright

from sandbox.bank.ledger import payments
from sandbox.erp.ledger import postings
from sandbox.faults import Fault, set_fault
from sandbox.logins import read_credentials
from sandbox.portal_app import PortalSettings
from sandbox.submissions import submissions
from tests.sandbox.customers import RealTime

_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def bank_page(browser: Browser, bank_url: str, settings: PortalSettings, time: RealTime) -> Page:
    """The bank's frames, signed in."""
    credentials = read_credentials(settings.credentials_path)
    page = await browser.new_page()
    page.set_default_timeout(20_000)
    await page.goto(bank_url)
    await page.get_by_label("Anmeldename").fill(credentials.login)
    await page.get_by_label("PIN").fill(credentials.password)
    await page.get_by_role("button", name="Weiter").click()
    await page.get_by_label("TAN").fill(pyotp.TOTP(credentials.totp_secret).at(int(time.seconds)))
    await page.get_by_role("button", name="Anmelden").click()
    return page


def work_area(page: Page) -> FrameLocator:
    return page.frame_locator("frame[name=arbeitsbereich]")


def content(page: Page) -> FrameLocator:
    return work_area(page).frame_locator("frame[name=inhalt]")


async def go_to(page: Page, name: str) -> None:
    await work_area(page).frame_locator("frame[name=navigation]").get_by_role("link", name=name).click()


async def open_confirmation(page: Page) -> Page:
    """Enters a payment page by page and gives the pop-up window with the final button."""
    main = content(page)
    await go_to(page, "Neue Überweisung")
    pages: tuple[dict[str, str], ...] = (
        {},
        {"Empfänger": "Kabelwerk Ostsee AG", "IBAN": "DE26 2199 9800 0010 0001 01"},
        {"Betrag in EUR": "1.234,56"},
        {"Verwendungszweck": "RE-2026-00815", "End-to-End-Referenz": "TW00000000000001"},
    )
    for step, fields in enumerate(pages, start=1):
        await main.locator(".jetzt", has_text=f"{step} ").wait_for()
        for label, value in fields.items():
            await main.get_by_label(label, exact=True).fill(value)
        await main.get_by_role("button", name="Weiter").click()
    async with page.expect_popup() as opening:
        await main.get_by_role("button", name="Bestätigung öffnen").click()
    popup = await opening.value
    await popup.get_by_role("button", name="Auftrag ausführen").wait_for()
    return popup


async def test_a_payment_goes_through_frames_and_a_pop_up_window(bank_page: Page, settings: PortalSettings) -> None:
    popup = await open_confirmation(bank_page)
    assert await popup.get_by_role("row", name="Betrag").inner_text() == "Betrag\t1.234,56 EUR"
    await popup.get_by_role("button", name="Auftrag ausführen").click()
    await popup.get_by_role("heading", name="Auftrag angenommen").wait_for()
    await popup.close()

    await go_to(bank_page, "Auftragsliste")
    row = content(bank_page).get_by_role("row", name="TW00000000000001")
    assert "ausgeführt" in await row.inner_text()
    assert len(payments(settings.db_path)) == 2


async def test_a_statement_is_downloaded_out_of_the_frames(bank_page: Page, tmp_path: Path) -> None:
    await go_to(bank_page, "Kontoauszüge")
    async with bank_page.expect_download() as downloading:
        await content(bank_page).get_by_role("button", name="Herunterladen").click()
    download = await downloading.value
    await download.save_as(tmp_path / "statement.xml")
    assert str(etree.parse(tmp_path / "statement.xml").getroot().tag).endswith("camt.053.001.08}Document")


async def test_chromium_repeats_the_final_request_by_itself_when_the_connection_drops(
    bank_page: Page, settings: PortalSettings
) -> None:
    popup = await open_confirmation(bank_page)
    set_fault(settings.db_path, Fault.DROP_AFTER_ACCEPTING)

    await popup.get_by_role("button", name="Auftrag ausführen").click()

    await popup.get_by_role("heading", name="Auftrag angenommen").wait_for()
    assert [row["fault"] for row in submissions(settings.db_path)] == [Fault.DROP_AFTER_ACCEPTING, ""]
    assert [row["reference"] for row in payments(settings.db_path)][1:] == ["TW00000000000001"] * 2


async def test_one_fetch_without_retries_sends_the_final_request_once(
    bank_page: Page, settings: PortalSettings
) -> None:
    async def send_once(route: Route) -> None:
        with suppress(Error):
            await route.fetch(max_retries=0, max_redirects=0)
        await route.abort()

    popup = await open_confirmation(bank_page)
    await popup.route("**/zahlung/ausfuehren", send_once)
    set_fault(settings.db_path, Fault.DROP_AFTER_ACCEPTING)

    async with popup.expect_event("requestfailed"):
        await popup.get_by_role("button", name="Auftrag ausführen").click()

    assert len(submissions(settings.db_path)) == 1
    assert len(payments(settings.db_path)) == 2


async def test_an_invoice_is_keyed_into_the_grid_inside_the_frames(
    browser: Browser, erp_url: str, settings: PortalSettings
) -> None:
    credentials = read_credentials(settings.credentials_path)
    page = await browser.new_page()
    page.set_default_timeout(20_000)
    await page.goto(erp_url)
    await page.get_by_label("Benutzer").fill(credentials.login)
    await page.get_by_label("Kennwort").fill(credentials.password)
    await page.get_by_role("button", name="Anmelden").click()
    client_area = page.frame_locator("frame[name=mandant]")
    work = client_area.frame_locator("frame[name=arbeit]")
    await client_area.frame_locator("frame[name=menue]").get_by_role("link", name="Eingangsrechnung").click()
    header = {
        "Kreditor": "Kabelwerk Ostsee AG",
        "Rechnungsnummer": "RE-2026-00815",
        "Rechnungsdatum": "20.11.2026",
        "Fälligkeit": "20.12.2026",
        "Externe Referenz": "TW00000000000001",
        "Kostenstelle": "4000",
    }
    for label, value in header.items():
        await work.get_by_label(label).fill(value)
    await work.get_by_role("button", name="Weiter").click()

    grid = work.frame_locator("iframe[name=raster]")
    row = {"Konto": "4980", "Text": "Kabel", "Netto": "1.000,00", "Steuersatz": "19", "Steuer": "190,00"}
    for column, value in row.items():
        await grid.get_by_title(f"{column} Zeile 1", exact=True).fill(value)
    await grid.get_by_role("button", name="Übernehmen").click()
    await grid.get_by_role("row", name="Summe 1.000,00").wait_for()
    await work.get_by_role("button", name="Prüfen").click()
    set_fault(settings.db_path, Fault.DROP_AFTER_ACCEPTING)
    await work.get_by_role("button", name="Buchen").click()

    await work.get_by_text("Der Beleg wurde gebucht.").wait_for()
    assert [row["reference"] for row in postings(settings.db_path)][1:] == ["TW00000000000001"] * 2
