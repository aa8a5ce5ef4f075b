"""`tallywright audit`: prove that nothing was changed afterwards."""

import typer
from rich.console import Console

from audit.verify import Verification
from commands.output import Answer, Json
from commands.signing_in import opened

app = typer.Typer(help="The audit log.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `verify` a command of its own while it is the only one."""


@app.command()
def verify(json_output: Json = False) -> None:
    """Check every entry, its derived columns, its signature and the checkpoints outside the database."""
    with opened() as house, house.store.read() as connection:
        found = house.store.log.verify(connection, house.settings.tenant, house.verifier)
    document = found.model_dump(mode="json", include={"ok", "entries", "first_bad", "damage"})
    Answer(json_output).show(document, lambda console: _draw(console, found))
    if not found.ok:
        raise typer.Exit(1)


def _draw(console: Console, found: Verification) -> None:
    if found.ok:
        console.print(f"[bold green]All {found.entries} entries are as they were written.[/]")
        return
    console.print(f"[bold red]Entry {found.first_bad} is damaged ({found.damage}):[/] {found.detail}")
