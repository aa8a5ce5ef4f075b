"""`tallywright chaos`: kill, freeze and tamper in a sandbox of its own; the portals' ledgers say what came of it."""

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from commands.output import Answer, Json
from models.errors import BusinessError

if TYPE_CHECKING:
    from chaos.report import PaymentsReport

app = typer.Typer(
    help="Prove the promises: payments under fault, tampering with the audit log. All in a sandbox of its own.",
    no_args_is_help=True,
)
Seed = Annotated[int, typer.Option(help="What is done is drawn from it; the same seed does the same.")]


@app.command()
def payments(
    runs: Annotated[
        int, typer.Option(min=1, help="How many payments, each with a payee and an amount of its own.")
    ] = 20,
    seed: Seed = 1,
    points: Annotated[
        list[str] | None, typer.Option(help="Strike only there; repeat for several. Wrong names are answered with all.")
    ] = None,
    parts: Annotated[int, typer.Option(min=1, help="Make this many runs, with this seed and those after it.")] = 1,
    unguarded: Annotated[
        bool, typer.Option(help="Pay as plain Temporal would, without claim, gate and probe. It pays twice.")
    ] = False,
    add: Annotated[
        list[Path] | None, typer.Option(help="Run nothing; add up these reports (JSON). Repeat for each file.")
    ] = None,
    json_output: Json = False,
) -> None:
    """Pay at a stand-in bank while workers, browsers, server, console and bank die; count in the bank's ledger.

    Exit status 1 when a payment was lost, made twice, or made with a wrong amount or payee.
    """
    from chaos.payments import pay_under_fault, pay_unguarded
    from chaos.plan import points_named
    from chaos.report import PaymentsReport, added, read_report
    from sandbox.stack import StackError

    def run(part: int) -> PaymentsReport:
        if unguarded:
            return pay_unguarded(runs, seed + part)
        return pay_under_fault(runs, seed + part, points_named(points or ()))

    # Asked to end, a run too stops what it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        report = added(map(read_report, add)) if add else added(map(run, range(parts)))
    except StackError as error:
        raise BusinessError("chaos.failed", str(error)) from error
    Answer(json_output).show(report.model_dump(), lambda console: _draw(console, report))
    if not report.is_right:
        raise typer.Exit(1)


@app.command()
def audit(
    mutations: Annotated[int, typer.Option(min=1, help="How many times a copy of the log is tampered with.")] = 70,
    seed: Seed = 1,
    json_output: Json = False,
) -> None:
    """Tamper with copies of an audit log: edit, delete, insert, reorder, truncate, restore, fork.

    Exit status 1 unless all of it was found and located and no untouched copy was accused.
    """
    from chaos.audit import tamper

    report = tamper(mutations, seed)
    Answer(json_output).show(report.model_dump(), lambda console: console.print(report))
    if not report.is_right:
        raise typer.Exit(1)


def _draw(console: Console, report: "PaymentsReport") -> None:
    for name, times in sorted(report.faults.items()):
        console.print(f"{times:5} {name}")
    console.print(f"\n{report.runs} payments: {report.summary}")
    if report.is_right:
        console.print(f"With 95 % confidence fewer than {report.bound:.2%} of payments go wrong under such faults.")
