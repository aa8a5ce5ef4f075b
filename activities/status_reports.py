"""What a bank itself reports on a file of payments (pain.002), fetched where it has rejected one."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from temporalio import activity

from activities.portal_bots import StoreEvidence, at_the_portal, errand_item
from activities.portal_turns import Turns
from activities.references import AttemptRef
from audit.entry import Actor
from formats.pain002 import read_pain002
from models.base import Model
from models.errors import BusinessError
from models.payment_file import StatusReport, TransferStatus
from models.portal import PortalContent, StatusReportPortal
from store.cases import attach
from store.files import FileStore
from store.intents import attempt_of, entered_now, intent_of
from store.unit_of_work import Store
from store.vault import bot_of


class _Errand(Model):
    portal: str
    content: PortalContent
    reference: str
    actor: Actor
    case: str


@dataclass(frozen=True)
class StatusReportBots:
    store: Store
    files: FileStore
    portals: Mapping[str, StatusReportPortal]
    turns: Turns

    @activity.defn
    async def archive_status_report(self, ref: AttemptRef) -> str:
        """Files the bank's newest report on the attempt with the case; its reasons, "" where it gives none.

        Read-only on the portal; a portal that writes no reports is not visited.
        """
        errand = await asyncio.to_thread(self._errand, ref)
        portal = self.portals.get(errand.portal)
        if portal is None:
            return ""
        run = f"{ref.slice}.{ref.number}.report.{activity.info().attempt}"
        evidence = StoreEvidence(self.store, self.files, ref.tenant, errand.portal, errand.actor, errand.case, run)
        with at_the_portal():
            title = f"Fetch the bank's report on {errand.reference}"
            item = errand_item("report", errand.reference, errand.portal, title, errand.case)
            async with self.turns.taken(ref.tenant, item) as turn:
                reports = await turn.cover(portal.fetch_status_report(errand.content, evidence))
        return await asyncio.to_thread(self._archive, ref, errand, reports[-1].content) if reports else ""

    def _errand(self, ref: AttemptRef) -> _Errand:
        with self.store.read() as connection:
            intent = intent_of(connection, ref.tenant, ref.slice)
            attempt = attempt_of(connection, ref.tenant, ref.slice, ref.number)
            actor = bot_of(connection, ref.tenant, intent.portal)
            content = entered_now(connection, ref.tenant, intent.content, attempt.reference, self.store.now())
        return _Errand(
            portal=intent.portal,
            content=content,
            reference=attempt.reference,
            actor=actor,
            case=intent.case,
        )

    def _archive(self, ref: AttemptRef, errand: _Errand, report: bytes) -> str:
        sha256, status = self.files.put(ref.tenant, report), _status(report, errand.reference)
        with self.store.change(ref.tenant, errand.actor, errand.case) as work:
            attach(
                work, f"Status report {errand.reference}", sha256, "application/xml", f"{errand.reference}-pain002.xml"
            )
            said = status.model_dump(mode="json") if status else {}
            work.record("attempt.reported", "intent", ref.slice, after={"file": sha256, **said})
        return "; ".join(status.reasons) if status else ""


def _status(report: bytes, reference: str) -> TransferStatus | None:
    """What the bank says of the payment; None where its report cannot be read, which then lies with the case."""
    try:
        read = read_pain002(report)
    except BusinessError:
        return None
    return read.status_of(_only_batch(read), reference)


def _only_batch(report: StatusReport) -> str:
    """A file of ours holds one batch."""
    return report.batches[0].batch_id if len(report.batches) == 1 else ""
