"""The sandbox's bookkeeping system, KONTOR/3 Finanzbuchhaltung: an entry grid in a frame of a frame, one journal."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from playwright.async_api import Frame, FrameLocator, Locator

from bots.action import PortalAction, PortalRefused
from bots.boundary import Boundary, RequestPattern, origin_of
from bots.browser import Browser
from bots.locators import shown_fields, shown_rows
from bots.notices import Notices
from bots.otp import OneTimePasswords
from bots.portal import ActingPortal, PortalAccess
from bots.probing import ListReading, Match, is_our_reference, judged, read_list
from bots.readback import (
    ConfirmationReading,
    Day,
    Expectation,
    Expectations,
    Number,
    Sum,
    Text,
    contradiction,
    numbered,
    write_number,
)
from bots.session import Session
from bots.sign_in import PasswordPage, sign_in
from models.money import Money
from models.portal import CredentialSource, LedgerPosting, PortalState, PostingLine, ProbeResult

NAME = "sandbox-erp"
DATE_SPELLING = "%d.%m.%Y"

_NOTICES = Notices(".meldung", ".leiste", frozenset({"Wartungsarbeiten", "Sitzung abgelaufen"}))
_SIGN_IN = PasswordPage("/login", "Benutzer", "Kennwort", "Bitte wählen Sie links eine Funktion")
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
        return await _NOTICES.answer(self._pages.work, asked="Bestätigung", done="Beleg gebucht", number="Belegnummer")

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
        await sign_in(self._session, self._access, _SIGN_IN, _NOTICES, self.work)

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
        return fields | numbered(_LINE, _COLUMNS, [row[1:] for row in rows])

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


_LINE = "Position"
_COLUMNS = ("Konto", "Text", "Netto", "Steuersatz", "Steuer")


def _cells(line: PostingLine) -> tuple[str, ...]:
    return (line.account, line.text, *(write_number(each, comma=True) for each in (line.net, line.tax_rate, line.tax)))


def _expected_lines(posting: LedgerPosting) -> Expectations:
    return numbered(_LINE, _COLUMNS, [_expected_cells(line) for line in posting.lines])


def _expected_cells(line: PostingLine) -> tuple[Expectation, ...]:
    return (
        Text(line.account),
        Text(line.text),
        Number(line.net, comma=True),
        Number(line.tax_rate, comma=True, unit="%"),
        Number(line.tax, comma=True),
    )


def _match(row: Sequence[str], posting: LedgerPosting) -> Match:
    expected: Expectations = {
        "Kreditor": Text(posting.vendor),
        "Rechnungsnummer": Text(posting.invoice_number),
        "Brutto": _sum(posting.gross, posting),
    }
    shown = {"Kreditor": row[1], "Rechnungsnummer": row[2], "Brutto": row[5]}
    return Match(row[0], row[6], _STATES.get(row[6], PortalState.UNKNOWN), contradiction(expected, shown))


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


def _is_grid(frame: Frame) -> bool:
    return frame.name == "raster"
