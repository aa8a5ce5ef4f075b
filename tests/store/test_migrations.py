from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from models.rule import RuleEvaluation
from store.engine import open_engines
from store.migrate import MIGRATIONS, migrate
from store.rule_publications import content_of, publications
from store.schema import METADATA
from store.schema.rules import rule_evaluation
from tests.console.company import Company
from tests.databases import database_in
from tests.store import racing
from tests.store.houses import verified


def test_a_fresh_database_is_what_the_code_expects(tmp_path: Path) -> None:
    engines = open_engines(database_in(tmp_path))
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
    engines = open_engines(database_in(tmp_path))
    with engines.reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
        assert set(inspect(connection).get_table_names()) == {*METADATA.tables, "alembic_version"}
    engines.dispose()


@pytest.mark.behaviour("A5")
def test_rules_and_decisions_of_the_first_release_keep_their_versions_and_get_a_history(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path}/old.db")
    with engines.writer.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "311b09f1e270")
        for day, version in ((1, "aa"), (2, "bb")):
            values = {"version": version, "xml": version.encode(), "at": f"2026-11-0{day}T08:00:00.000000Z"}
            connection.execute(text("INSERT INTO rule_version VALUES ('main', 't', :version, :xml, :at)"), values)
        kept = RuleEvaluation(table="t", decision="t", version="bb", inputs={}, matched=(), reasons=(), result=None)
        connection.execute(
            text("INSERT INTO rule_evaluation VALUES ('main', 't', 'invoice', 'I-1', 'd', :data, :at)"),
            {"data": kept.model_dump_json(), "at": "2026-11-03T08:00:00.000000Z"},
        )
    migrate(engines)
    with engines.reader.connect() as connection:
        newer, older = publications(connection, "main", "t")
        assert [(each.number, each.version) for each in (older, newer)] == [(1, "aa"), (2, "bb")]
        assert newer.in_force_from == datetime(2026, 11, 2, 8, tzinfo=UTC)
        assert content_of(connection, "main", "t", "bb") == b"bb"
        row = connection.execute(select(rule_evaluation)).one()
    engines.dispose()
    assert (row.version, row.case_id, row.data) == ("bb", "", kept)


def test_a_commit_that_was_answered_survives_power_loss(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path}/fresh.db")
    with engines.writer.connect() as connection:
        pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode",)}
        pragmas["synchronous"] = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        pragmas["foreign_keys"] = connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one()
    engines.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
