"""`tallywright task`: what is stuck, and settling it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.signing_in import Login, opened, signed_in
from installation import moment_of
from models.task import Resolution
from store.answers import TaskAnswer, confirm_answer, proposal_digest, resolve_task
from store.proofs import keep_proof
from store.tasks import Task, open_tasks, task_of

app = typer.Typer(help="Settle what needs a person.", no_args_is_help=True)

TaskId = Annotated[str, typer.Argument(help="The task's id.")]
Comment = Annotated[str, typer.Option(help="Why, for whoever reads the case later.")]
Digest = Annotated[str, typer.Argument(help="Of the proposed answer, as `task show` gives it.")]


@app.command("list")
def list_(json_output: Json = False) -> None:
    """List all open tasks, the most urgent first."""
    with opened() as house, house.store.read() as connection:
        found = open_tasks(connection, house.settings.tenant)
    Answer(json_output).show(found, lambda console: _draw(console, found))


@app.command()
def show(task: TaskId, json_output: Json = False) -> None:
    """Show one task, with the answer that waits for a second person."""
    with opened() as house, house.store.read() as connection:
        found = task_of(connection, house.settings.tenant, task)
    digest = proposal_digest(found.proposal) if found.proposal else ""
    document = {**found.model_dump(mode="json"), "proposal_digest": digest}
    Answer(json_output).show(document, lambda console: _draw_one(console, found, digest))


@app.command()
def resolve(
    task: TaskId,
    resolution: Annotated[Resolution, typer.Argument(help="One of the resolutions that the task allows.")],
    login: Login,
    comment: Comment = "",
    proof: Annotated[str, typer.Option(help="For `done`: what shows it, such as the bank's own number.")] = "",
    proof_file: Annotated[
        Path | None, typer.Option(help="For `done`: a PDF or picture that shows it.", exists=True, dir_okay=False)
    ] = None,
    json_output: Json = False,
) -> None:
    """Settle a task; the case goes on by itself. Some answers about money wait for a second person."""
    with signed_in(login) as (house, person):
        content = proof_file.read_bytes() if proof_file else b""
        name = proof_file.name if proof_file else ""
        answer = TaskAnswer(
            resolution=resolution,
            comment=comment,
            proof=keep_proof(house.files, house.settings.tenant, proof, name, content),
        )
        is_settled = resolve_task(house.store, person, task, answer, moment_of(house.settings))
    document = {"task": task, "resolution": resolution, "settled": is_settled}
    said = "Recorded." if is_settled else "Recorded. It counts once a second person confirms it (`task confirm`)."
    Answer(json_output).show(document, lambda console: console.print(said))


@app.command()
def confirm(task: TaskId, digest: Digest, login: Login, comment: Comment = "", json_output: Json = False) -> None:
    """Confirm, as the second person, the answer that somebody proposed."""
    _second(task, digest, login, comment, json_output=json_output, agreed=True)


@app.command()
def decline(task: TaskId, digest: Digest, login: Login, comment: Comment = "", json_output: Json = False) -> None:
    """Decline, as the second person, the answer that somebody proposed; the task waits for another."""
    _second(task, digest, login, comment, json_output=json_output, agreed=False)


def _second(task: str, digest: str, login: str, comment: str, *, json_output: bool, agreed: bool) -> None:
    with signed_in(login) as (house, person):
        confirm_answer(house.store, person, task, digest, comment, moment_of(house.settings), agreed=agreed)
    document = {"task": task, "confirmed": agreed}
    Answer(json_output).show(document, lambda console: console.print("Recorded."))


def _draw(console: Console, found: tuple[Task, ...]) -> None:
    if not found:
        console.print("Nothing needs a person.")
        return
    table = Table("What", "For", "Possible")
    table.add_column("Task", no_wrap=True)
    for task in found:
        possible = "confirm, decline" if task.proposal else ", ".join(task.content.resolutions)
        table.add_row(task.content.title, task.owner_role, possible, task.id)
    console.print(table)


def _draw_one(console: Console, found: Task, digest: str) -> None:
    console.print(found.content.title, style="bold", markup=False)
    console.print(found.content.message, markup=False)
    for detail in found.content.details:
        console.print(f"{detail.label}: {detail.expected} / {detail.actual}", markup=False)
    if found.proposal is None:
        console.print(f"Possible for {found.owner_role}: {', '.join(found.content.resolutions)}", markup=False)
        return
    proposal = found.proposal
    console.print(f"{proposal.person} says: {proposal.resolution}. {proposal.comment}", markup=False)
    console.print(f"Proof: {proposal.proof.text} {proposal.proof.file_name}".rstrip(), markup=False)
    console.print(f"A second person is needed: {' '.join(proposal.because)}", markup=False)
    console.print(f"tallywright task confirm {found.id} {digest}", markup=False)
