from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from store.engine import open_engines
from store.migrate import migrate
from store.schema import METADATA
from tests.console.company import Company
from tests.store import racing
from tests.store.houses import verified


def test_a_fresh_database_is_what_the_code_expects(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path}/fresh.db")
    migrate(engines)
    with engines.writer.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
        indexes = {index["name"] for index in inspect(connection).get_indexes("attempt")}
    engines.dispose()
    assert "one_live_attempt" in indexes


def test_a_migrated_database_is_left_as_it_is(company: Company) -> None:
    company.file()
    before = verified(company.store).entries
    migrate(company.store.engines)
    assert verified(company.store).entries == before


@pytest.mark.behaviour("D1")
def test_four_processes_that_start_at_once_make_one_database(tmp_path: Path) -> None:
    assert len(racing.race(racing.bring_up_to_date, tmp_path, "abcd")) == 4
    engines = open_engines(f"sqlite:///{tmp_path}/tallywright.db")
    with engines.reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
        assert set(inspect(connection).get_table_names()) == {*METADATA.tables, "alembic_version"}
    engines.dispose()


def test_a_commit_that_was_answered_survives_power_loss(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path}/fresh.db")
    with engines.writer.connect() as connection:
        pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode",)}
        pragmas["synchronous"] = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        pragmas["foreign_keys"] = connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one()
    engines.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
