"""`tallywright rules test`, `backtest` and `shadow`: a decision table tried before it decides."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json, show_refusal
from commands.rules_drafts import DraftId
from commands.rules_versions import TableName
from commands.rules_words import draw_changes, draw_summary
from commands.signing_in import Login, opened, signed_in
from models.errors import BusinessError
from rules.backtest import ChangeKind
from rules.dmn import read_definitions
from rules.engine import compile_decision
from rules.golden import GoldenResult, read_golden_cases, run_golden_cases
from store.rule_backtests import ChangedDecision, RuleBacktest, changed_decisions, look_at_backtest, run_backtest
from store.rule_shadows import Shadow, ShadowAnswer, end_shadow, shadow_answers, shadows, start_shadow

shadow = typer.Typer(help="Candidates that run beside a table and decide nothing.", no_args_is_help=True)
_FAILED, _UNREADABLE = 1, 2


def test(
    file: Annotated[Path, typer.Argument(help="A DMN file.", exists=True, dir_okay=False)],
    cases: Annotated[
        Path | None,
        typer.Option(
            help="Its golden cases; without it NAME.golden.json beside NAME.dmn.", exists=True, dir_okay=False
        ),
    ] = None,
    decision: Annotated[str, typer.Option(help="Name or id of the decision; without it the file's own name.")] = "",
    json_output: Json = False,
) -> None:
    """Run the golden cases of a DMN file. Ends with 1 where one fails, with 2 where a file cannot be read."""
    try:
        golden = read_golden_cases((cases or file.with_suffix(".golden.json")).read_bytes())
        compiled = compile_decision(read_definitions(file.read_bytes()), decision or file.stem)
    except BusinessError as error:
        show_refusal(error, json_output)
        raise typer.Exit(_UNREADABLE) from None
    results = run_golden_cases(compiled, golden)
    is_ok = all(result.has_passed for result in results)
    document = {"ok": is_ok, "cases": [_document(result) for result in results]}
    Answer(json_output).show(document, lambda console: _draw_results(console, results))
    if not is_ok:
        raise typer.Exit(_FAILED)


def backtest(
    draft: DraftId,
    login: Login,
    kind: Annotated[ChangeKind | None, typer.Option(help="List only decisions of this kind.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="How many decisions to list.")] = 20,
    json_output: Json = False,
) -> None:
    """Run every past decision against a draft and show what would change. You count as having looked at it."""
    with signed_in(login) as (house, person):
        found = look_at_backtest(house.store, person, run_backtest(house.store, person, draft).id)
        with house.store.read() as connection:
            changes = changed_decisions(connection, person.tenant, found.id, kind, limit=limit)
    document = {**found.model_dump(), "changes": changes}
    Answer(json_output).show(document, lambda console: _draw_backtest(console, found, changes))


@shadow.command()
def start(draft: DraftId, login: Login, json_output: Json = False) -> None:
    """Have a draft answer beside the version in force from now on; it decides nothing."""
    with signed_in(login) as (house, person):
        found = start_shadow(house.store, person, draft)
    Answer(json_output).show(found, lambda console: _draw_shadows(console, (found,)))


@shadow.command()
def end(table: TableName, login: Login, json_output: Json = False) -> None:
    """End the candidate that runs beside a table."""
    with signed_in(login) as (house, person):
        end_shadow(house.store, person, table)
    Answer(json_output).show({"ended": table}, lambda console: console.print("Ended."))


@shadow.command()
def show(
    table: TableName,
    limit: Annotated[int, typer.Option(min=0, help="How many differing answers to list.")] = 20,
    json_output: Json = False,
) -> None:
    """Show the candidates that ran beside a table, and where the newest would have answered otherwise."""
    with opened() as house, house.store.read() as connection:
        tenant = house.settings.tenant
        found = shadows(connection, tenant, table)
        answers = shadow_answers(connection, tenant, found[0].id, limit=limit) if found else ()
    document = {"shadows": found, "differing": answers}
    Answer(json_output).show(document, lambda console: _draw_shadow(console, found, answers))


def _document(result: GoldenResult) -> dict[str, object]:
    return {
        "name": result.case.name,
        "passed": result.has_passed,
        "expected": result.case.expected,
        "actual": result.actual,
        "matched": result.matched,
        "problem": result.problem,
    }


def _draw_results(console: Console, results: tuple[GoldenResult, ...]) -> None:
    for result in results:
        if result.has_passed:
            console.print(f"passed  {result.case.name}", highlight=False, markup=False)
            continue
        why = result.problem or f"gives {result.actual}, expected is {result.case.expected}"
        console.print(f"FAILED  {result.case.name}: {why}", style="bold red", highlight=False, markup=False)
    failed = sum(not result.has_passed for result in results)
    console.print(f"{len(results)} golden cases, {failed} failed.")


def _draw_backtest(console: Console, found: RuleBacktest, changes: tuple[ChangedDecision, ...]) -> None:
    draw_summary(console, found.summary)
    if changes:
        draw_changes(console, changes)


def _draw_shadow(console: Console, found: tuple[Shadow, ...], answers: tuple[ShadowAnswer, ...]) -> None:
    _draw_shadows(console, found)
    table = Table("Case", "About", "Decided", "Candidate")
    for each in answers:
        candidate = str(each.answer.result) if each.answer else each.problem
        table.add_row(each.case, f"{each.subject_kind} {each.subject_id}", str(each.live.result), candidate)
    if answers:
        console.print(table)


def _draw_shadows(console: Console, found: tuple[Shadow, ...]) -> None:
    table = Table("Candidate", "Since", "Until", "Decisions", "Differing")
    for each in found:
        until = f"{each.ended_at:%Y-%m-%d}" if each.ended_at else "runs"
        table.add_row(each.name, f"{each.started_at:%Y-%m-%d}", until, str(each.decisions), str(each.differing))
    console.print(table if found else "No candidate ever ran beside this table.")
