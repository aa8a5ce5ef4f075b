"""Brings a database to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from store.engine import Engines

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engines: Engines) -> None:
    """Applies every migration that is missing; several processes may do so at once."""
    with engines.writer.begin() as connection:
        engines.take_turn(connection, "tallywright.migrate")
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
