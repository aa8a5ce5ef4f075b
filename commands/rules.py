"""`tallywright rules`: decision tables from the question what they would say to a new version in force."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commands.output import Json, as_json_with_numbers, show_refusal
from commands.rules_check import check
from commands.rules_drafts import app as drafts
from commands.rules_excel import export, import_
from commands.rules_trying import backtest, shadow, test
from commands.rules_versions import diff, history, list_, publish, recall, rerun_
from models.errors import BusinessError
from models.rule import RuleEvaluation
from rules.dmn import read_definitions
from rules.engine import compile_decision
from rules.inputs import parse_input

app = typer.Typer(help="Decision tables.", no_args_is_help=True)
app.command("check")(check)
app.command("export")(export)
app.command("import")(import_)
app.add_typer(drafts, name="draft")
app.command("test")(test)
app.command("backtest")(backtest)
app.add_typer(shadow, name="shadow")
app.command("publish")(publish)
app.command("recall")(recall)
app.command("list")(list_)
app.command("history")(history)
app.command("diff")(diff)
app.command("rerun")(rerun_)
_BAD_INPUT = 2


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
        show_refusal(error, json_output)
        raise typer.Exit(_BAD_INPUT) from None
    if json_output:
        document = {"result": answer.result, "matched": answer.matched, "version": answer.version}
        typer.echo(as_json_with_numbers(document))
    else:
        _draw(Console(), answer)


def _draw(console: Console, answer: RuleEvaluation) -> None:
    is_found = bool(answer.matched) or answer.result is not None
    result = as_json_with_numbers(answer.result) if is_found else "No row matches."
    console.print(result, style="bold" if is_found else "bold yellow", markup=False, highlight=False, soft_wrap=True)
    for row, reason in zip(answer.matched, answer.reasons, strict=False):
        console.print(f"  {row}: {reason}", highlight=False, markup=False)
    console.print(f"  version {answer.version[:16]}", style="dim", highlight=False)
