"""`tallywright documents`: what an invoice or statement file says, and what is wrong with it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commands.output import Answer, Json
from models.document import ReadResult
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
    """Read a file as the intake would. Exit status 1 when it is refused."""
    result = read_document(file)
    Answer(json_output).show(result.model_dump(mode="json"), lambda console: _draw(console, result))
    if result.refused:
        raise typer.Exit(1)


def _draw(console: Console, result: ReadResult) -> None:
    console.print(f"[bold]{result.type}[/], {result.size} bytes")
    if result.refused:
        console.print(f"[bold red]Refused:[/] {result.reason}", highlight=False)
    if result.invoice is not None:
        invoice = result.invoice
        console.print(
            f"Invoice {invoice.number} of {invoice.seller.name}, {invoice.issue_date}, "
            f"{invoice.totals.payable} {invoice.currency}, {len(invoice.lines)} lines"
        )
    for statement in result.statements:
        console.print(f"Statement {statement.id} of {statement.account}, {len(statement.entries)} entries")
    for finding in result.findings:
        console.print(f"  - {finding}", highlight=False, markup=False)
