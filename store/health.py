"""What an administrator asks of the database: is it of this version, is anything stuck."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, ColumnElement, Connection, Table, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError

from store.engine import Engines, open_engines
from store.migrate import MIGRATIONS
from store.reads import View
from store.schema.approvals import outbox, task
from store.schema.audit import audit_head


class DatabaseUnreachable(Exception):
    """The database cannot be opened; the message says why and never how one signs in to it."""


@dataclass(frozen=True)
class SchemaVersion:
    """Which migration was the last applied to a database, and which this version of the program needs."""

    found: str
    wanted: str
    is_known: bool
    """False when another version of the program applied the last migration."""

    @property
    def is_current(self) -> bool:
        return self.found == self.wanted


@dataclass(frozen=True)
class Backlog:
    """How much waits, and since or until when the oldest of it."""

    count: int
    oldest: datetime | None


@contextmanager
def view_without_waiting(url: str, seconds: int) -> Iterator[View]:
    """A view of the database at `url` that leaves it as it is, or DatabaseUnreachable, within about `seconds`."""
    engines = _engines(url, seconds)
    try:
        with _connected(engines) as connection:
            yield connection
    finally:
        engines.dispose()


def schema_version(connection: View) -> SchemaVersion:
    found = MigrationContext.configure(connection).get_current_revision() or ""
    revisions = _revisions()
    return SchemaVersion(found, revisions[0], is_known=not found or found in revisions)


def log_size(connection: View, tenant: str) -> int:
    """How many entries the tenant's audit log has according to the database."""
    query = select(audit_head.c.size).where(audit_head.c.tenant == tenant)
    return connection.execute(query).scalar_one_or_none() or 0


def messages_waiting(connection: View, since_before: datetime) -> Backlog:
    """Messages to workflows that were written before a business time and have not arrived."""
    return _backlog(
        connection, outbox, outbox.c.created_at, outbox.c.delivered_at.is_(None) & (outbox.c.created_at < since_before)
    )


def tasks_past_due(connection: View, tenant: str, now: datetime) -> Backlog:
    """Open tasks that should have been settled before the business time `now`."""
    is_late = (task.c.tenant == tenant) & (task.c.state == "open") & (task.c.due_at < now)
    return _backlog(connection, task, task.c.due_at, is_late)


@cache
def _revisions() -> tuple[str, ...]:
    """Every migration that this version has, the newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def _engines(url: str, seconds: int) -> Engines:
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
            raise DatabaseUnreachable(f"there is no file {address.database}")
        if address.get_backend_name() != "sqlite":
            address = address.update_query_dict({"connect_timeout": str(seconds)})
        return open_engines(address.render_as_string(hide_password=False))
    except (ArgumentError, ImportError):
        # SQLAlchemy's own message may repeat the address, password included.
        raise DatabaseUnreachable("this is no address of a SQLite or PostgreSQL database") from None


def _connected(engines: Engines) -> Connection:
    try:
        return engines.reader.connect()
    except DBAPIError as error:
        raise DatabaseUnreachable(" ".join(str(error.orig).split())) from None


def _backlog(connection: Connection, table: Table, moment: "Column[datetime]", which: ColumnElement[bool]) -> Backlog:
    row = connection.execute(select(func.count(), func.min(moment)).select_from(table).where(which)).one()
    return Backlog(*row)
