"""The sandbox's bank, Nordhafen Bank Online-Banking: nested frames, a confirmation in a pop-up, one list of orders."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from playwright.async_api import FrameLocator, Locator, Page
from pydantic import SecretStr

from bots.action import PortalAction, PortalRefused
from bots.boundary import Boundary, origin_of, posts
from bots.browser import Browser
from bots.downloads import download
from bots.filling import fill_in
from bots.locators import first_of, shown_fields
from bots.notices import Notices
from bots.otp import OneTimePasswords, code_from_a_person
from bots.portal import ActingPortal, PortalAccess, login_refused
from bots.probing import ListReading, Match, is_our_reference, judged, read_list
from bots.readback import (
    Account,
    ConfirmationReading,
    Day,
    Expectations,
    Sum,
    Text,
    contradiction,
    write_number,
)
from bots.session import Session
from bots.sign_in import password_field, still_in
from bots.ways import Sought, button, field, link, list_page
from models.errors import BusinessError
from models.portal import (
    CodeKind,
    Credential,
    CredentialSource,
    Download,
    EvidenceSink,
    PaymentOrder,
    PortalState,
    PortalUnavailable,
    ProbeResult,
)

NAME = "sandbox-bank"
SHOWN_NAME_LENGTH = 27
"""The bank cuts the payee's name in its lists and on its confirmation page."""

DATE_SPELLING = "%d.%m.%Y"

_NOTICES = Notices(".meldung", "h1", frozenset({"Wartungsarbeiten", "Sitzung abgelaufen"}))
_STATES = {
    "ausgeführt": PortalState.EXECUTED,
    # Accepted for its day: it will be booked without anybody doing anything more.
    "in Bearbeitung": PortalState.EXECUTED,
    "wartet auf Unterschrift": PortalState.WAITING_FOR_SIGNATURE,
    "Entwurf": PortalState.DRAFT,
    "abgelehnt": PortalState.REJECTED,
}
_CONFIRMED = "Freigegeben – weiter"
"""The button on the page that waits for the bank's app."""

_LIST_WIDTH = 6
_HOME = "/banking"


class SandboxBank(ActingPortal[PaymentOrder]):
    """Enters payments, looks them up and fetches statements."""

    def __init__(
        self,
        browser: Browser,
        credentials: CredentialSource,
        base_url: str,
        known_row: str,
        *,
        clock: Callable[[], datetime],
        one_time_passwords: OneTimePasswords | None = None,
    ) -> None:
        """`known_row` is the order number of an old payment that every complete list shows; `clock` wall-clock UTC."""
        passwords = one_time_passwords or OneTimePasswords(clock)
        access = PortalAccess(NAME, browser, credentials, base_url.rstrip("/"), clock, passwords)
        super().__init__(access, PaymentOrder)
        self._known_row = known_row

    def _action(self, content: PaymentOrder) -> "PaymentEntry":
        return PaymentEntry(self._access, self._known_row)

    async def fetch_statements(self, iban: str, day: date, evidence: EvidenceSink) -> tuple[Download, ...]:
        """The camt.053 of `iban` for `day`, none when the bank has none. See `models.portal.StatementPortal`."""

        async def fetch(session: Session) -> tuple[Download, ...]:
            bank = BankPages(session, self._access)
            await bank.sign_in()
            await bank.open_statements(iban)
            return await bank.download_statement(day)

        return await self._look(boundary_of(self._access.base_url), fetch, evidence)


def boundary_of(base_url: str) -> Boundary:
    return Boundary(
        frozenset({origin_of(base_url)}),
        final=posts("/zahlung/ausfuehren"),
        steps=posts("/anmeldung", "/tan", r"/zahlung/schritt/\d+"),
    )


class PaymentEntry(PortalAction[PaymentOrder]):
    """One credit transfer, from the entry's four pages to the confirmation window."""

    name = NAME

    def __init__(self, access: PortalAccess, known_row: str) -> None:
        self.boundary = boundary_of(access.base_url)
        self._access = access
        self._known_row = known_row

    def expectations(self, content: PaymentOrder) -> Expectations:
        return {
            "Auftraggeberkonto": Account(content.payer_iban),
            "Empfänger": Text(content.payee.holder, cut=SHOWN_NAME_LENGTH),
            **_essentials(content),
            "BIC": Text(content.payee.bic),
            "Verwendungszweck": Text(content.remittance),
            "End-to-End-Referenz": Text(content.reference),
            "Ausführungsdatum": Day(content.execution_date, DATE_SPELLING),
        }

    async def prepare(self, session: Session, content: PaymentOrder) -> None:
        bank = BankPages(session, self._access)
        await bank.sign_in()
        await bank.enter(content)
        self._window = await bank.open_confirmation()

    async def read_confirmation(self, session: Session) -> ConfirmationReading:
        return await shown_fields(self._window)

    async def press(self, session: Session) -> None:
        await (await _execute(self._window).agreed()).click()

    async def read_answer(self, session: Session) -> str:
        return await _NOTICES.answer(
            self._window, asked="Auftrag bestätigen", done="Auftrag angenommen", number="Auftragsnummer"
        )

    async def probe(self, session: Session, content: PaymentOrder) -> ProbeResult:
        bank = BankPages(session, self._access)
        await bank.sign_in()
        reading = await bank.read_orders()
        await session.record("read the list of orders", content.reference)
        matches = [
            await self._match(bank, row, content) for row in reading.rows if _reference(row) == content.reference
        ]
        doubtful = [row for row in _same_amount(reading, content) if not is_our_reference(_reference(row))]
        return judged(
            matches,
            reading,
            known_row_seen=reading.shows(self._known_row),
            lookalikes=sum([not await bank.contradiction(row[0], content) for row in doubtful]),
            probed_at=self._access.clock(),
        )

    async def _match(self, bank: "BankPages", row: Sequence[str], content: PaymentOrder) -> Match:
        state = _STATES.get(row[5], PortalState.UNKNOWN)
        return Match(row[0], row[5], state, await bank.contradiction(row[0], content))


class BankPages:
    """The bank's pages as a clerk sees them."""

    def __init__(self, session: Session, access: PortalAccess) -> None:
        self._session = session
        self._access = access
        self._page = session.page

    @property
    def _navigation(self) -> FrameLocator:
        return self._work_area.frame_locator("frame[name=navigation]")

    @property
    def _content(self) -> FrameLocator:
        return self._work_area.frame_locator("frame[name=inhalt]")

    @property
    def _overview(self) -> Locator:
        """What the bank shows first to who is in."""
        return self._content.get_by_role("heading", name="Kontenübersicht")

    @property
    def _booked_on(self) -> Sought:
        return field(self._content, "Buchungstag", name="tag", hint="booking day, dd.mm.yyyy")

    @property
    def _work_area(self) -> FrameLocator:
        return self._page.frame_locator("frame[name=arbeitsbereich]")

    async def sign_in(self) -> None:
        """Password, then one-time code, unless the login of the case before still holds.

        Raises BusinessError `portal.login_refused` on a refused password.
        """
        if await still_in(self._session, self._access, _HOME, self._overview, _NOTICES, self._content):
            return
        credential = await self._access.credentials.credential(NAME)
        page = self._page
        await page.goto(f"{self._access.base_url}/anmeldung")
        login = field(page, "Anmeldename", name="kennung", hint="login name")
        await (await _NOTICES.reached(self._session, page, login)).fill(credential.login)
        await self._session.type_secret(await password_field(page, "PIN").found(self._session), credential.password)
        await (await button(page, "Weiter", address="/anmeldung", hint="continue").found(self._session)).click()
        await self._give_code(credential)
        await self._expect_signed_in()
        await self._session.record("signed in", credential.login)

    async def _expect_signed_in(self) -> None:
        seen = await first_of(
            inside=self._overview,
            refused=self._page.locator(_NOTICES.message),
            stopped=self._content.locator(_NOTICES.message),
        )
        if seen == "inside":
            return
        # A refused code is worth another try with the next one: the last may have been used by a run that died.
        raise PortalUnavailable(await _NOTICES.text(self._page if seen == "refused" else self._content))

    async def _give_code(self, credential: Credential) -> None:
        """The code of the generator, or the one on a person's phone, or their word that they confirmed there."""
        page, code_field = self._page, field(self._page, "TAN", name="tan", hint="one-time code")
        seen = await first_of(
            code=code_field.anyhow, push=page.get_by_role("button", name=_CONFIRMED), message=page.locator(".meldung")
        )
        if seen == "message":
            raise login_refused(NAME, await _NOTICES.text(page))
        if seen == "push":
            await self._from_a_person(CodeKind.PUSH)
            await page.get_by_role("button", name=_CONFIRMED).click()
            return
        await self._session.type_secret(await code_field.found(self._session), await self._code(credential))
        await (await button(page, "Anmelden", address="/tan", hint="sign in").found(self._session)).click()

    async def _code(self, credential: Credential) -> SecretStr:
        if await self._page.get_by_text("per SMS").count():
            return await self._from_a_person(CodeKind.SMS)
        return await self._access.one_time_passwords.code(NAME, credential, self._access.credentials)

    async def _from_a_person(self, kind: CodeKind) -> SecretStr:
        said = await self._page.locator(".hinweis").inner_text()
        return await code_from_a_person(self._session, self._access.credentials, NAME, kind, said)

    async def enter(self, order: PaymentOrder) -> None:
        """Fills the four pages of the entry. Raises PortalRefused with the bank's own words."""
        content = self._content
        await self._navigation.get_by_role("link", name="Neue Überweisung").click()
        await _NOTICES.expect(content, content.get_by_label("Auftraggeberkonto"))
        await self._choose_account(order.payer_iban)
        await self._next("Empfänger")
        await fill_in(content, {"Empfänger": order.payee.holder, "IBAN": order.payee.iban, "BIC": order.payee.bic})
        await self._next("Betrag in EUR")
        await fill_in(content, {"Betrag in EUR": write_number(order.amount.amount, comma=True)})
        await self._next("Verwendungszweck")
        await fill_in(
            content,
            {
                "Verwendungszweck": order.remittance,
                "End-to-End-Referenz": order.reference,
                "Ausführungsdatum": order.execution_date.strftime(DATE_SPELLING),
            },
        )
        await self._session.record("entered", order.reference)

    async def _choose_account(self, iban: str) -> None:
        accounts = self._content.get_by_label("Auftraggeberkonto")
        if not await accounts.locator(f"option[value='{iban}']").count():
            raise PortalRefused(f"the bank does not offer the account {iban} to pay from")
        await accounts.select_option(iban)

    async def open_confirmation(self) -> Page:
        """The pop-up that says what the bank is about to do."""
        await self._content.get_by_role("button", name="Weiter").click()
        button = self._content.get_by_role("button", name="Bestätigung öffnen")
        await _NOTICES.expect(self._content, button)
        async with self._page.expect_popup() as opened:
            await button.click()
        window = await opened.value
        await _NOTICES.expect(window, _execute(window).anyhow)
        return window

    async def read_orders(self) -> ListReading:
        orders = link(self._navigation, "Auftragsliste", address="/auftraege", hint="payment orders")
        await (await orders.found(self._session)).click()
        listed = list_page(self._content, "Auftragsliste", ("Auftragsnummer", "End-to-End-Referenz"))
        await _NOTICES.reached(self._session, self._content, listed)
        return await read_list(self._content, lambda row: row[0] != "Auftragsnummer", _LIST_WIDTH)

    async def contradiction(self, order_number: str, order: PaymentOrder) -> str:
        """What the details of `order_number` show other than `order`'s amount and payee account; empty for nothing."""
        await self._page.goto(f"{self._access.base_url}/auftraege/{order_number}")
        await self._page.get_by_role("heading", name=f"Auftrag {order_number}").wait_for()
        await self._session.record("read an order", order_number)
        return contradiction(_essentials(order), await shown_fields(self._page))

    async def open_statements(self, iban: str) -> None:
        """The statements of one account. Raises BusinessError `portal.no_account` when the login does not see it."""
        row = self._content.get_by_role("row").filter(has_text=" ".join(_in_fours(iban)))
        if not await row.count():
            raise BusinessError("portal.no_account", f"the login of {NAME} does not see the account {iban}")
        statements = link(row, "Auszüge", address=f"/auszuege?konto={iban}", hint="statements")
        await (await statements.found(self._session)).click()
        await _NOTICES.expect(self._content, self._booked_on.anyhow)

    async def download_statement(self, day: date) -> tuple[Download, ...]:
        await (await self._booked_on.found(self._session)).fill(day.strftime(DATE_SPELLING))
        fetch = button(self._content, "Herunterladen", address="/auszuege/datei")
        file = await download(
            self._session,
            (await fetch.found(self._session)).click,
            missing=self._content.get_by_text("liegt kein Kontoauszug vor"),
            media_type="application/xml",
        )
        return () if file is None else (file,)

    async def _next(self, label: str) -> None:
        """Goes on to the page with the field `label`; PortalRefused when the bank stays and says why."""
        await self._content.get_by_role("button", name="Weiter").click()
        await _NOTICES.expect(self._content, self._content.get_by_label(label, exact=True))


def _execute(window: Page) -> Sought:
    """The final button."""
    return button(window, "Auftrag ausführen", address="/zahlung/ausfuehren", hint="execute the payment")


def _reference(row: Sequence[str]) -> str:
    return row[3]


def _same_amount(reading: ListReading, order: PaymentOrder) -> list[Sequence[str]]:
    return [row for row in reading.rows if Sum(order.amount, comma=True).is_shown_as(row[4])]


def _in_fours(iban: str) -> list[str]:
    return [iban[start : start + 4] for start in range(0, len(iban), 4)]


def _essentials(order: PaymentOrder) -> Expectations:
    """What makes a payment this payment, whatever name and text stand on it."""
    return {"IBAN": Account(order.payee.iban), "Betrag": Sum(order.amount, comma=True)}
