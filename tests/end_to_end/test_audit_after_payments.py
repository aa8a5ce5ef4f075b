"""After real payments the log proves every entry, and any byte that is changed in the database is found and named."""

import json
import random
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from store.engine import open_engines
from store.schema.audit import audit_body, audit_entry
from tests.end_to_end.play import Play

pytestmark = [pytest.mark.behaviour("E1", "E3"), pytest.mark.timeout(240)]

COLUMNS = [(table.name, column.name) for table in (audit_entry, audit_body) for column in table.columns]


def copied(play: Play, folder: Path) -> Path:
    """The database as it stands, so that the one in use is not damaged."""
    copy = folder / "copy.db"
    with (
        closing(sqlite3.connect(play.stage.home / "tallywright.db")) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    return copy


def flip(value: bytes | str | int, chance: random.Random) -> bytes | str | int:
    """`value` with one bit of one byte changed; of a number a high one, so that it meets no other row's."""
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(16, 31)
    data = bytearray(value if isinstance(value, bytes) else value.encode())
    data[chance.randrange(len(data))] ^= 1
    return bytes(data) if isinstance(value, bytes) else data.decode(errors="surrogateescape")


def damage(copy: Path, table: str, column: str, chance: random.Random) -> str:
    """Changes one byte of one row and gives the sequence of the entry."""
    with closing(sqlite3.connect(copy)) as connection, connection:
        rows = connection.execute(
            f"SELECT rowid, sequence, {column} FROM {table} WHERE length({column}) > 0"  # noqa: S608
        ).fetchall()
        rowid, sequence, value = chance.choice(rows)
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (flip(value, chance), rowid))  # noqa: S608
    return str(sequence)


class Found(NamedTuple):
    column: str
    damaged: str
    named: str | None


def damages(play: Play, folder: Path, chance: random.Random) -> Iterator[Found]:
    """One damage in each column, and which entry the verifier names."""
    house = play.stage.house
    for table, column in COLUMNS:
        copy = copied(play, folder)
        damaged = damage(copy, table, column, chance)
        engines = open_engines(f"sqlite:///{copy}")
        with engines.reader.connect() as connection:
            found = house.store.log.verify(connection, play.office.tenant, house.verifier)
        engines.dispose()
        yield Found(f"{table}.{column}", damaged, found.first_bad)


def audit_verify(play: Play, copy: Path) -> tuple[int, dict[str, object]]:
    """Exit status and answer of `tallywright audit verify`."""
    environment = play.stage.environment() | {"TALLYWRIGHT_DATABASE_URL": f"sqlite:///{copy}"}
    command = [sys.executable, "-m", "cli", "audit", "verify", "--json"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return ended.returncode, json.loads(ended.stdout)


async def test_a_changed_byte_in_any_column_is_found_and_named(play: Play, tmp_path: Path) -> None:
    seed = secrets.randbits(32)
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    slice_id = play.office.payment_of(play.office.bill())
    await play.carried_out(await play.start(slice_id), slice_id)
    assert audit_verify(play, copied(play, tmp_path))[0] == 0
    seen = list(damages(play, tmp_path, chance))
    assert [found for found in seen if found.named != found.damaged] == [], f"seed {seed}"
    copy = copied(play, tmp_path)
    damaged = damage(copy, "audit_entry", "data", chance)
    status, answer = audit_verify(play, copy)
    assert (status, answer["ok"], answer["first_bad"]) == (1, False, damaged), f"seed {seed}"
