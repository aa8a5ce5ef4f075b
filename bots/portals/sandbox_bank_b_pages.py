"""The pages of the sandbox's second bank as a clerk sees them, whichever of the two logins is used."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from playwright.async_api import Locator, Page

from bots.downloads import download
from bots.locators import shown_fields, shown_rows
from bots.notices import Notices
from bots.portal import PortalAccess
from bots.probing import ListReading, Match, read_list
from bots.readback import Account, ConfirmationReading, Expectations, Sum, contradiction, numbered
from bots.session import Session
from bots.sign_in import PasswordPage, sign_in
from bots.uploads import Upload
from bots.ways import Sought, button, field, link, list_page
from models.errors import BusinessError
from models.money import Money
from models.party import PayeeAccount
from models.portal import Download, PortalState

DATE_SPELLING = "%d.%m.%Y"
NOTICES = Notices(".meldung", "h1", frozenset({"Wartungsarbeiten", "Sitzung abgelaufen"}))
SIGN_IN = PasswordPage(
    "/login",
    "/start",
    "Teilnehmer",
    "Kennwort",
    "Willkommen im Firmenportal",
    login_name="teilnehmer",
    login_hint="participant",
)
WAITING = "wartet auf Unterschrift"
PREVIEW_COLUMNS = ("Empfänger", "IBAN", "Betrag", "End-to-End-Referenz", "Verwendungszweck")

_STATES = {
    "ausgeführt": PortalState.EXECUTED,
    # Signed for its day: it will be booked without anybody doing anything more.
    "in Bearbeitung": PortalState.EXECUTED,
    WAITING: PortalState.WAITING_FOR_SIGNATURE,
    "Entwurf": PortalState.DRAFT,
    "abgelehnt": PortalState.REJECTED,
}
_ORDERS_WIDTH = 6
_FILES_WIDTH = 7


class BankPages:
    """The portal's pages as a clerk sees them."""

    def __init__(self, session: Session, access: PortalAccess) -> None:
        self._session = session
        self._access = access
        self._page = session.page

    async def sign_in(self) -> None:
        """Raises BusinessError `portal.login_refused` on a refused password."""
        await sign_in(self._session, self._access, SIGN_IN, NOTICES, self._page)

    async def choose_file(self, upload: Upload) -> None:
        """Gives the file to the page, which then shows what stands in it."""
        await self._page.get_by_role("link", name="Datei einreichen").click()
        await NOTICES.expect(self._page, self._file_field)
        # The page's script reads the chosen file; a file that is chosen before it has come is never shown.
        await self._page.wait_for_load_state()
        await self._session.choose_file(self._file_field, upload)
        await self._page.get_by_role("heading", name="Prüfung vor der Einreichung").wait_for()
        await self._session.record("chose the file", upload.name)

    async def preview(self) -> ConfirmationReading:
        fields = await shown_fields(self._page)
        rows = await shown_rows(self._page, len(PREVIEW_COLUMNS) + 1)
        fields["Zeilen"] = str(len(rows))
        fields["Datei (SHA-256)"] = await self._session.chosen_file(self._file_field)
        return fields | numbered("Auftrag", PREVIEW_COLUMNS, [row[1:] for row in rows])

    async def read_orders(self) -> ListReading:
        await self._go_to("Auftragsliste", "/auftraege", ("Auftragsnummer", "End-to-End-Referenz"))
        return await read_list(self._page, lambda row: True, _ORDERS_WIDTH)

    async def match(self, row: Sequence[str], essentials: Expectations) -> Match:
        state = _STATES.get(row[5], PortalState.UNKNOWN)
        return Match(row[0], row[5], state, await self.contradiction(row[0], essentials))

    async def contradiction(self, order_number: str, essentials: Expectations) -> str:
        """What the details of `order_number` show other than approved; empty for nothing."""
        await self._page.goto(f"{self._access.base_url}/auftraege/{order_number}")
        await self._page.get_by_role("heading", name=f"Auftrag {order_number}").wait_for()
        await self._session.record("read an order", order_number)
        return contradiction(essentials, await shown_fields(self._page))

    async def refused_files(self, name: str) -> list[Match]:
        """The files of that name, of which no order came into the list: refused ones, or there is a doubt."""
        return [
            Match(row[0], row[5], _STATES.get(row[5], PortalState.UNKNOWN)) for row in await self._files_named(name)
        ]

    async def open_signature(self, order_number: str) -> None:
        await self._page.goto(f"{self._access.base_url}/auftraege/{order_number}/unterschrift")
        await NOTICES.expect(self._page, signing(self._page).anyhow)

    async def download_report(self, name: str) -> tuple[Download, ...]:
        """The bank's report on the newest file of that name."""
        rows = await self._files_named(name)
        if not rows:
            return ()
        await self._session.record("read the list of files", name)
        address = f"{self._access.base_url}/dateien/{rows[-1][0]}/protokoll"
        return await self._downloaded(lambda: self._page.evaluate("address => { location.href = address }", address))

    async def download_statement(self, iban: str, day: date) -> tuple[Download, ...]:
        """Raises BusinessError `portal.no_account` when the login does not see the account."""
        await self._go_to("Konten", "/konten", ("IBAN", "Saldo"))
        accounts = [row for row in await shown_rows(self._page, 4) if Account(iban).is_shown_as(row[0])]
        if not accounts:
            raise BusinessError(
                "portal.no_account", f"the login of {self._access.name} does not see the account {iban}"
            )
        row = self._page.get_by_role("row").filter(has_text=accounts[0][0])
        await (await link(row, "Auszüge", address=f"/auszuege?konto={iban}").found(self._session)).click()
        booked_on = field(self._page, "Buchungstag", name="tag", hint="booking day, dd.mm.yyyy")
        await (await NOTICES.reached(self._session, self._page, booked_on)).fill(day.strftime(DATE_SPELLING))
        fetch = button(self._page, "Herunterladen", address="/auszuege/datei", hint="download camt.053")
        return await self._downloaded((await fetch.found(self._session)).click)

    async def _downloaded(self, press: Callable[[], Awaitable[None]]) -> tuple[Download, ...]:
        file = await download(
            self._session,
            press,
            missing=self._page.locator(NOTICES.message),
            media_type="application/xml",
        )
        return () if file is None else (file,)

    async def _files_named(self, name: str) -> list[tuple[str, ...]]:
        await self._go_to("Eingereichte Dateien", "/dateien", ("Dateinummer", "Nachrichten-ID"))
        reading = await read_list(self._page, lambda row: True, _FILES_WIDTH)
        return [row for row in reading.rows if row[1] == name]

    async def _go_to(self, words: str, address: str, columns: tuple[str, str]) -> None:
        """The list of that name, which is known by its heading or by the columns that no other list has."""
        await (await link(self._page, words, address=address).found(self._session)).click()
        await NOTICES.reached(self._session, self._page, list_page(self._page, words, columns))

    @property
    def _file_field(self) -> Locator:
        return self._page.get_by_label("Datei", exact=True)


def signing(page: Page) -> Sought:
    """The button that signs."""
    return button(page, "Jetzt unterschreiben", address="/unterschreiben", hint="sign")


def essentials_of(payee: PayeeAccount, amount: Money) -> Expectations:
    """What makes a payment this payment, whatever name and text stand on it."""
    return {"IBAN": Account(payee.iban), "Betrag": Sum(amount, comma=True)}
