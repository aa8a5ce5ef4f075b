"""The tax authority's receipts, fetched by the bot that registered."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from temporalio import activity

from activities.portal_bots import StoreEvidence, at_the_portal, errand_item
from activities.portal_turns import Turns
from activities.references import SalesInvoiceRef
from audit.entry import Actor
from models.base import Model
from models.ids import registration_slice
from models.portal import PortalContent, ReceiptPortal
from store.files import FileStore
from store.intents import entered_now, intent_of, last_attempt
from store.sales_invoices import keep_receipt, sales_invoice_of
from store.unit_of_work import Store
from store.vault import bot_of


class _Errand(Model):
    """A receipt that is not archived yet."""

    portal: str
    content: PortalContent
    actor: Actor
    case: str


@dataclass(frozen=True)
class ReceiptBots:
    store: Store
    files: FileStore
    portals: Mapping[str, ReceiptPortal]
    turns: Turns

    @activity.defn
    async def archive_receipt(self, ref: SalesInvoiceRef) -> None:
        """Downloads the receipt of the registered invoice and files it with the case, once. Read-only on the portal."""
        errand = await asyncio.to_thread(self._errand, ref)
        if errand is None:
            return
        run = f"{ref.invoice}.receipt.{activity.info().attempt}"
        evidence = StoreEvidence(self.store, self.files, ref.tenant, errand.portal, errand.actor, errand.case, run)
        with at_the_portal():
            title = f"Fetch the receipt of {ref.invoice}"
            item = errand_item("receipt", ref.invoice, errand.portal, title, errand.case)
            async with self.turns.taken(ref.tenant, item) as turn:
                portal = self.portals[errand.portal]
                receipt = await turn.cover(portal.fetch_receipt(errand.content, evidence))
            await asyncio.to_thread(self._archive, ref, errand, receipt.content)

    def _errand(self, ref: SalesInvoiceRef) -> _Errand | None:
        slice_id = registration_slice(ref.invoice)
        with self.store.read() as connection:
            if sales_invoice_of(connection, ref.tenant, ref.invoice).receipt:
                return None
            intent = intent_of(connection, ref.tenant, slice_id)
            attempt = last_attempt(connection, ref.tenant, slice_id)
            actor = bot_of(connection, ref.tenant, intent.portal)
            reference = attempt.reference if attempt else ""
            content = entered_now(connection, ref.tenant, intent.content, reference, self.store.now())
        return _Errand(portal=intent.portal, content=content, actor=actor, case=intent.case)

    def _archive(self, ref: SalesInvoiceRef, errand: _Errand, receipt: bytes) -> None:
        sha256 = self.files.put(ref.tenant, receipt)
        with self.store.change(ref.tenant, errand.actor, errand.case) as work:
            keep_receipt(work, sales_invoice_of(work.connection, ref.tenant, ref.invoice), sha256)
