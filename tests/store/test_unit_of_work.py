import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DBAPIError

from store.numbers import next_number
from store.schema.audit import audit_entry
from store.schema.purchasing import number_series
from store.unit_of_work import MissingAuditEntry, Store
from tests.console.company import TENANT
from tests.store.houses import SYSTEM, verified

pytestmark = pytest.mark.behaviour("E1")
_SERIES = {"tenant": TENANT, "series": "T", "last": 1}


def series(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(select(number_series.c.series).where(number_series.c.series == "T")).scalars())


def entries(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(audit_entry)).scalar_one()


def test_a_change_without_an_entry_is_refused_and_changes_nothing(store: Store) -> None:
    with pytest.raises(MissingAuditEntry), store.change(TENANT, SYSTEM) as work:
        work.execute(insert(number_series).values(**_SERIES))
    assert series(store) == []


def test_an_exception_leaves_neither_state_nor_entry(store: Store) -> None:
    before = entries(store)
    with pytest.raises(ZeroDivisionError), store.change(TENANT, SYSTEM) as work:
        work.execute(insert(number_series).values(**_SERIES))
        work.record("series.begun", "series", "T")
        raise ZeroDivisionError
    assert (series(store), entries(store)) == ([], before)
    assert verified(store).ok


def test_state_and_entry_are_there_together_or_not_at_all_for_every_reader(store: Store) -> None:
    before = entries(store)
    with store.change(TENANT, SYSTEM) as work:
        work.execute(insert(number_series).values(**_SERIES))
        work.record("series.begun", "series", "T")
        assert (series(store), entries(store)) == ([], before)
    assert (series(store), entries(store)) == (["T"], before + 1)


def test_a_statement_that_changes_no_row_needs_no_entry(store: Store) -> None:
    before = entries(store)
    with store.change(TENANT, SYSTEM) as work:
        work.execute(update(number_series).where(number_series.c.series == "nobody's").values(last=7))
    assert entries(store) == before


def test_a_reader_cannot_change_anything(store: Store) -> None:
    with store.read() as connection, pytest.raises(DBAPIError, match=r"read-?only"):
        connection.execute(insert(number_series).values(**_SERIES))


def test_an_entry_that_cannot_be_written_takes_the_change_with_it(store: Store) -> None:
    with pytest.raises(ValueError, match="write amounts as strings"), store.change(TENANT, SYSTEM) as work:
        work.execute(insert(number_series).values(**_SERIES))
        work.record("series.begun", "series", "T", after={"amount": 1.5})
    assert series(store) == []
    assert verified(store).ok


_DIES = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy import insert
from store.log import AuditLog
from store.schema.purchasing import number_series
from tests.store.houses import SYSTEM, store_in

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

store = store_in(Path(sys.argv[1]), lambda: datetime(2026, 11, 2, tzinfo=UTC))
if sys.argv[2] == "after the commit":
    AuditLog.keep_outside = die
with store.change("main", SYSTEM) as work:
    work.execute(insert(number_series).values(tenant="main", series="T", last=1))
    if sys.argv[2] == "before the entry":
        die()
    work.record("series.begun", "series", "T")
    if sys.argv[2] == "after the entry":
        work.drafts = store.log.append(work.connection, "main", work.now, work.drafts) and []
        die()
"""


def die_in_a_change(folder: Path, moment: str) -> None:
    command = [sys.executable, "-c", _DIES, str(folder), moment]
    ended = subprocess.run(command, check=False, env=os.environ | {"PYTHONPATH": "."}, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@pytest.mark.parametrize("moment", ["before the entry", "after the entry"])
def test_a_process_that_is_killed_before_the_commit_leaves_nothing(folder: Path, store: Store, moment: str) -> None:
    before = entries(store)
    die_in_a_change(folder, moment)
    assert (series(store), entries(store)) == ([], before)
    assert verified(store).ok


def test_a_process_that_is_killed_after_the_commit_leaves_both_and_a_log_that_goes_on(
    folder: Path, store: Store
) -> None:
    before = entries(store)
    die_in_a_change(folder, "after the commit")
    assert (series(store), entries(store)) == (["T"], before + 1)
    with store.change(TENANT, SYSTEM) as work:
        work.record("number.drawn", "series", next_number(work, "T"))
    assert verified(store).ok
