"""After real payments the log proves every entry, and any byte that is changed in the database is found and named."""

import json
import random
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, text

from store.schema.audit import audit_body, audit_entry
from tests.databases import allow_everything
from tests.end_to_end.play import Play

pytestmark = [pytest.mark.behaviour("E1", "E3"), pytest.mark.timeout(240)]

COLUMNS = [(table.name, column.name) for table in (audit_entry, audit_body) for column in table.columns]


def flip(value: bytes | str | int, chance: random.Random) -> bytes | str | int:
    """`value` with one bit of one byte changed; of a number a high one, so that it meets no other row's."""
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(16, 31)
    data = bytearray(value if isinstance(value, bytes) else value.encode())
    data[chance.randrange(len(data))] ^= 1
    return bytes(data) if isinstance(value, bytes) else data.decode(errors="surrogateescape")


@dataclass(frozen=True)
class Damage:
    """One byte of one row; `sequence` is its entry's."""

    table: str
    column: str
    sequence: int
    before: bytes | str | int
    after: bytes | str | int

    def do(self, connection: Connection) -> None:
        self._set(connection, self.sequence, self.after)

    def undo(self, connection: Connection) -> None:
        self._set(connection, self.after if self.column == "sequence" else self.sequence, self.before)

    def _set(self, connection: Connection, sequence: object, value: object) -> None:
        statement = f"UPDATE {self.table} SET {self.column} = :value WHERE sequence = :sequence"  # noqa: S608
        connection.execute(text(statement), {"value": value, "sequence": sequence})


def damage(connection: Connection, table: str, column: str, chance: random.Random) -> Damage:
    query = f"SELECT sequence, {column} FROM {table} ORDER BY sequence"  # noqa: S608
    rows = [row for row in connection.execute(text(query)) if row[1] not in ("", b"", None)]
    sequence, value = chance.choice(rows)
    return Damage(table, column, sequence, value, flip(value, chance))


class Found(NamedTuple):
    column: str
    damaged: str
    named: str | None


def damages(play: Play, chance: random.Random) -> Iterator[Found]:
    """One damage in each column, and which entry the verifier names. None of them stays."""
    house = play.stage.house
    for table, column in COLUMNS:
        with house.store.engines.writer.connect() as connection:
            allow_everything(connection)
            damaged = damage(connection, table, column, chance)
            damaged.do(connection)
            found = house.store.log.verify(connection, play.office.tenant, house.verifier)
            connection.rollback()
        yield Found(f"{table}.{column}", str(damaged.sequence), found.first_bad)


def audit_verify(play: Play) -> tuple[int, dict[str, object]]:
    """Exit status and answer of `tallywright audit verify`."""
    command = [sys.executable, "-m", "cli", "audit", "verify", "--json"]
    ended = subprocess.run(command, env=play.stage.environment(), capture_output=True, text=True, check=False)
    return ended.returncode, json.loads(ended.stdout)


async def test_a_changed_byte_in_any_column_is_found_and_named(play: Play) -> None:
    seed = secrets.randbits(32)
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    slice_id = play.office.payment_of(play.office.bill())
    await play.carried_out(await play.start(slice_id), slice_id)
    assert audit_verify(play)[0] == 0
    seen = list(damages(play, chance))
    assert [found for found in seen if found.named != found.damaged] == [], f"seed {seed}"
    writer = play.stage.house.store.engines.writer
    with writer.begin() as connection:
        damaged = damage(connection, "audit_entry", "data", chance)
        damaged.do(connection)
    status, answer = audit_verify(play)
    with writer.begin() as connection:
        damaged.undo(connection)
    assert (status, answer["ok"], answer["first_bad"]) == (1, False, str(damaged.sequence)), f"seed {seed}"
    assert audit_verify(play)[0] == 0
