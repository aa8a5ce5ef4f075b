"""`tallywright documents`: what an invoice or statement file says, and what is wrong with it."""

from pathlib import Path
from typing import Annotated

import typer

from commands.document_view import draw_document
from commands.output import Answer, Json
from reading.document import read_document

app = typer.Typer(help="Invoice and statement files.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `read` a command of its own while it is the only one."""


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="An invoice or a bank statement.", exists=True, dir_okay=False)],
    json_output: Json = False,
) -> None:
    """Read a file as the intake would, and check an invoice against the published rules where they are installed.

    Exit status 1 when it is refused.
    """
    result = read_document(file, official_rules=True)
    Answer(json_output).show(result.model_dump(mode="json"), lambda console: draw_document(console, result))
    if result.refused:
        raise typer.Exit(1)
