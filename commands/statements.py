"""`tallywright statement`: have the bot fetch a bank statement."""

from datetime import datetime
from typing import Annotated

import typer

from commands.output import Answer, Json
from commands.signing_in import Login, signed_in
from store.masters import entity_of, local_day
from store.statements import request_statement

app = typer.Typer(help="Bank statements.", no_args_is_help=True)


@app.command()
def fetch(
    login: Login,
    entity: Annotated[str, typer.Option(help="Legal entity whose account it is.")] = "LMT",
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Booking day; today if left out.")] = None,
    json_output: Json = False,
) -> None:
    """Have the bot fetch a statement; its bookings are reconciled when it has arrived."""
    with signed_in(login) as (house, person):
        with house.store.read() as view:
            today = local_day(house.store.now(), entity_of(view, house.settings.tenant, entity))
        wanted = day.date() if day else today
        request = request_statement(house.store, person, entity, wanted)
    Answer(json_output).show({"request": request}, lambda console: console.print(f"Asked for, as {request}."))
