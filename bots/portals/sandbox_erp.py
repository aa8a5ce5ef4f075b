"""The sandbox's bookkeeping system, KONTOR/3 Finanzbuchhaltung: an entry grid in a frame of a frame, one journal."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from playwright.async_api import Frame, FrameLocator, Locator

from bots.action import PortalAction, PortalRefused
from bots.boundary import Boundary, RequestPattern, origin_of
from bots.browser import Browser
from bots.locators import first_of, shown_fields, shown_rows
from bots.notices import Notices
from bots.otp import OneTimePasswords
from bots.portal import ActingPortal, PortalAccess, login_refused
from bots.probing import ListReading, Match, is_our_reference, judged, read_list
from bots.readback import ConfirmationReading, Day, Expectation, Expectations, Number, Sum, Text, compare
from bots.session import Session
from models.money import Money
from models.portal import CredentialSource, LedgerPosting, PortalState, PortalUnavailable, PostingLine, ProbeResult

NAME = "sandbox-erp"
DATE_SPELLING = "%d.%m.%Y"

_NOTICES = Notices(".meldung", ".leiste", frozenset({"Wartungsarbeiten", "Sitzung abgelaufen"}))
_STATES = {"gebucht": PortalState.EXECUTED}
_JOURNAL_WIDTH = 7
_GRID_WIDTH = 6


class SandboxErp(ActingPortal[LedgerPosting]):
    """Posts purchase invoices and looks them up."""

    def __init__(
        self,
        browser: Browser,
        credentials: CredentialSource,
        base_url: str,
        known_row: str,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        """`known_row` is the voucher number of an old posting that stands in every journal; `clock` wall-clock UTC."""
        access = PortalAccess(NAME, browser, credentials, base_url.rstrip("/"), clock, OneTimePasswords(clock))
        super().__init__(access, boundary_of(access.base_url), LedgerPosting)
        self._known_row = known_row

    def _action(self) -> "InvoicePosting":
        return InvoicePosting(self._access, self._known_row)


def boundary_of(base_url: str) -> Boundary:
    return Boundary(frozenset({origin_of(base_url)}), (RequestPattern("POST", "/beleg/buchen"),))


class InvoicePosting(PortalAction[LedgerPosting]):
    """One purchase invoice: header, grid of lines, confirmation page."""

    name = NAME

    def __init__(self, access: PortalAccess, known_row: str) -> None:
        self.boundary = boundary_of(access.base_url)
        self._access = access
        self._known_row = known_row

    def expectations(self, content: LedgerPosting) -> Expectations:
        return {
            "Kreditor": Text(content.vendor),
            "Rechnungsnummer": Text(content.invoice_number),
            "Rechnungsdatum": Day(content.invoice_date, DATE_SPELLING),
            "Fälligkeit": Day(content.due_date, DATE_SPELLING),
            "Externe Referenz": Text(content.reference),
            "Kostenstelle": Text(content.cost_centre),
            "Positionen": Number(Decimal(len(content.lines))),
            **_expected_lines(content),
            "Summe Netto": _sum(sum((line.net for line in content.lines), Decimal(0)), content),
            "Summe Steuer": _sum(sum((line.tax for line in content.lines), Decimal(0)), content),
            "Summe Brutto": _sum(content.gross, content),
        }

    async def prepare(self, session: Session, content: LedgerPosting) -> None:
        self._pages = ErpPages(session, self._access)
        await self._pages.sign_in()
        await self._pages.enter_header(content)
        await self._pages.enter_lines(content.lines)
        await self._pages.open_confirmation()

    async def read_confirmation(self, session: Session) -> ConfirmationReading:
        return await self._pages.confirmation()

    async def press(self, session: Session) -> None:
        await self._pages.work.get_by_role("button", name="Buchen", exact=True).click()

    async def read_answer(self, session: Session) -> str:
        heading = self._pages.work.locator(_NOTICES.heading)
        await heading.filter(has_not_text="Bestätigung").wait_for()
        told = (await heading.inner_text()).strip()
        if told == "Beleg gebucht":
            return f"{told}: {(await shown_fields(self._pages.work)).get('Belegnummer', '')}"
        return f"{told}: {await _NOTICES.text(self._pages.work)}"

    async def probe(self, session: Session, content: LedgerPosting) -> ProbeResult:
        pages = ErpPages(session, self._access)
        await pages.sign_in()
        reading = await pages.read_journal()
        await session.record("read the journal", content.reference)
        return judged(
            [_match(row, content) for row in reading.rows if row[4] == content.reference],
            reading,
            known_row_seen=any(row[0] == self._known_row for row in reading.rows),
            lookalikes=len(_lookalikes(reading, content)),
            probed_at=self._access.clock(),
        )


class ErpPages:
    """The system's pages as a clerk sees them."""

    def __init__(self, session: Session, access: PortalAccess) -> None:
        self._session = session
        self._access = access
        self._page = session.page

    @property
    def work(self) -> FrameLocator:
        return self._client_area.frame_locator("frame[name=arbeit]")

    @property
    def _menu(self) -> FrameLocator:
        return self._client_area.frame_locator("frame[name=menue]")

    @property
    def _grid(self) -> FrameLocator:
        return self.work.frame_locator("iframe[name=raster]")

    @property
    def _client_area(self) -> FrameLocator:
        return self._page.frame_locator("frame[name=mandant]")

    async def sign_in(self) -> None:
        """Raises BusinessError `portal.login_refused` on a refused password."""
        credential = await self._access.credentials.credential(NAME)
        page = self._page
        await page.goto(f"{self._access.base_url}/login")
        await _NOTICES.expect(page, page.get_by_label("Benutzer"))
        await page.get_by_label("Benutzer").fill(credential.login)
        await self._session.type_secret(page.get_by_label("Kennwort"), credential.password)
        await page.get_by_role("button", name="Anmelden").click()
        seen = await first_of(
            inside=self.work.get_by_text("Bitte wählen Sie links eine Funktion"),
            refused=page.locator(_NOTICES.message),
            stopped=self.work.locator(_NOTICES.message),
        )
        if seen == "refused":
            raise login_refused(NAME, await _NOTICES.text(page))
        if seen == "stopped":
            raise PortalUnavailable(await _NOTICES.text(self.work))
        await self._session.record("signed in", credential.login)

    async def enter_header(self, posting: LedgerPosting) -> None:
        """Raises PortalRefused with the system's own words."""
        await self._menu.get_by_role("link", name="Eingangsrechnung erfassen").click()
        await _NOTICES.expect(self.work, self.work.get_by_label("Kreditor"))
        for label, text in (
            ("Kreditor", posting.vendor),
            ("Rechnungsnummer", posting.invoice_number),
            ("Rechnungsdatum", posting.invoice_date.strftime(DATE_SPELLING)),
            ("Fälligkeit", posting.due_date.strftime(DATE_SPELLING)),
            ("Externe Referenz", posting.reference),
            ("Kostenstelle", posting.cost_centre),
        ):
            await self.work.get_by_label(label, exact=True).fill(text)
        await self.work.get_by_role("button", name="Weiter").click()
        await _NOTICES.expect(self.work, self._grid.get_by_role("button", name="Übernehmen"))
        await self._session.record("entered the header", posting.reference)

    async def enter_lines(self, lines: Sequence[PostingLine]) -> None:
        """Fills the grid row by row; the system takes the rows over and shows what is wrong with them."""
        for number, line in enumerate(lines, start=1):
            if not await self._cell("Konto", number).count():
                await self._send_grid("Weitere Zeilen")
            for column, text in zip(_COLUMNS, _cells(line), strict=True):
                await self._cell(column, number).fill(text)
        await self._send_grid("Übernehmen")
        await self._session.record("entered the lines", str(len(lines)))

    async def open_confirmation(self) -> None:
        await self.work.get_by_role("button", name="Prüfen").click()
        await _NOTICES.expect(self.work, self.work.get_by_role("button", name="Buchen", exact=True))

    async def confirmation(self) -> ConfirmationReading:
        fields = await shown_fields(self.work)
        rows = await shown_rows(self.work, _GRID_WIDTH)
        fields["Positionen"] = str(len(rows))
        for number, row in enumerate(rows, start=1):
            fields |= {_line_field(number, column): text for column, text in zip(_COLUMNS, row[1:], strict=True)}
        return fields

    async def read_journal(self) -> ListReading:
        await self._menu.get_by_role("link", name="Buchungsjournal").click()
        return await read_list(self.work, lambda row: True, _JOURNAL_WIDTH)

    def _cell(self, column: str, number: int) -> Locator:
        return self._grid.get_by_title(f"{column} Zeile {number}", exact=True)

    async def _send_grid(self, button: str) -> None:
        """The grid's frame loads anew; PortalRefused with the system's words when a row is wrong."""
        async with self._page.expect_event("framenavigated", _is_grid) as loaded:
            await self._grid.get_by_role("button", name=button).click()
        await (await loaded.value).wait_for_load_state()
        if await self._grid.locator(_NOTICES.message).count():
            raise PortalRefused(await _NOTICES.text(self._grid))


_COLUMNS = ("Konto", "Text", "Netto", "Steuersatz", "Steuer")


def _cells(line: PostingLine) -> tuple[str, ...]:
    return (line.account, line.text, _german(line.net), _german(line.tax_rate), _german(line.tax))


def _expected_lines(posting: LedgerPosting) -> Expectations:
    expected: dict[str, Expectation] = {}
    for number, line in enumerate(posting.lines, start=1):
        expected[_line_field(number, "Konto")] = Text(line.account)
        expected[_line_field(number, "Text")] = Text(line.text)
        expected[_line_field(number, "Netto")] = Number(line.net, comma=True)
        expected[_line_field(number, "Steuersatz")] = Number(line.tax_rate, comma=True, unit="%")
        expected[_line_field(number, "Steuer")] = Number(line.tax, comma=True)
    return expected


def _line_field(number: int, column: str) -> str:
    return f"Position {number} {column}"


def _match(row: Sequence[str], posting: LedgerPosting) -> Match:
    expected: Expectations = {
        "Kreditor": Text(posting.vendor),
        "Rechnungsnummer": Text(posting.invoice_number),
        "Brutto": _sum(posting.gross, posting),
    }
    found = compare(expected, {"Kreditor": row[1], "Rechnungsnummer": row[2], "Brutto": row[5]})
    contradiction = "; ".join(f"{one.field} is {one.shown}, not {one.approved}" for one in found)
    return Match(row[0], row[6], _STATES.get(row[6], PortalState.UNKNOWN), contradiction)


def _lookalikes(reading: ListReading, posting: LedgerPosting) -> list[Sequence[str]]:
    """Rows with our vendor and amount that somebody keyed in under a reference that is not one of ours."""
    vendor, gross = Text(posting.vendor), _sum(posting.gross, posting)
    return [
        row
        for row in reading.rows
        if vendor.is_shown_as(row[1]) and gross.is_shown_as(row[5]) and not is_our_reference(row[4])
    ]


def _sum(amount: Decimal, posting: LedgerPosting) -> Sum:
    return Sum(Money(amount=amount, currency=posting.currency), comma=True)


def _german(amount: Decimal) -> str:
    return format(amount, "f").replace(".", ",")


def _is_grid(frame: Frame) -> bool:
    return frame.name == "raster"
