"""`tallywright migrate`: makes an installation ready before anything of it starts."""

from rich.console import Console

from commands.output import Answer, Json
from commands.signing_in import opened
from store.health import schema_version


def migrate(json_output: Json = False) -> None:
    """Bring the database to this version, and make home folder and keys where they are missing."""
    with opened() as house, house.store.read() as view:
        version = schema_version(view).found
    Answer(json_output).show({"schema": version}, lambda console: _draw(console, version))


def _draw(console: Console, version: str) -> None:
    console.print(f"The database has the schema of this version ({version}).", highlight=False)
