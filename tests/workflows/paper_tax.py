"""The tax authority without a browser, at the protocol of `models.portal`, over the sandbox's own register."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from models.errors import BusinessError
from models.portal import (
    Download,
    EvidenceSink,
    EvidenceStep,
    InvoiceRegistration,
    PortalContent,
    PortalState,
    PortalUnavailable,
)
from sandbox.clock import BusinessClock
from sandbox.tax import ledger as tax
from store.files import digest_of
from tests.workflows.paper_portals import Conduct, PaperPortal


class PaperTax(PaperPortal):
    """Its receipt is on paper too; `lost_receipts` fail before one is given."""

    def __init__(self, book: Path, wall: Callable[[], datetime], clock: BusinessClock) -> None:
        super().__init__(wall, clock)
        self._book = book
        self.receipts = 0
        self.lost_receipts = 0
        tax.create(book, clock)

    def registered(self) -> list[str]:
        """Invoice numbers in the register, oldest first, its own old registration aside."""
        rows = tax.registrations(self._book)
        return [str(row["invoice_number"]) for row in rows if row["register_number"] != tax.KNOWN_REGISTER_NUMBER]

    async def fetch_receipt(self, content: PortalContent, evidence: EvidenceSink) -> Download:
        self.receipts += 1
        await evidence.record(EvidenceStep(action="downloaded", target=content.reference))
        if self.lost_receipts:
            self.lost_receipts -= 1
            raise PortalUnavailable("maintenance until 06:00")
        paper = f"%PDF-1.7 receipt {self.receipts} for {content.reference}".encode()
        return Download(name="receipt.pdf", media_type="application/pdf", content=paper, sha256=digest_of(paper))

    def _carry_out(self, content: PortalContent, conduct: Conduct) -> None:
        if not isinstance(content, InvoiceRegistration):
            raise BusinessError("portal.wrong", "the tax authority registers invoices only")
        if conduct is Conduct.LOSES_IT:
            return
        invoice = tax.SalesInvoice(
            login="BOT",
            seller_vat_id=content.seller_vat_id,
            buyer=content.buyer,
            buyer_vat_id=content.buyer_vat_id,
            invoice_number=content.invoice_number,
            invoice_date=content.invoice_date,
            reference=content.reference,
            currency=content.currency,
            taxes=tuple(tax.TaxAmount(row.rate, row.net, row.tax) for row in content.taxes),
        )
        tax.register(self._book, invoice, self._clock.now())

    def _states(self, reference: str) -> list[PortalState]:
        return [PortalState.EXECUTED for row in tax.registrations(self._book) if row["reference"] == reference]
