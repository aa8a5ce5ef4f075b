"""`tallywright approval`: what waits for a person's decision, and deciding it."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.signing_in import Login, signed_in
from models.approval import Outcome
from store.approvals import StoredRequest, record_decision, request_of, requests_waiting_for

app = typer.Typer(help="Decide what waits for you.", no_args_is_help=True)


@app.command("list")
def list_(login: Login, json_output: Json = False) -> None:
    """List what waits for your decision."""
    with signed_in(login) as (house, person), house.store.read() as connection:
        waiting = requests_waiting_for(connection, person.tenant, person.person.id)
    Answer(json_output).show([_brief(stored) for stored in waiting], lambda console: _draw(console, waiting))


@app.command()
def decide(
    request: Annotated[str, typer.Argument(help="Number of the approval, e.g. AP-2026-0001.")],
    outcome: Annotated[Outcome, typer.Argument(help="approve or reject.")],
    login: Login,
    comment: Annotated[str, typer.Option(help="Why; needed for a rejection.")] = "",
    json_output: Json = False,
) -> None:
    """Approve or reject. The decision is recorded at once, whatever the workers are doing."""
    with signed_in(login) as (house, person):
        with house.store.read() as connection:
            digest = request_of(connection, person.tenant, request).request.digest
        answer = record_decision(house.store, person, request, outcome, comment, digest)
    Answer(json_output).show(answer, lambda console: console.print(f"Recorded: {request} {outcome}."))


def _brief(stored: StoredRequest) -> dict[str, object]:
    request = stored.request
    return {"id": request.id, "case": request.case, "title": request.title, "why": request.evaluation.reasons}


def _draw(console: Console, waiting: tuple[StoredRequest, ...]) -> None:
    if not waiting:
        console.print("Nothing waits for your decision.")
        return
    table = Table("Approval", "What", "Why you")
    for stored in waiting:
        table.add_row(stored.request.id, stored.request.title, " ".join(stored.request.evaluation.reasons))
    console.print(table)
