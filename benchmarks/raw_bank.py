"""The honest floor of a bot: a Playwright script that clicks through the stand-in bank, and nothing else."""

from dataclasses import dataclass

from playwright.async_api import Browser, FrameLocator, Page

from models.portal import PaymentOrder
from sandbox.german import format_amount


@dataclass(frozen=True)
class RawBank:
    """The pages of the bank at `url` in `page`. With `pictures` it takes those that the bot takes."""

    page: Page
    url: str
    pictures: bool

    @property
    def content(self) -> FrameLocator:
        return self._area.frame_locator("frame[name=inhalt]")

    @property
    def _area(self) -> FrameLocator:
        return self.page.frame_locator("frame[name=arbeitsbereich]")

    async def sign_in(self, login: str, password: str, code: str) -> None:
        await self.page.goto(f"{self.url}/anmeldung")
        await self.page.get_by_label("Anmeldename").fill(login)
        await self.page.get_by_label("PIN").fill(password)
        await self.page.get_by_role("button", name="Weiter").click()
        await self.page.get_by_label("TAN").fill(code)
        await self.page.get_by_role("button", name="Anmelden").click()
        await self.content.get_by_role("heading", name="Kontenübersicht").wait_for()
        await self._picture(self.page)

    async def enter(self, order: PaymentOrder) -> None:
        content = self.content
        await self._area.frame_locator("frame[name=navigation]").get_by_role("link", name="Neue Überweisung").click()
        await content.get_by_label("Auftraggeberkonto").select_option(order.payer_iban)
        await self._next()
        await content.get_by_label("Empfänger", exact=True).fill(order.payee.holder)
        await content.get_by_label("IBAN", exact=True).fill(order.payee.iban)
        await content.get_by_label("BIC", exact=True).fill(order.payee.bic)
        await self._next()
        await content.get_by_label("Betrag in EUR").fill(format_amount(order.amount.amount))
        await self._next()
        await content.get_by_label("Verwendungszweck").fill(order.remittance)
        await content.get_by_label("End-to-End-Referenz").fill(order.reference)
        await content.get_by_label("Ausführungsdatum").fill(order.execution_date.strftime("%d.%m.%Y"))
        await self._picture(self.page)

    async def open_confirmation(self) -> Page:
        await self._next()
        async with self.page.expect_popup() as opened:
            await self.content.get_by_role("button", name="Bestätigung öffnen").click()
        window = await opened.value
        await window.get_by_role("button", name="Auftrag ausführen").wait_for()
        return window

    async def press(self, window: Page) -> str:
        """The bank's order number."""
        await self._picture(window)
        await window.get_by_role("button", name="Auftrag ausführen").click()
        await window.get_by_text("Ihr Auftrag wurde angenommen").wait_for()
        await self._picture(window)
        return await window.get_by_role("row", name="Auftragsnummer").get_by_role("cell").last.inner_text()

    async def _next(self) -> None:
        await self.content.get_by_role("button", name="Weiter").click()

    async def _picture(self, page: Page) -> None:
        if self.pictures:
            await page.screenshot(full_page=True)


async def opened(chromium: Browser, url: str, *, pictures: bool) -> RawBank:
    context = await chromium.new_context(viewport={"width": 1280, "height": 960})
    return RawBank(await context.new_page(), url, pictures)
