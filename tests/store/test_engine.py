import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Timer

from store.engine import open_engines


def test_a_new_file_that_somebody_writes_at_that_moment_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "tallywright.db"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE somebodys (thing)")
        done = Timer(0.3, other.execute, ["COMMIT"])
        done.start()
        engines = open_engines(f"sqlite:///{file}")
        with engines.writer.begin() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("SELECT count(*) FROM somebodys").scalar() == 0
        engines.dispose()
        done.join()
