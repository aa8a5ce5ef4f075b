"""`tallywright message`: where your messages go, when, and what may stand in them."""

import getpass
import sys
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.signing_in import Login, opened, signed_in
from models.errors import BusinessError
from models.target import Amounts, MessagePolicy
from store.held_messages import checked_times, set_times, times_of
from store.notices import last_deliveries
from store.targets import (
    add_target,
    ask_for_test,
    hide_amounts,
    policy_of,
    put_first,
    remove_target,
    set_policy,
    targets_of,
)

app = typer.Typer(help="Where your messages go, and what may stand in them.", no_args_is_help=True)

Place = Annotated[str, typer.Argument(help="Id of the place, as `message list` shows it; `mail` is your e-mail.")]


@app.command("list")
def list_(login: Login, json_output: Json = False) -> None:
    """List your places for messages in the order in which they are tried, without their addresses."""
    with signed_in(login) as (house, me), house.store.read() as view:
        last = last_deliveries(view, me.tenant, me.person.id)
        found = [
            each.model_dump() | {"last": last[each.id].model_dump(mode="json") if each.id in last else None}
            for each in targets_of(view, me.tenant, me.person.id)
        ]
    Answer(json_output).show(found, lambda console: _draw(console, found))


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What you call it, e.g. My phone.")],
    login: Login,
    without_amounts: Annotated[bool, typer.Option("--without-amounts", help="Say only that something waits.")] = False,
    json_output: Json = False,
) -> None:
    """Add a service of yours. Its Apprise address is asked for, or is a line of standard input; it is kept sealed."""
    from notifications.egress import networks
    from notifications.services import CheckedAddresses

    with signed_in(login) as (house, me):
        services = CheckedAddresses(networks(house.settings.notify_inside))
        added = add_target(house.store, house.vault, services, me, name, _address(), without_amounts)
    Answer(json_output).show(added, lambda console: console.print(f"Recorded: {added.name} ({added.id})."))


@app.command()
def test(place: Place, login: Login, json_output: Json = False) -> None:
    """Have a test message sent there; `message list` shows what became of it."""
    with signed_in(login) as (house, me):
        asked = ask_for_test(house.store, me, place)
    Answer(json_output).show({"test": asked}, lambda console: console.print("A test message is on its way."))


@app.command()
def first(place: Place, login: Login, json_output: Json = False) -> None:
    """Have this place tried before the others."""
    with signed_in(login) as (house, me):
        put_first(house.store, me, place)
    _recorded(place, json_output=json_output)


@app.command()
def amounts(
    place: Place,
    login: Login,
    shown: Annotated[bool, typer.Option("--show/--hide", help="Whether messages there say amounts.")] = False,
    json_output: Json = False,
) -> None:
    """Leave amounts, and what people wrote, out of what goes there, or show them."""
    with signed_in(login) as (house, me):
        hide_amounts(house.store, me, place, hidden=not shown)
    _recorded(place, json_output=json_output)


@app.command()
def remove(place: Place, login: Login, json_output: Json = False) -> None:
    """Remove a place; your e-mail address stays."""
    with signed_in(login) as (house, me):
        remove_target(house.store, me, place)
    _recorded(place, json_output=json_output)


@app.command()
def times(
    login: Login,
    zone: Annotated[str | None, typer.Option(help="Your time zone, e.g. Asia/Shanghai; '' is the company's.")] = None,
    quiet: Annotated[str | None, typer.Option(help="Quiet hours, e.g. 22:00-07:00; '' for none.")] = None,
    digest: Annotated[str | None, typer.Option(help="All in one message a day at, e.g. 08:00; '' for each.")] = None,
    json_output: Json = False,
) -> None:
    """Show or set when your messages come. Alarms and near cut-offs come at once, whatever you choose."""
    with signed_in(login) as (house, me):
        with house.store.read() as view:
            known, wanted_zone = times_of(view, me.tenant, me.person.id), me.person.timezone if zone is None else zone
        given = known.model_dump(mode="json")
        if quiet is not None:
            begins, _, ends = quiet.partition("-")
            given |= {"quiet_from": begins.strip() or None, "quiet_until": ends.strip() or None}
        if digest is not None:
            given["digest_at"] = digest or None
        wanted = checked_times(given)
        if (wanted, wanted_zone) != (known, me.person.timezone):
            set_times(house.store, me, wanted, wanted_zone)
    document = wanted.model_dump(mode="json") | {"zone": wanted_zone}
    Answer(json_output).show(document, lambda console: console.print_json(data=document))


@app.command("policy")
def policy(
    login: Login = "",
    amounts_in: Annotated[Amounts | None, typer.Option("--amounts", help="Where messages may say amounts.")] = None,
    urgent: Annotated[
        list[str] | None, typer.Option(help="Kind of task that comes at once; replaces all of them, may be repeated.")
    ] = None,
    json_output: Json = False,
) -> None:
    """Show what messages may say and which come at once, or set it for everybody, as an administrator or a director."""
    if amounts_in is None and urgent is None:
        with opened() as house, house.store.read() as view:
            known = policy_of(view, house.settings.tenant)
        Answer(json_output).show(known, lambda console: console.print_json(known.model_dump_json()))
        return
    with signed_in(login) as (house, me):
        with house.store.read() as view:
            known = policy_of(view, me.tenant)
        wanted = MessagePolicy(
            amounts=amounts_in or known.amounts, urgent_tasks=known.urgent_tasks if urgent is None else tuple(urgent)
        )
        set_policy(house.store, me, wanted)
    Answer(json_output).show(wanted, lambda console: console.print("Recorded."))


def _address() -> SecretStr:
    """From the terminal, unseen, or a line of standard input."""
    typed = getpass.getpass("Its Apprise address: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if not typed:
        raise BusinessError("target.address", "The address is missing; type it, or give it on standard input.")
    return SecretStr(typed)


def _recorded(place: str, *, json_output: bool) -> None:
    Answer(json_output).show({"place": place}, lambda console: console.print("Recorded."))


def _draw(console: Console, found: list[dict[str, object]]) -> None:
    table = Table("Id", "Name", "Service", "Amounts", "Last message")
    for each in found:
        last = each["last"]
        said = "" if not isinstance(last, dict) else last["problem"] or f"arrived {last['tried_at']}"
        shown = "left out" if each["hides_amounts"] else "shown"
        table.add_row(str(each["id"]), str(each["name"]), str(each["service"] or "e-mail"), shown, said)
    console.print(table)
