"""`python -m scripts.make_migration "what changes"`: a migration from the newest version to the tables in the code."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from store.engine import open_engines
from store.migrate import MIGRATIONS, migrate


def main(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engines = open_engines(f"sqlite:///{Path(folder) / 'scratch.db'}")
        migrate(engines)
        with engines.writer.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.revision(config, message=message, autogenerate=True)
        engines.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
