"""Bank statements: fetched by a bot, parsed apart, taken in when they balance."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from temporalio import activity

from activities.portal_bots import StoreEvidence, at_the_portal, errand_item
from activities.portal_turns import Turns
from audit.entry import Actor
from models.base import Model
from models.errors import BusinessError
from models.portal import Download, StatementPortal
from reading.document import read_document
from store.files import FileStore
from store.schedule_runs import part_done
from store.statements import ImportedStatement, import_statement
from store.unit_of_work import Store

_BANKING = Actor(system="banking")


class StatementOrder(Model):
    """Whose statement of which day a person asked for."""

    tenant: str
    request: str
    portal: str
    account: str
    """IBAN."""
    day: date


class FetchedStatements(Model):
    tenant: str
    request: str
    sha256: tuple[str, ...]


@dataclass(frozen=True)
class StatementBots:
    store: Store
    files: FileStore
    portals: Mapping[str, StatementPortal]
    turns: Turns

    @activity.defn
    async def fetch_statements(self, order: StatementOrder) -> FetchedStatements:
        """Downloads the statements into the file store. Read-only; may be repeated."""
        run = f"{order.request}.{activity.info().attempt}"
        evidence = await asyncio.to_thread(
            StoreEvidence.without_case, self.store, self.files, order.tenant, order.portal, run
        )
        with at_the_portal():
            item = errand_item("statement", order.request, order.portal, f"Fetch the statement of {order.day}")
            async with self.turns.taken(order.tenant, item) as turn:
                files = await turn.cover(self._files(order, evidence))
        kept = [await asyncio.to_thread(self.files.put, order.tenant, file.content) for file in files]
        return FetchedStatements(tenant=order.tenant, request=order.request, sha256=tuple(kept))

    async def _files(self, order: StatementOrder, evidence: StoreEvidence) -> tuple[Download, ...]:
        return await self.portals[order.portal].fetch_statements(order.account, order.day, evidence)


@dataclass(frozen=True)
class Banking:
    store: Store
    files: FileStore

    @activity.defn
    def import_statements(self, fetched: FetchedStatements) -> tuple[ImportedStatement, ...]:
        """Parses, checks that they balance, takes in and reconciles; the same file again changes nothing."""
        found = tuple(imported for sha256 in fetched.sha256 for imported in self._import_file(fetched.tenant, sha256))
        if found:
            with self.store.change(fetched.tenant, _BANKING) as work:
                part_done(work, fetched.request)
        return found

    def _import_file(self, tenant: str, sha256: str) -> list[ImportedStatement]:
        result = read_document(self.files.path(tenant, sha256))
        if not result.statements:
            reason = result.reason or "The bank sent a file that is no statement."
            raise BusinessError("statement.unreadable", reason, result.findings)
        with self.store.change(tenant, _BANKING) as work:
            return [import_statement(work, statement, sha256, result.findings) for statement in result.statements]
