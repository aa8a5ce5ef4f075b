"""Signing at the sandbox's second bank: the login of another person sets a payment going that was handed in."""

from collections.abc import Callable
from datetime import datetime

from bots.action import PortalAction, PortalRefused
from bots.boundary import Boundary, origin_of, posts
from bots.browser import Browser
from bots.locators import shown_fields
from bots.otp import OneTimePasswords
from bots.portal import ActingPortal, PortalAccess
from bots.portals.sandbox_bank_b_pages import NOTICES, SIGN_IN, WAITING, BankPages, essentials_of, signing
from bots.probing import judged
from bots.readback import Account, ConfirmationReading, Expectations, Text
from bots.session import Session
from models.portal import CredentialSource, PaymentSignature, ProbeResult

NAME = "sandbox-bank-b-signature"
"""The same portal as `sandbox-bank-b`, entered with the login of the person who signs."""


class SandboxBankBSignature(ActingPortal[PaymentSignature]):
    """Signs payments that wait at the bank. It needs a login of its own, which belongs to another person."""

    def __init__(
        self,
        browser: Browser,
        credentials: CredentialSource,
        base_url: str,
        known_row: str,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        access = PortalAccess(NAME, browser, credentials, base_url.rstrip("/"), clock, OneTimePasswords(clock))
        super().__init__(access, PaymentSignature)
        self._known_row = known_row

    def _action(self, content: PaymentSignature) -> "OrderSignature":
        return OrderSignature(self._access, self._known_row)


class OrderSignature(PortalAction[PaymentSignature]):
    """The second signature under one payment, after the page that shows what it sets going."""

    name = NAME

    def __init__(self, access: PortalAccess, known_row: str) -> None:
        self.boundary = self.boundary_of(access.base_url)
        self._access = access
        self._known_row = known_row

    @staticmethod
    def boundary_of(base_url: str) -> Boundary:
        return Boundary(
            frozenset({origin_of(base_url)}),
            final=posts("/auftraege/[^/]+/unterschreiben"),
            steps=posts(SIGN_IN.path),
        )

    def expectations(self, content: PaymentSignature) -> Expectations:
        return {
            "Auftraggeberkonto": Account(content.payer_iban),
            **essentials_of(content.payee, content.amount),
            "End-to-End-Referenz": Text(content.payment_reference),
        }

    async def prepare(self, session: Session, content: PaymentSignature) -> None:
        self._pages = BankPages(session, self._access)
        await self._pages.sign_in()
        rows = [row for row in (await self._pages.read_orders()).rows if row[3] == content.payment_reference]
        if len(rows) != 1:
            raise PortalRefused(f"{content.payment_reference} stands in {len(rows)} rows of the bank's list")
        await self._pages.open_signature(rows[0][0])

    async def read_confirmation(self, session: Session) -> ConfirmationReading:
        return await shown_fields(session.page)

    async def press(self, session: Session) -> None:
        await (await signing(session.page).agreed()).click()

    async def read_answer(self, session: Session) -> str:
        return await NOTICES.answer(
            session.page, asked="Auftrag unterschreiben", done="Auftrag unterschrieben", number="Auftragsnummer"
        )

    async def probe(self, session: Session, content: PaymentSignature) -> ProbeResult:
        """Signed is what no longer waits; where the payment itself is not in the list nothing can be said."""
        bank = BankPages(session, self._access)
        await bank.sign_in()
        reading = await bank.read_orders()
        await session.record("read the list of orders", content.payment_reference)
        rows = [row for row in reading.rows if row[3] == content.payment_reference]
        essentials = essentials_of(content.payee, content.amount)
        return judged(
            [await bank.match(row, essentials) for row in rows if row[5] != WAITING],
            reading,
            known_row_seen=len(rows) == 1 and reading.shows(self._known_row),
            lookalikes=0,
            probed_at=self._access.clock(),
        )
