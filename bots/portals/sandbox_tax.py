"""The sandbox's tax authority, Landesfinanzkasse Online: five pages in nested frames, one register, PDF receipts."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from playwright.async_api import FrameLocator

from bots.action import PortalAction
from bots.boundary import Boundary, origin_of, posts
from bots.browser import Browser
from bots.downloads import download
from bots.filling import fill_in
from bots.locators import Scope, shown_fields, shown_rows
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
from bots.ways import Sought, button, link
from models.errors import BusinessError
from models.money import Money
from models.portal import (
    CredentialSource,
    Download,
    EvidenceSink,
    InvoiceRegistration,
    PortalContent,
    PortalState,
    PortalUnavailable,
    ProbeResult,
    RegisteredTax,
)

NAME = "sandbox-tax"
DATE_SPELLING = "%d.%m.%Y"

_NOTICES = Notices(".meldung", "h2", frozenset({"Wartungsarbeiten", "Sitzung abgelaufen"}))
_SIGN_IN = PasswordPage(
    "/anmelden",
    "/lfk",
    "Kennung",
    "Passwort",
    "Bitte wählen Sie rechts ein Formular",
    login_name="kennung",
    login_hint="login name",
)
_STATES = {
    "registriert": PortalState.EXECUTED,
    "Entwurf": PortalState.DRAFT,
    "zurückgewiesen": PortalState.REJECTED,
}
_REGISTER_WIDTH = 7
_ROW = "Zeile"
_COLUMNS = ("Steuersatz", "Netto", "Steuer")


class SandboxTax(ActingPortal[InvoiceRegistration]):
    """Registers sales invoices, looks them up and fetches their receipts."""

    def __init__(
        self,
        browser: Browser,
        credentials: CredentialSource,
        base_url: str,
        known_row: str,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        """`known_row` is the number of an old registration that every complete list shows; `clock` wall-clock UTC."""
        access = PortalAccess(NAME, browser, credentials, base_url.rstrip("/"), clock, OneTimePasswords(clock))
        super().__init__(access, InvoiceRegistration)
        self._known_row = known_row

    def _action(self, content: InvoiceRegistration) -> "InvoiceReporting":
        return InvoiceReporting(self._access, self._known_row)

    async def fetch_receipt(self, content: PortalContent, evidence: EvidenceSink) -> Download:
        """See `models.portal.ReceiptPortal`. BusinessError `portal.no_receipt` when not registered beyond doubt."""
        checked = self._checked(content)
        action = InvoiceReporting(self._access, self._known_row)
        return await self._look(action.boundary, lambda session: action.receipt(session, checked), evidence)


def boundary_of(base_url: str) -> Boundary:
    return Boundary(
        frozenset({origin_of(base_url)}),
        final=posts("/meldung/registrieren"),
        steps=posts(_SIGN_IN.path, "/meldung/(beteiligte|rechnung|steuer|erklaerung)"),
    )


class InvoiceReporting(PortalAction[InvoiceRegistration]):
    """One sales invoice: parties, document, tax amounts, declaration, confirmation page."""

    name = NAME

    def __init__(self, access: PortalAccess, known_row: str) -> None:
        self.boundary = boundary_of(access.base_url)
        self._access = access
        self._known_row = known_row

    def expectations(self, content: InvoiceRegistration) -> Expectations:
        return {
            "USt-IdNr. des Verkäufers": Text(content.seller_vat_id),
            "Name des Erwerbers": Text(content.buyer),
            "USt-IdNr. des Erwerbers": Text(content.buyer_vat_id),
            "Rechnungsnummer": Text(content.invoice_number),
            "Rechnungsdatum": Day(content.invoice_date, DATE_SPELLING),
            "Eigene Referenz": Text(content.reference),
            "Zeilen": Number(Decimal(len(content.taxes))),
            **numbered(_ROW, _COLUMNS, [_expected_cells(row) for row in content.taxes]),
            "Summe Netto": _sum(sum((row.net for row in content.taxes), Decimal(0)), content),
            "Summe Steuer": _sum(sum((row.tax for row in content.taxes), Decimal(0)), content),
            "Rechnungsbetrag brutto": _sum(content.gross, content),
        }

    async def prepare(self, session: Session, content: InvoiceRegistration) -> None:
        self._pages = TaxPages(session, self._access)
        await self._pages.sign_in()
        await self._pages.enter_invoice(content)
        await self._pages.enter_amounts(content)
        await self._pages.declare()

    async def read_confirmation(self, session: Session) -> ConfirmationReading:
        return await _shown_invoice(self._pages.service)

    async def press(self, session: Session) -> None:
        await (await self._pages.register.agreed()).click()

    async def read_answer(self, session: Session) -> str:
        return await _NOTICES.answer(
            self._pages.service, asked="Bestätigung", done="Rechnung registriert", number="Registernummer"
        )

    async def probe(self, session: Session, content: InvoiceRegistration) -> ProbeResult:
        return await self._look_up(TaxPages(session, self._access), session, content)

    async def receipt(self, session: Session, content: InvoiceRegistration) -> Download:
        """The receipt of `content`, which a probe of this moment finds registered as approved."""
        pages = TaxPages(session, self._access)
        found = await self._look_up(pages, session, content)
        if found.state is not PortalState.EXECUTED:
            raise BusinessError(
                "portal.no_receipt",
                f"{NAME} has no receipt for {content.reference} ({found.portal_text}); look there what became of it",
            )
        return await pages.download_receipt()

    async def _look_up(self, pages: "TaxPages", session: Session, content: InvoiceRegistration) -> ProbeResult:
        """Leaves `pages` at the registration that was found last."""
        await pages.sign_in()
        reading = await pages.read_register()
        await session.record("read the register", content.reference)
        ours = [row for row in reading.rows if _reference(row) == content.reference]
        return judged(
            [await self._match(pages, row, content) for row in ours],
            reading,
            known_row_seen=reading.shows(self._known_row),
            lookalikes=len(_lookalikes(reading, content)),
            probed_at=self._access.clock(),
        )

    async def _match(self, pages: "TaxPages", row: Sequence[str], content: InvoiceRegistration) -> Match:
        shown = await pages.read_registration(row[0])
        state = _STATES.get(row[6], PortalState.UNKNOWN)
        return Match(row[0], row[6], state, contradiction(self.expectations(content), shown))


class TaxPages:
    """The authority's pages as a taxpayer sees them."""

    def __init__(self, session: Session, access: PortalAccess) -> None:
        self._session = session
        self._access = access
        self._page = session.page

    @property
    def service(self) -> FrameLocator:
        return self._office.frame_locator("frame[name=dienst]")

    @property
    def register(self) -> Sought:
        """The final button."""
        return button(self.service, "Registrieren", address="/meldung/registrieren", hint="register the invoice")

    @property
    def _directory(self) -> FrameLocator:
        return self._office.frame_locator("frame[name=verzeichnis]")

    @property
    def _office(self) -> FrameLocator:
        return self._page.frame_locator("frame[name=amt]")

    async def sign_in(self) -> None:
        """Raises BusinessError `portal.login_refused` on a refused password."""
        await sign_in(self._session, self._access, _SIGN_IN, _NOTICES, self.service)

    async def enter_invoice(self, invoice: InvoiceRegistration) -> None:
        """Parties and document. Raises PortalRefused with the authority's own words."""
        await self._directory.get_by_role("link", name="Ausgangsrechnung melden").click()
        await self._fill(
            {
                "USt-IdNr. des Verkäufers": invoice.seller_vat_id,
                "Name des Erwerbers": invoice.buyer,
                "USt-IdNr. des Erwerbers": invoice.buyer_vat_id,
            }
        )
        await self._continue()
        await self._fill(
            {
                "Rechnungsnummer": invoice.invoice_number,
                "Rechnungsdatum": invoice.invoice_date.strftime(DATE_SPELLING),
                "Eigene Referenz": invoice.reference,
                "Währung": invoice.currency,
            }
        )
        await self._continue()

    async def enter_amounts(self, invoice: InvoiceRegistration) -> None:
        """Adds the tax rows one by one, then the gross that their sum must be."""
        for number, row in enumerate(invoice.taxes, start=1):
            await self._fill(
                {"Steuersatz in %": _typed(row.rate), "Nettobetrag": _typed(row.net), "Steuerbetrag": _typed(row.tax)}
            )
            await self.service.get_by_role("button", name="Zeile hinzufügen").click()
            await _NOTICES.expect(self.service, self.service.get_by_role("cell", name=str(number), exact=True))
        await self._fill({"Rechnungsbetrag brutto": _typed(invoice.gross)})
        await self._session.record("entered", invoice.reference)
        await self._continue()

    async def declare(self) -> None:
        declaration = self.service.get_by_label(re.compile("^Ich versichere"))
        await _NOTICES.expect(self.service, declaration)
        await declaration.check()
        await self._session.record("declared")
        await self._continue()
        await _NOTICES.expect(self.service, self.register.anyhow)

    async def read_register(self) -> ListReading:
        register = link(self._directory, "Registerliste", address="/register", hint="list of registrations")
        await (await register.found(self._session)).click()
        return await read_list(self.service, lambda row: True, _REGISTER_WIDTH)

    async def read_registration(self, number: str) -> ConfirmationReading:
        await self._page.goto(f"{self._access.base_url}/register/{number}")
        await _NOTICES.expect(self._page, self._page.get_by_role("heading", name=f"Registereintrag {number}"))
        await self._session.record("read a registration", number)
        return await _shown_invoice(self._page)

    async def download_receipt(self) -> Download:
        """The receipt of the registration that is open."""
        receipt = link(self._page, "Registerauszug (PDF)", address="/auszug", hint="download the receipt")
        file = await download(
            self._session,
            (await receipt.found(self._session)).click,
            missing=self._page.locator(_NOTICES.message),
            media_type="application/pdf",
        )
        if file is None:
            raise PortalUnavailable(await _NOTICES.text(self._page))
        return file

    async def _fill(self, fields: dict[str, str]) -> None:
        """Fills the page that shows the first of `fields`; PortalRefused when the one before it stays and says why."""
        await _NOTICES.expect(self.service, self.service.get_by_label(next(iter(fields)), exact=True))
        await fill_in(self.service, fields)

    async def _continue(self) -> None:
        await self.service.get_by_role("button", name="Weiter").click()


async def _shown_invoice(scope: Scope) -> ConfirmationReading:
    rows = await shown_rows(scope, len(_COLUMNS) + 1)
    cells = numbered(_ROW, _COLUMNS, [row[1:] for row in rows])
    return await shown_fields(scope) | cells | {"Zeilen": str(len(rows))}


def _expected_cells(row: RegisteredTax) -> tuple[Expectation, ...]:
    return (Number(row.rate, comma=True, unit="%"), Number(row.net, comma=True), Number(row.tax, comma=True))


def _reference(row: Sequence[str]) -> str:
    return row[4]


def _lookalikes(reading: ListReading, invoice: InvoiceRegistration) -> list[Sequence[str]]:
    """Rows of this invoice under whatever other reference, and rows of our buyer and amount under one not of ours."""
    others = [row for row in reading.rows if _reference(row) != invoice.reference]
    return [row for row in others if _is_of_invoice(row, invoice) or _is_of_buyer_and_amount(row, invoice)]


def _is_of_invoice(row: Sequence[str], invoice: InvoiceRegistration) -> bool:
    return Text(invoice.seller_vat_id).is_shown_as(row[1]) and Text(invoice.invoice_number).is_shown_as(row[2])


def _is_of_buyer_and_amount(row: Sequence[str], invoice: InvoiceRegistration) -> bool:
    same = Text(invoice.buyer).is_shown_as(row[3]) and _sum(invoice.gross, invoice).is_shown_as(row[5])
    return same and not is_our_reference(_reference(row))


def _sum(amount: Decimal, invoice: InvoiceRegistration) -> Sum:
    return Sum(Money(amount=amount, currency=invoice.currency), comma=True)


def _typed(amount: Decimal) -> str:
    return write_number(amount, comma=True)
