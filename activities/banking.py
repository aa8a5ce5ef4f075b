"""Bank statements: fetched by a bot, parsed apart, taken in when they balance."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.portal_bots import UNAVAILABLE, StoreEvidence, heartbeats
from audit.entry import Actor
from models.base import Model
from models.errors import BusinessError
from models.portal import PortalUnavailable, StatementPortal
from reading.document import read_document
from store.files import FileStore
from store.statements import ImportedStatement, import_statement
from store.unit_of_work import Store
from store.vault import bot_of

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

    @activity.defn
    async def fetch_statements(self, order: StatementOrder) -> FetchedStatements:
        """Downloads the statements into the file store. Read-only; may be repeated."""
        evidence = await asyncio.to_thread(self._evidence, order)
        with heartbeats():
            try:
                files = await self.portals[order.portal].fetch_statements(order.account, order.day, evidence)
            except PortalUnavailable as error:
                raise ApplicationError(str(error)[:2000], type=UNAVAILABLE) from error
        kept = [await asyncio.to_thread(self.files.put, order.tenant, file.content) for file in files]
        return FetchedStatements(tenant=order.tenant, request=order.request, sha256=tuple(kept))

    def _evidence(self, order: StatementOrder) -> StoreEvidence:
        with self.store.read() as connection:
            actor = bot_of(connection, order.tenant, order.portal)
        run = f"{order.request}.{activity.info().attempt}"
        return StoreEvidence(self.store, self.files, order.tenant, order.portal, actor, "", run)


@dataclass(frozen=True)
class Banking:
    store: Store
    files: FileStore

    @activity.defn
    def import_statements(self, fetched: FetchedStatements) -> tuple[ImportedStatement, ...]:
        """Parses, checks that they balance, takes in and reconciles; the same file again changes nothing."""
        return tuple(imported for sha256 in fetched.sha256 for imported in self._import_file(fetched.tenant, sha256))

    def _import_file(self, tenant: str, sha256: str) -> list[ImportedStatement]:
        result = read_document(self.files.path(tenant, sha256))
        if not result.statements:
            reason = result.reason or "The bank sent a file that is no statement."
            raise BusinessError("statement.unreadable", reason, result.findings)
        with self.store.change(tenant, _BANKING) as work:
            return [import_statement(work, statement, sha256, result.findings) for statement in result.statements]
