"""Random tampering with a copy of the database, each kind with the entries that have to be named for it."""

# ruff: noqa: S608 - drawn from a seed to be repeated; the statements that damage are composed here

import random
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.schema.audit import audit_body, audit_entry

_TABLES = {"audit_entry": audit_entry, "audit_body": audit_body}
_COLUMNS = [(table, column.name) for table, known in _TABLES.items() for column in known.c]


class Refused(Exception):
    """The database does not let this change in, or it changes nothing."""


@dataclass(frozen=True)
class Damaged:
    """What was done, and which entries are right to be named for it."""

    kind: str
    places: frozenset[int]


@dataclass(frozen=True)
class Tamperer:
    """Damages the log of `length` entries in the SQLite file `database`, past the store."""

    database: Path
    length: int
    chance: random.Random

    def edit(self) -> Damaged:
        """One column of one row gets another value, another type, more, nothing or NULL."""
        (table, column), sequence = self.chance.choice(_COLUMNS), self._any()
        change = self.chance.choice((_flipped, _retyped, _longer, _emptied, _lost))
        with self._opened() as connection:
            place = f"WHERE sequence = {sequence}"
            kept = connection.execute(f"SELECT {column} FROM {table} {place}").fetchone()[0]
            wrong = change(kept, self.chance)
            if wrong == kept and type(wrong) is type(kept):
                raise Refused
            self._change(connection, (f"UPDATE {table} SET {column} = ? {place}", (wrong,)))
        return Damaged("edit", frozenset({sequence}))

    def delete(self) -> Damaged:
        """One row of one table, or of both."""
        sequence, tables = self._any(), self.chance.choice((["audit_entry"], ["audit_body"], list(_TABLES)))
        with self._opened() as connection:
            self._change(connection, *((f"DELETE FROM {table} WHERE sequence = ?", (sequence,)) for table in tables))
        return Damaged("delete", frozenset({sequence}))

    def insert(self) -> Damaged:
        """A copy of a row, in between or at the end; the rows behind it move on."""
        copied, place = self._any(), self.chance.randrange(self.length + 1)
        with self._opened() as connection:
            for table, known in _TABLES.items():
                columns = ", ".join(column.name for column in known.c if column.name != "sequence")
                self._change(
                    connection,
                    (f"CREATE TEMP TABLE kept AS SELECT {columns} FROM {table} WHERE sequence = ?", (copied,)),
                    (f"UPDATE {table} SET sequence = -sequence - 1 WHERE sequence >= ?", (place,)),
                    (f"UPDATE {table} SET sequence = -sequence WHERE sequence < 0", ()),
                    (f"INSERT INTO {table} (sequence, {columns}) SELECT ?, {columns} FROM kept", (place,)),
                    ("DROP TABLE kept", ()),
                )
            self._change(connection, ("UPDATE audit_head SET size = size + 1", ()))
        # Two rows now claim to be the entry that was copied: either is the one too many. Side by side they are alike,
        # and the second one is out of place.
        return Damaged("insert", frozenset({copied, place, place + 1} if copied == place else {copied, place}))

    def reorder(self) -> Damaged:
        """Two entries change places."""
        one, other = self.chance.sample(range(self.length), 2)
        moves = [
            (f"UPDATE {table} SET sequence = ? WHERE sequence = ?", move)
            for table in _TABLES
            for move in ((-1, one), (one, other), (other, -1))
        ]
        with self._opened() as connection:
            self._change(connection, *moves)
        return Damaged("reorder", frozenset({min(one, other)}))

    def truncate(self) -> Damaged:
        """Everything from some entry on is gone, and the head says so too."""
        kept = self._any()
        cuts = [(f"DELETE FROM {table} WHERE sequence >= ?", (kept,)) for table in _TABLES]
        with self._opened() as connection:
            self._change(connection, *cuts, ("UPDATE audit_head SET size = ?", (kept,)))
        return Damaged("truncate", frozenset({kept}))

    def _any(self) -> int:
        return self.chance.randrange(self.length)

    def _opened(self) -> "closing[sqlite3.Connection]":
        connection = sqlite3.connect(self.database)
        connection.text_factory = lambda raw: raw.decode(errors="surrogateescape")
        return closing(connection)

    def _change(self, connection: sqlite3.Connection, *changes: tuple[str, Sequence[Any]]) -> None:
        """Raises Refused when the database does not let `changes` in."""
        try:
            with connection:
                for statement, values in changes:
                    connection.execute(statement, values)
        except sqlite3.IntegrityError as error:
            raise Refused from error


IN_PLACE: Sequence[Callable[[Tamperer], Damaged]] = (
    Tamperer.edit,
    Tamperer.delete,
    Tamperer.insert,
    Tamperer.reorder,
    Tamperer.truncate,
)


def _flipped(value: Any, chance: random.Random) -> Any:
    """`value` with one bit changed, of the same type."""
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(8, 16))
    raw = value if isinstance(value, bytes) else value.encode(errors="surrogateescape")
    if not raw:
        return "x" if isinstance(value, str) else b"x"
    at = chance.randrange(len(raw))
    changed = raw[:at] + bytes([raw[at] ^ (1 << chance.randrange(7))]) + raw[at + 1 :]
    return changed if isinstance(value, bytes) else changed.decode(errors="replace")


def _retyped(value: Any, _: random.Random) -> Any:
    """The same content in another type of SQLite."""
    if isinstance(value, int):
        return f"x{value}".encode()
    return value.decode(errors="replace") if isinstance(value, bytes) else value.encode()


def _longer(value: Any, chance: random.Random) -> Any:
    if isinstance(value, int):
        return value + 2**40
    tail = chance.choice((" ", "\0", "\n"))
    return value + (tail.encode() if isinstance(value, bytes) else tail)


def _emptied(value: Any, _: random.Random) -> Any:
    return {int: -7, bytes: b"", str: ""}[type(value)]


def _lost(_: Any, __: random.Random) -> Any:
    return None
