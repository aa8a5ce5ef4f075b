"""`tallywright rules`: ask a decision table what it would say."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commands.output import Json, as_json, as_json_with_numbers, findings_of, print_error
from models.errors import BusinessError
from models.rule import RuleEvaluation
from rules.dmn import read_definitions
from rules.engine import compile_decision
from rules.inputs import parse_input

app = typer.Typer(help="Decision tables.", no_args_is_help=True)
_BAD_INPUT = 2


@app.callback()
def _group() -> None:
    """Keeps `eval` a command of its own while it is the only one."""


@app.command("eval")
def eval_(
    file: Annotated[Path, typer.Argument(help="A DMN file.", exists=True, dir_okay=False)],
    decision: Annotated[str, typer.Option(help="Name or id of the decision.")],
    input_: Annotated[str, typer.Option("--input", help="The input as a JSON object.")],
    json_output: Json = False,
) -> None:
    """Evaluate a decision of any DMN file and show the rows that decided."""
    try:
        answer = compile_decision(read_definitions(file.read_bytes()), decision).evaluate(parse_input(input_))
    except BusinessError as error:
        _show_errors(error, json_output)
        raise typer.Exit(_BAD_INPUT) from None
    if json_output:
        document = {"result": answer.result, "matched": answer.matched, "version": answer.version}
        typer.echo(as_json_with_numbers(document))
    else:
        _draw(Console(), answer)


def _show_errors(error: BusinessError, json_output: bool) -> None:
    findings = findings_of(error)
    errors = [{"field": each.field, "problem": each.problem} for each in findings]
    if json_output:
        typer.echo(as_json({"errors": errors or [{"field": "", "problem": error.message}]}))
    else:
        print_error(error)


def _draw(console: Console, answer: RuleEvaluation) -> None:
    is_found = bool(answer.matched) or answer.result is not None
    result = as_json_with_numbers(answer.result) if is_found else "No row matches."
    console.print(result, style="bold" if is_found else "bold yellow", markup=False, highlight=False, soft_wrap=True)
    for row, reason in zip(answer.matched, answer.reasons, strict=False):
        console.print(f"  {row}: {reason}", highlight=False, markup=False)
    console.print(f"  version {answer.version[:16]}", style="dim", highlight=False)
