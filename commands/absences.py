"""`tallywright absence`: who answers for you while you are away."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.signing_in import Login, signed_in
from installation import Installation
from models.approval import ApprovalSubject
from models.authority import Delegation
from models.money import Money
from store.delegations import Absence, delegations, end_delegation, enter_absence, usual_limit
from store.masters import entities

app = typer.Typer(help="Say who answers for you while you are away.", no_args_is_help=True)


@app.command()
def enter(
    delegate: Annotated[str, typer.Argument(help="Person who answers for you, e.g. henrik.dahl.")],
    starts_at: Annotated[datetime, typer.Argument(help="First moment, in the company's zone.")],
    ends_at: Annotated[datetime, typer.Argument(help="Last moment, in the company's zone.")],
    login: Login,
    about: Annotated[list[ApprovalSubject] | None, typer.Option(help="Only about this; may be repeated.")] = None,
    limit: Annotated[str, typer.Option(help="Up to this amount; a reduced limit where it is left out.")] = "",
    cost_centre: Annotated[str, typer.Option(help="Only about this cost centre.")] = "",
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    person: Annotated[str, typer.Option("--for", help="Whose absence, where an administrator enters it.")] = "",
    json_output: Json = False,
) -> None:
    """Have somebody answer for you. What waits for you already goes to them as well."""
    with signed_in(login) as (house, me):
        zone = _zone(house)
        with house.store.read() as view:
            currency = usual_limit(view, me.tenant, person or me.person.id, house.store.now()).currency
        absence = Absence(
            delegate=delegate,
            starts_at=starts_at.replace(tzinfo=zone),
            ends_at=ends_at.replace(tzinfo=zone),
            subjects=tuple(about or ()),
            cost_centre=cost_centre,
            limit=Money(amount=Decimal(limit), currency=currency) if limit else None,
            reason=reason,
        )
        made = enter_absence(house.store, me, absence, person)
    Answer(json_output).show(made, lambda console: console.print(f"Recorded: {made.delegate} answers ({made.id})."))


@app.command("list")
def list_(login: Login, json_output: Json = False) -> None:
    """List who answers for you and for whom you answer, past ones included."""
    with signed_in(login) as (house, me), house.store.read() as view:
        found = [each for each in delegations(view, me.tenant) if me.person.id in (each.principal, each.delegate)]
    Answer(json_output).show([each.model_dump(mode="json") for each in found], lambda console: _draw(console, found))


@app.command()
def end(
    delegation: Annotated[str, typer.Argument(help="Id of the absence, as listed.")],
    login: Login,
    json_output: Json = False,
) -> None:
    """End it now. Answers given before still count."""
    with signed_in(login) as (house, me):
        end_delegation(house.store, me, delegation)
    Answer(json_output).show({"ended": delegation}, lambda console: console.print(f"Ended: {delegation}."))


def _zone(house: Installation) -> ZoneInfo:
    with house.store.read() as view:
        return ZoneInfo(next((each.timezone for each in entities(view, house.settings.tenant)), "UTC"))


def _draw(console: Console, found: list[Delegation]) -> None:
    table = Table("Id", "For", "Answers", "From", "Until", "Up to")
    for each in found:
        until = "" if each.ends_at is None else each.ends_at.isoformat()
        table.add_row(
            each.id, each.principal, each.delegate, each.starts_at.isoformat(), until, str(each.limit or "any")
        )
    console.print(table)
