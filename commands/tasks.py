"""`tallywright task`: what is stuck, and settling it."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.signing_in import Login, opened, signed_in
from models.task import Resolution
from store.tasks import Task, open_tasks, resolve_task

app = typer.Typer(help="Settle what needs a person.", no_args_is_help=True)


@app.command("list")
def list_(json_output: Json = False) -> None:
    """List all open tasks, the most urgent first."""
    with opened() as house, house.store.read() as connection:
        found = open_tasks(connection, house.settings.tenant)
    Answer(json_output).show(found, lambda console: _draw(console, found))


@app.command()
def resolve(
    task: Annotated[str, typer.Argument(help="The task's id.")],
    resolution: Annotated[Resolution, typer.Argument(help="One of the resolutions that the task allows.")],
    login: Login,
    comment: Annotated[str, typer.Option(help="Why, for whoever reads the case later.")] = "",
    json_output: Json = False,
) -> None:
    """Settle a task; the case goes on by itself."""
    with signed_in(login) as (house, person):
        resolve_task(house.store, person, task, resolution, comment)
    answer = {"task": task, "resolution": resolution}
    Answer(json_output).show(answer, lambda console: console.print("Recorded."))


def _draw(console: Console, found: tuple[Task, ...]) -> None:
    if not found:
        console.print("Nothing needs a person.")
        return
    table = Table("What", "For", "Possible")
    table.add_column("Task", no_wrap=True)
    for task in found:
        table.add_row(task.content.title, task.owner_role, ", ".join(task.content.resolutions), task.id)
    console.print(table)
