"""How the database is opened: one engine that writes, one that cannot."""

from dataclasses import dataclass
from sqlite3 import SQLITE_BUSY, OperationalError
from time import monotonic, sleep

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 30
"""How long a write waits for its turn on SQLite."""


@dataclass(frozen=True)
class Engines:
    """`writer` takes the write lock when a transaction begins; `reader` refuses to write."""

    writer: Engine
    reader: Engine

    def take_turn(self, connection: Connection, what: str) -> None:
        """Waits until no other transaction of `writer` works on `what`, and keeps the others waiting until the end.

        So whoever decides sees everything that was decided before. SQLite has one writer at a time anyway.
        """
        if self.writer.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": what})

    def dispose(self) -> None:
        self.writer.dispose()
        self.reader.dispose()


def open_engines(url: str) -> Engines:
    """Engines for `url` (SQLite or PostgreSQL).

    SQLite gets WAL and full sync: a commit that was answered survives power loss.
    """
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql"):
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() == "postgresql":
        reader = create_engine(address, isolation_level="REPEATABLE READ", pool_pre_ping=True)
        return Engines(create_engine(address, pool_pre_ping=True), reader.execution_options(postgresql_readonly=True))
    writer, reader = create_engine(address), create_engine(address)
    _prepare_sqlite(writer, begin="BEGIN IMMEDIATE", pragmas=())
    _prepare_sqlite(reader, begin="BEGIN", pragmas=("query_only=ON",))
    return Engines(writer, reader)


def _decode_anything(raw: bytes) -> str:
    """Text that somebody damaged must reach the verifier instead of failing on the way."""
    return raw.decode(errors="surrogateescape")


def _write_ahead(cursor: DBAPICursor) -> None:
    """SQLite does not wait when several open a new file at once, whatever its busy time-out says: ask again instead."""
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except OperationalError as error:
            if error.sqlite_errorcode & 0xFF != SQLITE_BUSY or monotonic() > until:
                raise
            sleep(0.01)
        else:
            return


def _prepare_sqlite(engine: Engine, begin: str, pragmas: tuple[str, ...]) -> None:
    settings = ("synchronous=FULL", "foreign_keys=ON", *pragmas)

    def on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver's own transaction handling would begin too late to hold the write lock while we read.
        connection.isolation_level = None
        connection.text_factory = _decode_anything
        cursor = connection.cursor()
        _write_ahead(cursor)
        for setting in settings:
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
