"""`tallywright rules check`: what is wrong with a decision table before it decides anything."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commands.output import Answer, Json, show_refusal
from models.errors import BusinessError
from rules.analysis.analyse import analyse
from rules.analysis.findings import AnalysisFinding, Severity, blocking
from rules.dmn import read_definitions

_BLOCKED, _UNREADABLE = 1, 2
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


def check(
    file: Annotated[Path, typer.Argument(help="A DMN file.", exists=True, dir_okay=False)],
    json_output: Json = False,
) -> None:
    """Look for gaps, overlaps, rows that never answer and unknown roles. Ends with 1 where an error would keep the
    table from being published, and with 2 where the file cannot be read."""
    try:
        findings = analyse(read_definitions(file.read_bytes()))
    except BusinessError as error:
        show_refusal(error, json_output)
        raise typer.Exit(_UNREADABLE) from None
    blocked = bool(blocking(findings))
    Answer(json_output).show({"ok": not blocked, "findings": findings}, lambda console: _draw(console, findings))
    if blocked:
        raise typer.Exit(_BLOCKED)


def _draw(console: Console, findings: tuple[AnalysisFinding, ...]) -> None:
    for finding in findings:
        console.print(
            f"{finding.severity:8} {finding.decision}: {finding.message}",
            style=_STYLES[finding.severity],
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if not findings:
        console.print("No findings: every case meets the rows that it should.")
