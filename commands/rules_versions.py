"""`tallywright rules list`, `history`, `diff`, `rerun`, `publish` and `recall`: the versions of decision tables."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.rules_drafts import DraftId, Revision
from commands.rules_words import draw_difference
from commands.signing_in import Login, opened, signed_in
from store.rule_history import Rerun, TableState, rerun, table_states, version_difference
from store.rule_publications import Publication, publications
from store.rule_publishing import publish_draft
from store.rule_recall import Reevaluation, ask_recall, confirm_recall

_DIFFERS = 1
TableName = Annotated[str, typer.Argument(metavar="TABLE", help="Name of the table.")]
Number = Annotated[int, typer.Argument(metavar="VERSION", help="Number of the version, as `history` shows it.")]


def list_(json_output: Json = False) -> None:
    """List the decision tables and where each stands."""
    with opened() as house, house.store.read() as connection:
        found = table_states(connection, house.settings.tenant, house.store.now())
    Answer(json_output).show(found, lambda console: _draw_states(console, found))


def history(table: TableName, json_output: Json = False) -> None:
    """Show the versions of a table: who, when and why, newest first."""
    with opened() as house, house.store.read() as connection:
        found = publications(connection, house.settings.tenant, table)
    Answer(json_output).show(found, lambda console: _draw_history(console, found))


def diff(
    table: TableName,
    before: Annotated[int, typer.Argument(metavar="BEFORE", help="Number of a version.")],
    after: Annotated[int, typer.Argument(metavar="AFTER", help="Number of another.")],
    json_output: Json = False,
) -> None:
    """Show cell by cell what one version changed in another. `draft show` does so for a draft."""
    with opened() as house, house.store.read() as connection:
        found = version_difference(connection, house.settings.tenant, table, before, after)
    Answer(json_output).show(found, lambda console: draw_difference(console, found))


def rerun_(
    table: TableName,
    subject: Annotated[str, typer.Argument(help="What was decided about, e.g. the number of an invoice or request.")],
    json_output: Json = False,
) -> None:
    """Take a decision of any age again by the version that took it. Ends with 1 where anything differs."""
    with opened() as house, house.store.read() as connection:
        found = rerun(connection, house.settings.tenant, table, subject)
    Answer(json_output).show(found, lambda console: _draw_reruns(console, found))
    if not all(each.same for each in found):
        raise typer.Exit(_DIFFERS)


def publish(draft: DraftId, revision: Revision, login: Login, json_output: Json = False) -> None:
    """Put a submitted draft in force. It takes a second person, who looked at its back-test."""
    with signed_in(login) as (house, person):
        found = publish_draft(house.store, person, draft, revision)
    Answer(json_output).show(found, lambda console: _draw_history(console, (found,)))


def recall(
    table: TableName,
    version: Number,
    login: Login,
    reason: Annotated[str, typer.Option(help="Why it is taken back; whoever asks for it says so.")] = "",
    confirm: Annotated[bool, typer.Option("--confirm", help="Confirm what somebody else asked for.")] = False,
    json_output: Json = False,
) -> None:
    """Take a version back: one person asks, another confirms. What open cases decided by it is decided anew."""
    with signed_in(login) as (house, person):
        if not confirm:
            asked = ask_recall(house.store, person, table, version, reason)
            Answer(json_output).show(asked, lambda console: console.print("Asked; somebody else has to confirm it."))
            return
        found = confirm_recall(house.store, person, table, version)
    Answer(json_output).show(found, lambda console: _draw_recalled(console, found))


def _draw_states(console: Console, found: tuple[TableState, ...]) -> None:
    table = Table("Table", "In force", "Since", "Next", "Drafts", "Submitted", "Recall asked", "Beside it")
    for state in found:
        current = state.in_force
        version = (str(current.number), f"{current.in_force_from:%Y-%m-%d}") if current else ("none", "")
        coming = f"{state.scheduled[0].in_force_from:%Y-%m-%d}" if state.scheduled else ""
        recalls = ", ".join(str(each.number) for each in state.recall_asked)
        beside = state.shadow.name if state.shadow else ""
        table.add_row(state.name, *version, coming, str(state.editing), str(state.submitted), recalls, beside)
    console.print(table)


def _draw_history(console: Console, found: tuple[Publication, ...]) -> None:
    table = Table("Version", "Hash", "In force from (UTC)", "Written by", "Published by", "Why", "Taken back")
    for each in found:
        hands = each.submitted_by or "shipped", each.published_by or "shipped"
        back = f"{each.recalled_at:%Y-%m-%d} {each.recall_reason}" if each.recalled_at else ""
        begins = f"{each.in_force_from:%Y-%m-%d %H:%M}"
        table.add_row(str(each.number), each.version[:12], begins, *hands, each.reason, back)
    console.print(table)


def _draw_reruns(console: Console, found: tuple[Rerun, ...]) -> None:
    for each in found:
        verdict = "the same, byte for byte" if each.same else "NOT the same"
        console.print(f"{each.evaluated_at:%Y-%m-%d %H:%M} version {each.kept.version[:12]}: {verdict}")
        for label, answer in (("then", each.kept), ("now", each.again)):
            shown: Any = f"{answer.result} by {', '.join(answer.matched) or 'no row'}"
            console.print(f"  {label}: {shown}", highlight=False, markup=False)


def _draw_recalled(console: Console, found: tuple[Reevaluation, ...]) -> None:
    console.print("Taken back; the version before decides again.")
    if not found:
        console.print("No open case was decided by it.")
        return
    table = Table("Case", "About", "Effect", "Before", "After")
    for each in found:
        after = str(each.after.result) if each.after else each.problem
        about = f"{each.subject_kind} {each.subject_id}"
        table.add_row(each.case, about, each.effect, str(each.before.result), after)
    console.print(table)
