"""The one way to change state: a transaction that commits its audit entries with it, or nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Select
from sqlalchemy.exc import DataError

from audit.entry import Actor, Correlation, Subject
from models.errors import BusinessError
from store.engine import Engines
from store.log import AuditLog, Draft


class MissingAuditEntry(Exception):
    """State was about to change without an audit entry; nothing was committed."""


@dataclass
class UnitOfWork:
    """A running transaction of one actor. `now` is business time and the same throughout."""

    connection: Connection
    tenant: str
    actor: Actor
    now: datetime
    case: str = ""
    run: str = ""
    drafts: list[Draft] = field(default_factory=list)
    has_written: bool = False

    def execute(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> CursorResult[Any]:
        """Runs `statement`, an insert for every one of `rows` where they are given."""
        result = self.connection.execute(statement, rows)
        if not isinstance(statement, Select) and result.rowcount:
            self.has_written = True
        return result

    def record(
        self,
        action: str,
        subject_kind: str,
        subject_id: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reasons: tuple[str, ...] = (),
    ) -> None:
        """Adds the audit entry `action` (past tense, dotted) about a subject to this transaction.

        `before` and `after` hold JSON values with amounts as strings, and never a secret.
        """
        body = {"before": before and dict(before), "after": after and dict(after)}
        self.drafts.append(
            Draft(
                actor=self.actor,
                action=action,
                subject=Subject(kind=subject_kind, id=subject_id),
                correlation=Correlation(case=self.case, run=self.run),
                reasons=reasons,
                body={key: value for key, value in body.items() if value is not None},
            )
        )


@dataclass(frozen=True)
class Store:
    """The database of all tenants. Calls block: async code runs them in threads."""

    engines: Engines
    log: AuditLog
    now: Callable[[], datetime]
    """Business time, UTC."""

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view. Writing through it is an error of the database."""
        with _readable_refusals(), self.engines.reader.connect() as connection:
            yield connection

    @contextmanager
    def change(self, tenant: str, actor: Actor, case: str = "", run: str = "") -> Iterator[UnitOfWork]:
        """Commits state and audit entries together when the block ends well; otherwise neither.

        Raises MissingAuditEntry when a row was written and nothing recorded, and BusinessError `text.not_storable`.
        """
        with _readable_refusals(), self.engines.writer.begin() as connection:
            self.engines.take_turn(connection, tenant)
            work = UnitOfWork(connection, tenant, actor, self.now(), case, run)
            yield work
            if work.has_written and not work.drafts:
                raise MissingAuditEntry("a change of state needs its audit entry")
            note = self.log.append(connection, tenant, work.now, work.drafts)
        if note:
            self.log.keep_outside(tenant, note)


@contextmanager
def _readable_refusals() -> Iterator[None]:
    """PostgreSQL keeps no NUL in a text; whoever typed it is told, where SQLite would take it."""
    try:
        yield
    except DataError as error:
        if "NUL" not in str(error.orig):
            raise
        raise BusinessError(
            "text.not_storable", "A text contains the invisible character NUL, which cannot be kept. Remove it."
        ) from error
