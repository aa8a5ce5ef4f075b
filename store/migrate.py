"""Brings a database to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError

from models.errors import BusinessError
from store.engine import Engines

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engines: Engines) -> None:
    """Applies every migration that is missing; several processes may do so at once.

    Raises BusinessError `database.newer` when the database knows migrations that this program does not.
    """
    with engines.writer.begin() as connection:
        engines.take_turn(connection, "tallywright.migrate")
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise BusinessError(
                "database.newer",
                "The database was brought to a newer version of Tallywright than this one; run that version.",
            ) from error
