"""`python -m scripts.make_migration "what changes"`: a migration from the newest version to the tables in the code."""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import Script

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
            made = command.revision(config, message=message, autogenerate=True)
        engines.dispose()
    if isinstance(made, Script):
        _tidy(Path(made.path))


def _tidy(file: Path) -> None:
    lines = [line for line in file.read_text().splitlines() if "# ###" not in line]
    file.write_text("\n".join(lines) + "\n")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", file], check=True)  # noqa: S603 - our own file


if __name__ == "__main__":
    main(sys.argv[1])
