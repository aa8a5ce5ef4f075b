"""`tallywright rules draft`: a change of a decision table from its beginning until a second person has it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.rules_words import draw_difference, draw_findings
from commands.signing_in import Login, opened, signed_in
from models.errors import Finding
from rules.difference import TableDifference
from rules.golden import read_golden_cases, write_golden_cases
from store.rule_drafts import (
    RuleDraft,
    create_draft,
    discard_draft,
    draft_of,
    drafts,
    rebase_draft,
    return_draft,
    save_draft,
)
from store.rule_history import draft_difference
from store.rule_publishing import draft_findings, submit_draft

app = typer.Typer(help="Drafts of decision tables.", no_args_is_help=True)

DraftId = Annotated[str, typer.Argument(metavar="DRAFT", help="Id of the draft, as `list` shows it.")]
Revision = Annotated[int, typer.Argument(help="The revision that you saw, as `show` tells it.")]


@app.command()
def create(
    table: Annotated[str, typer.Argument(help="Name of the table.")],
    name: Annotated[str, typer.Option(help="What the draft is called, e.g. 'Higher limit for travel'.")],
    login: Login,
    json_output: Json = False,
) -> None:
    """Begin a draft with the content and golden cases of the newest version."""
    with signed_in(login) as (house, person):
        draft = create_draft(house.store, person, table, name)
    _show(draft, json_output)


@app.command("list")
def list_(
    table: Annotated[str, typer.Option(help="Only drafts of this table.")] = "",
    json_output: Json = False,
) -> None:
    """List the drafts in work and those that wait for a second person."""
    with opened() as house, house.store.read() as connection:
        found = drafts(connection, house.settings.tenant, table)
    Answer(json_output).show([brief(draft) for draft in found], lambda console: _draw_list(console, found))


@app.command()
def show(draft: DraftId, json_output: Json = False) -> None:
    """Show a draft: what it changes, and what keeps it from being submitted."""
    with opened() as house, house.store.read() as connection:
        tenant = house.settings.tenant
        found = draft_of(connection, tenant, draft)
        findings = draft_findings(connection, tenant, found)
        changes = draft_difference(connection, tenant, found)
    document = {**brief(found), "findings": findings, "difference": changes}
    Answer(json_output).show(document, lambda console: _draw(console, found, changes, findings))


@app.command()
def save(
    draft: DraftId,
    revision: Revision,
    login: Login,
    file: Annotated[
        Path | None, typer.Option(help="A DMN file to take as content.", exists=True, dir_okay=False)
    ] = None,
    cases: Annotated[
        Path | None, typer.Option(help="A JSON file to take as golden cases.", exists=True, dir_okay=False)
    ] = None,
    name: Annotated[str | None, typer.Option(help="Another name for the draft.")] = None,
    json_output: Json = False,
) -> None:
    """Keep another content, other golden cases or another name in a draft."""
    golden = read_golden_cases(cases.read_bytes()) if cases else None
    with signed_in(login) as (house, person):
        xml = file.read_bytes() if file else None
        found = save_draft(house.store, person, draft, revision, xml=xml, golden_cases=golden, name=name)
    _show(found, json_output)


@app.command()
def cases(
    draft: DraftId,
    output: Annotated[Path, typer.Option("-o", "--output", help="The JSON file to write.", dir_okay=False)],
    json_output: Json = False,
) -> None:
    """Write the golden cases of a draft into a file, to change them and take them back with `save --cases`."""
    with opened() as house, house.store.read() as connection:
        found = draft_of(connection, house.settings.tenant, draft)
    output.write_text(write_golden_cases(found.golden_cases), encoding="utf-8")
    Answer(json_output).show({"file": str(output)}, lambda console: console.print(f"Wrote {output}."))


@app.command()
def rebase(draft: DraftId, revision: Revision, login: Login, json_output: Json = False) -> None:
    """Have a draft follow the newest version, its content as it is; look at the difference afterwards."""
    with signed_in(login) as (house, person):
        found = rebase_draft(house.store, person, draft, revision)
    _show(found, json_output)


@app.command()
def submit(
    draft: DraftId,
    revision: Revision,
    reason: Annotated[str, typer.Option(help="Why the table changes; it stays in the history.")],
    login: Login,
    from_: Annotated[
        datetime | None,
        typer.Option("--from", help="Business time (UTC) from which it decides; without it from its publication on."),
    ] = None,
    json_output: Json = False,
) -> None:
    """Hand a draft to a second person, who publishes it."""
    with signed_in(login) as (house, person):
        begins = from_.replace(tzinfo=UTC) if from_ else None
        found = submit_draft(house.store, person, draft, revision, reason, begins)
    _show(found, json_output)


@app.command("return")
def return_(
    draft: DraftId,
    revision: Revision,
    reason: Annotated[str, typer.Option(help="What is still to be done.")],
    login: Login,
    json_output: Json = False,
) -> None:
    """Give a submitted draft back for more work."""
    with signed_in(login) as (house, person):
        found = return_draft(house.store, person, draft, revision, reason)
    _show(found, json_output)


@app.command()
def discard(draft: DraftId, revision: Revision, login: Login, json_output: Json = False) -> None:
    """End a draft that nobody wants any more."""
    with signed_in(login) as (house, person):
        discard_draft(house.store, person, draft, revision)
    Answer(json_output).show({"discarded": draft}, lambda console: console.print("Discarded."))


def brief(draft: RuleDraft) -> dict[str, Any]:
    """A draft without its file, its golden cases counted."""
    return {**draft.model_dump(exclude={"xml", "golden_cases"}), "golden_cases": len(draft.golden_cases)}


def _show(draft: RuleDraft, json_output: bool) -> None:
    Answer(json_output).show(brief(draft), lambda console: _draw_list(console, (draft,)))


def _draw_list(console: Console, found: tuple[RuleDraft, ...]) -> None:
    table = Table("Draft", "Table", "Name", "State", "Revision", "Follows version", "Changed by", "Submitted by")
    for draft in found:
        numbers = str(draft.revision), str(draft.based_on)
        hands = draft.changed_by, draft.submitted_by or ""
        table.add_row(draft.id, draft.table, draft.name, draft.state, *numbers, *hands)
    console.print(table if found else "There are no drafts.")


def _draw(console: Console, draft: RuleDraft, changes: TableDifference, findings: tuple[Finding, ...]) -> None:
    _draw_list(console, (draft,))
    draw_difference(console, changes)
    draw_findings(console, findings)
