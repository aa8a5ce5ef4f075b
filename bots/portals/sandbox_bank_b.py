"""The sandbox's second bank, Ostsee Kreditbank Firmenportal: it takes files, and lets another login sign them."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from bots.action import PortalAction
from bots.boundary import Boundary, origin_of, posts
from bots.browser import Browser
from bots.locators import shown_fields
from bots.otp import OneTimePasswords
from bots.portal import ActingPortal, PortalAccess
from bots.portals.sandbox_bank_b_pages import (
    DATE_SPELLING,
    NOTICES,
    PREVIEW_COLUMNS,
    SIGN_IN,
    BankPages,
    essentials_of,
)
from bots.probing import is_our_reference, judged
from bots.readback import Account, ConfirmationReading, Day, Expectations, Number, Sum, Text, numbered
from bots.session import Session
from bots.uploads import Upload
from bots.ways import button
from models.payment_file import PaymentFile, PaymentFileSource
from models.portal import CredentialSource, Download, EvidenceSink, PaymentOrder, PortalContent, ProbeResult

NAME = "sandbox-bank-b"


class SandboxBankB(ActingPortal[PaymentOrder]):
    """Hands payments in as files, looks them up, fetches reports and statements."""

    def __init__(
        self,
        browser: Browser,
        credentials: CredentialSource,
        files: PaymentFileSource,
        base_url: str,
        known_row: str,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        """`known_row` is the order number of an old payment that every complete list shows; `clock` wall-clock UTC."""
        access = PortalAccess(NAME, browser, credentials, base_url.rstrip("/"), clock, OneTimePasswords(clock))
        super().__init__(access, PaymentOrder)
        self._files = files
        self._known_row = known_row

    def _action(self, content: PaymentOrder) -> "FileSubmission":
        return FileSubmission(self._access, self._files, self._known_row)

    async def fetch_status_report(self, content: PortalContent, evidence: EvidenceSink) -> tuple[Download, ...]:
        """See `models.portal.StatusReportPortal`."""
        order = self._checked(content)

        async def fetch(session: Session) -> tuple[Download, ...]:
            bank = BankPages(session, self._access)
            await bank.sign_in()
            return await bank.download_report(_file_name(order))

        return await self._look(FileSubmission.boundary_of(self._access.base_url), fetch, evidence)

    async def fetch_statements(self, iban: str, day: date, evidence: EvidenceSink) -> tuple[Download, ...]:
        """The camt.053 of `iban` for `day`, none when the bank has none. See `models.portal.StatementPortal`."""

        async def fetch(session: Session) -> tuple[Download, ...]:
            bank = BankPages(session, self._access)
            await bank.sign_in()
            return await bank.download_statement(iban, day)

        return await self._look(FileSubmission.boundary_of(self._access.base_url), fetch, evidence)


class FileSubmission(PortalAction[PaymentOrder]):
    """One payment as a file. The page shows what stands in the file before it is handed in, which is the final act."""

    name = NAME

    def __init__(self, access: PortalAccess, files: PaymentFileSource, known_row: str) -> None:
        self.boundary = self.boundary_of(access.base_url)
        self._access = access
        self._files = files
        self._known_row = known_row

    @staticmethod
    def boundary_of(base_url: str) -> Boundary:
        return Boundary(frozenset({origin_of(base_url)}), final=posts("/dateien/einreichen"), steps=posts(SIGN_IN.path))

    def expectations(self, content: PaymentOrder) -> Expectations:
        """The name and the text as the bank's characters allow them; everything else as it was approved."""
        ((written,),) = (batch.transfers for batch in self._file.batches)
        row = (
            Text(written.payee.holder),
            Account(content.payee.iban),
            Sum(content.amount, comma=True),
            Text(content.reference),
            Text(written.remittance),
        )
        return {
            "Datei (SHA-256)": Text(self._file.sha256),
            "Nachrichten-ID": Text(self._file.message_id),
            "Auftraggeberkonto": Account(content.payer_iban),
            "Ausführungsdatum": Day(content.execution_date, DATE_SPELLING),
            "Anzahl": Number(Decimal(1)),
            "Summe": Sum(content.amount, comma=True),
            "Zeilen": Number(Decimal(1)),
            **numbered("Auftrag", PREVIEW_COLUMNS, [row]),
        }

    async def prepare(self, session: Session, content: PaymentOrder) -> None:
        self._file: PaymentFile = await self._files.payment_file(content)
        self._pages = BankPages(session, self._access)
        await self._pages.sign_in()
        await self._pages.choose_file(Upload(_file_name(content), "application/xml", self._file.content))

    async def read_confirmation(self, session: Session) -> ConfirmationReading:
        return await self._pages.preview()

    async def press(self, session: Session) -> None:
        hand_in = button(session.page, "Datei jetzt einreichen", address="/dateien/einreichen", hint="hand in")
        await (await hand_in.agreed()).click()

    async def read_answer(self, session: Session) -> str:
        await session.page.get_by_role("heading", name="Datei einreichen").wait_for(state="hidden")
        headings = " ".join(await session.page.locator("h1").all_inner_texts())
        fields = await shown_fields(session.page)
        if "Dateinummer" not in fields:
            return f"{headings}: {await NOTICES.text(session.page)}"
        return f"{headings}: {fields['Dateinummer']}"

    async def probe(self, session: Session, content: PaymentOrder) -> ProbeResult:
        bank = BankPages(session, self._access)
        await bank.sign_in()
        reading = await bank.read_orders()
        await session.record("read the list of orders", content.reference)
        essentials = essentials_of(content.payee, content.amount)
        matches = [await bank.match(row, essentials) for row in reading.rows if row[3] == content.reference]
        doubtful = [row for row in reading.rows if Sum(content.amount, comma=True).is_shown_as(row[4])]
        return judged(
            matches or await bank.refused_files(_file_name(content)),
            reading,
            known_row_seen=reading.shows(self._known_row),
            lookalikes=sum(
                [not await bank.contradiction(row[0], essentials) for row in doubtful if not is_our_reference(row[3])]
            ),
            probed_at=self._access.clock(),
        )


def _file_name(order: PaymentOrder) -> str:
    """Our reference is the file's name, so that a file without a single order can be found, too."""
    return f"{order.reference}.xml"
