"""A real case's log, changed behind the store's back: found, and named where it was done."""

# ruff: noqa: S311, S608 - the statements that damage are composed here, by a chance that can be repeated

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from audit.damage import Damage
from audit.verify import Verification
from store.files import FileStore
from store.log import entries
from store.schema.audit import audit_body, audit_entry
from store.unit_of_work import Store
from tests.console.company import TENANT, Clock, Company
from tests.console.stories import paid
from tests.databases import allow_everything, copy_home, database_in
from tests.store.houses import SIGNER, store_in, verified

pytestmark = pytest.mark.behaviour("E3")
_TABLES = {"audit_entry": audit_entry, "audit_body": audit_body}
_COLUMNS = [f"{table}.{column.name}" for table, known in _TABLES.items() for column in known.c]
_ROWS_PER_COLUMN = 3


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, opened_books: Path) -> Iterator[Path]:
    """A purchase from request to payment."""
    folder = tmp_path_factory.mktemp("told") / "house"
    copy_home(opened_books, folder)
    store = store_in(folder, clock := Clock())
    paid(Company(store, FileStore(folder / "files"), clock), b"picture")
    store.engines.dispose()
    yield folder


@pytest.fixture(scope="module")
def length(told: Path) -> int:
    store = store_in(told, Clock())
    found = size(store)
    store.engines.dispose()
    return found


@pytest.fixture
def store(told: Path) -> Iterator[Store]:
    opened = store_in(told, Clock())
    yield opened
    opened.engines.dispose()


@contextmanager
def tampering(store: Store) -> Iterator[Connection]:
    """A connection on which everything is allowed and nothing stays."""
    with store.engines.writer.connect() as connection:
        allow_everything(connection)
        yield connection
        connection.rollback()


def check(store: Store, connection: Connection) -> Verification:
    return store.log.verify(connection, TENANT, SIGNER.verifier)


def named(store: Store, *changes: str) -> Verification:
    """What the verifier says after `changes`; it has to be damage."""
    with tampering(store) as connection:
        for change in changes:
            connection.exec_driver_sql(change)
        found = check(store, connection)
    assert not found.ok, changes
    return found


def size(store: Store) -> int:
    return verified(store).entries


def flipped(value: Any, chance: random.Random) -> Any:
    """`value` with one byte, character or bit changed, of the same type."""
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(8, 16))
    raw = value if isinstance(value, bytes) else value.encode()
    if not raw:
        return "x" if isinstance(value, str) else b"x"
    at = chance.randrange(len(raw))
    changed = raw[:at] + bytes([raw[at] ^ (1 << chance.randrange(7))]) + raw[at + 1 :]
    return changed if isinstance(value, bytes) else changed.decode(errors="replace")


def retyped(value: Any, _: random.Random) -> Any:
    """The same content in another type of SQLite."""
    if isinstance(value, int):
        return f"x{value}".encode()
    return value.decode(errors="replace") if isinstance(value, bytes) else value.encode()


def longer(value: Any, chance: random.Random) -> Any:
    if isinstance(value, int):
        return value + 2**40
    tail = chance.choice((" ", "\0", "\n"))
    return value + (tail.encode() if isinstance(value, bytes) else tail)


def emptied(value: Any, _: random.Random) -> Any:
    return {int: -7, bytes: b"", str: ""}[type(value)]


def lost(_: Any, __: random.Random) -> Any:
    return None


@pytest.mark.parametrize("change", [flipped, retyped, longer, emptied, lost])
@pytest.mark.parametrize("place", _COLUMNS)
def test_a_change_to_any_column_of_any_row_is_found_and_the_entry_named(
    store: Store, length: int, place: str, change: Callable[[Any, random.Random], Any]
) -> None:
    table, _, column = place.partition(".")
    chance = random.Random(f"{place} {change.__name__}")
    last = length - 1
    for sequence in {0, last, *(chance.randrange(last) for _ in range(_ROWS_PER_COLUMN - 2))}:
        with tampering(store) as connection:
            where = f"WHERE tenant = '{TENANT}' AND sequence = {sequence}"
            kept = connection.exec_driver_sql(f"SELECT {column} FROM {table} {where}").scalar_one()
            wrong = change(kept, chance)
            if wrong == kept and type(wrong) is type(kept):
                continue
            try:
                connection.execute(text(f"UPDATE {table} SET {column} = :wrong {where}"), {"wrong": wrong})
            except DBAPIError:
                continue  # the database itself refuses it
            now = connection.exec_driver_sql(f"SELECT {column} FROM {table} {where}").scalar()
            if now == kept and type(now) is type(kept):
                continue  # PostgreSQL's columns have one type each, and cut trailing blanks off
            found = check(store, connection)
        assert (found.ok, found.first_bad) == (False, str(sequence)), (wrong, found)


def test_the_whole_log_of_a_case_is_as_it_was_written(store: Store) -> None:
    found = verified(store)
    assert (found.ok, found.first_bad, found.damage) == (True, None, None)
    with store.read() as connection:
        assert found.entries == len(list(entries(connection, TENANT))) > 60


@pytest.mark.parametrize("gone", [0, 1, 17, -1])
def test_a_deleted_entry_is_named(store: Store, gone: int) -> None:
    sequence = gone % size(store)
    found = named(store, f"DELETE FROM audit_entry WHERE sequence = {sequence}")
    assert found.first_bad == str(sequence)
    assert found.damage is (Damage.TRUNCATED if gone == -1 else Damage.MISSING)


@pytest.mark.parametrize("kept", [0, 1, 40])
def test_a_log_that_was_cut_off_is_named_where_it_ends(store: Store, kept: int) -> None:
    cut = [f"DELETE FROM {table} WHERE sequence >= {kept}" for table in _TABLES]
    found = named(store, *cut, f"UPDATE audit_head SET size = {kept}")
    assert (found.first_bad, found.damage) == (str(kept), Damage.TRUNCATED)


@pytest.mark.parametrize(("one", "other"), [(0, 1), (5, 30), (40, 12)])
def test_exchanged_entries_are_named_at_the_first(store: Store, one: int, other: int) -> None:
    exchange = [
        f"UPDATE {table} SET sequence = {new} WHERE sequence = {old}"
        for table in _TABLES
        for old, new in ((one, -1), (other, one), (-1, other))
    ]
    assert named(store, *exchange).first_bad == str(min(one, other))


def test_an_entry_that_was_added_by_hand_is_named(store: Store) -> None:
    last = size(store) - 1
    columns = ", ".join(column.name for column in audit_entry.c if column.name != "sequence")
    copy = f"INSERT INTO audit_entry (sequence, {columns}) SELECT {last + 1}, {columns} FROM audit_entry"
    assert named(store, f"{copy} WHERE sequence = {last}").first_bad is not None


def test_a_deleted_body_is_named(store: Store) -> None:
    found = named(store, "DELETE FROM audit_body WHERE sequence = 12")
    assert (found.first_bad, found.damage) == ("12", Damage.BODY_MISSING)


def test_of_several_changes_the_first_entry_is_named(store: Store) -> None:
    found = named(store, "UPDATE audit_entry SET action = 'x' WHERE sequence IN (33, 21, 50)")
    assert found.first_bad == "21"


@pytest.mark.behaviour("D3")
def test_an_older_copy_of_the_whole_database_is_noticed_by_the_checkpoints_outside_it(
    tmp_path: Path, opened_books: Path, told: Path
) -> None:
    restored = tmp_path / "restored"
    copy_home(opened_books, restored)
    shutil.copytree(told / "checkpoints", restored / "checkpoints", dirs_exist_ok=True)
    store = store_in(restored, Clock())
    found = verified(store)
    store.engines.dispose()
    assert (found.ok, found.damage, found.first_bad) == (False, Damage.TRUNCATED, str(found.entries))


@pytest.mark.behaviour("D3")
def test_an_older_copy_that_went_on_is_noticed_as_a_fork(tmp_path: Path, opened_books: Path, told: Path) -> None:
    restored = tmp_path / "restored"
    copy_home(opened_books, restored)
    shutil.copytree(told / "checkpoints", restored / "checkpoints", dirs_exist_ok=True)
    store = store_in(restored, clock := Clock())
    restored_to = size(store)
    Company(store, FileStore(restored / "files"), clock).file(reason="Something else")
    found = verified(store)
    store.engines.dispose()
    assert (found.ok, found.damage, found.first_bad) == (False, Damage.FORKED, str(restored_to))


@pytest.mark.parametrize("line", ["garbage", "5", '"unsigned"', "[]", "\udcff", "null"])
def test_damage_in_the_file_of_checkpoints_is_damage_and_no_crash(tmp_path: Path, told: Path, line: str) -> None:
    changed = copy_home(told, tmp_path / "changed")
    with (changed / "checkpoints" / f"{TENANT}.checkpoints").open("ab") as file:
        file.write(f"{line}\n".encode(errors="surrogateescape"))
    store = store_in(changed, Clock())
    found = verified(store)
    store.engines.dispose()
    assert (found.ok, found.damage) == (False, Damage.BAD_OUTSIDE_CHECKPOINT)


def test_a_change_made_by_another_program_is_found(tmp_path: Path, told: Path) -> None:
    changed = copy_home(told, tmp_path / "changed")
    other_program = create_engine(database_in(changed))
    with other_program.begin() as database:
        database.execute(text("UPDATE audit_entry SET actor = replace(actor, 'ayse', 'mara') WHERE actor LIKE 'ayse%'"))
    other_program.dispose()
    store = store_in(changed, Clock())
    found = verified(store)
    store.engines.dispose()
    assert (found.ok, found.damage) == (False, Damage.EDITED)
    assert "column actor" in found.detail
