"""`tallywright bot`: the portals' work queues, and steering them; writing and trying a bot stand beside."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.bot_trying import run
from commands.bot_writing import new, record
from commands.findings import draw_findings
from commands.output import Answer, Json
from commands.signing_in import Login, opened, signed_in
from installation import wall_clock
from models.errors import BusinessError
from models.work import Priority
from store.portal_findings import findings, settle_finding
from store.portal_queue import (
    PortalQueue,
    PortalRules,
    StoredItem,
    defer_item,
    pause_portal,
    prioritise_item,
    queues,
    resume_portal,
    rules_of,
    set_rules,
)

app = typer.Typer(help="See and steer what waits for the portals; write a bot for another.", no_args_is_help=True)
app.command("new")(new)
app.command("record")(record)
app.command("run")(run)

Portal = Annotated[str, typer.Argument(help="The portal's name, as `bot queue` shows it.")]
Item = Annotated[str, typer.Argument(help="The reference of a piece of work, as `bot queue` shows it.")]


@app.command()
def queue(json_output: Json = False) -> None:
    """Show for every portal what runs now and what comes next."""
    with opened() as house, house.store.read() as connection:
        found = queues(connection, house.settings.tenant, wall_clock())
    Answer(json_output).show(found, lambda console: _draw(console, found))


@app.command()
def pause(
    portal: Portal,
    login: Login,
    reason: Annotated[str, typer.Option(help="Why, for whoever waits.")] = "",
    json_output: Json = False,
) -> None:
    """Begin nothing new on a portal; what runs is carried to its end."""
    with signed_in(login) as (house, person):
        pause_portal(house.store, person, portal, reason)
    _recorded({"portal": portal, "paused": True}, json_output=json_output)


@app.command()
def resume(portal: Portal, login: Login, json_output: Json = False) -> None:
    """Let work on a portal begin again."""
    with signed_in(login) as (house, person):
        resume_portal(house.store, person, portal)
    _recorded({"portal": portal, "paused": False}, json_output=json_output)


@app.command()
def defer(
    item: Item,
    login: Login,
    until: Annotated[
        str, typer.Option(help="Time before which it is not begun, e.g. 2026-11-23T08:00+01:00; empty: at once.")
    ] = "",
    json_output: Json = False,
) -> None:
    """Put a piece of work off."""
    moment = _moment(until)
    with signed_in(login) as (house, person):
        defer_item(house.store, person, item, moment)
    _recorded({"item": item, "until": moment}, json_output=json_output)


@app.command()
def prioritise(
    item: Item,
    login: Login,
    priority: Annotated[str, typer.Option(help="high, normal or low.")] = "high",
    json_output: Json = False,
) -> None:
    """Put a piece of work before all of lower priority, or behind."""
    if priority.upper() not in Priority.__members__:
        raise BusinessError("work.priority", f"{priority!r} is no priority; choose one of: high, normal, low.")
    with signed_in(login) as (house, person):
        prioritise_item(house.store, person, item, Priority[priority.upper()])
    _recorded({"item": item, "priority": priority.lower()}, json_output=json_output)


@app.command()
def rules(
    portal: Portal,
    login: Login,
    per_minute: Annotated[int | None, typer.Option(help="How often the login may be used within a minute.")] = None,
    settle_seconds: Annotated[
        int | None, typer.Option(help="How late a submitted item may appear; it only lengthens the installation's.")
    ] = None,
    tries: Annotated[int | None, typer.Option(help="Tries before a person is asked.")] = None,
    second_person_above: Annotated[
        str | None, typer.Option(help="Amount from which on a second person confirms what became of a payment.")
    ] = None,
    json_output: Json = False,
) -> None:
    """Set a portal's own rules; what is not given stays as it is."""
    given = {
        "actions_per_minute": per_minute,
        "settle_seconds": settle_seconds,
        "most_attempts": tries,
        "second_person_above": _amount(second_person_above),
    }
    with signed_in(login) as (house, person):
        with house.store.read() as connection:
            known = rules_of(connection, house.settings.tenant, portal)
        wanted = PortalRules.model_validate(
            known.model_dump() | {name: value for name, value in given.items() if value is not None}
        )
        set_rules(house.store, person, portal, wanted)
    _recorded({"portal": portal, "rules": wanted.model_dump(mode="json")}, json_output=json_output)


@app.command()
def drift(
    everything: Annotated[bool, typer.Option("--all", help="Also what somebody has seen to.")] = False,
    json_output: Json = False,
) -> None:
    """Show what has changed on the portals, and what pages asked for that is not the portal's."""
    with opened() as house, house.store.read() as connection:
        known = findings(connection, house.settings.tenant)
    found = tuple(each for each in known if everything or not each.settled_by)
    Answer(json_output).show(found, lambda console: draw_findings(console, found))


@app.command()
def mended(
    finding: Annotated[str, typer.Argument(help="The note, as `bot drift` shows it.")],
    login: Login,
    comment: Annotated[str, typer.Option(help="What was done about it, or why it is harmless.")],
    json_output: Json = False,
) -> None:
    """Mark something that `bot drift` shows as seen to; it comes back when a bot meets it again."""
    with signed_in(login) as (house, person):
        settle_finding(house.store, person, finding, comment)
    _recorded({"finding": finding, "comment": comment}, json_output=json_output)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BusinessError("work.time", f"{text!r} is no time with a zone, such as 2026-11-23T08:00+01:00.")
    return moment.astimezone(UTC)


def _amount(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        raise BusinessError("portal.limit", f"{text!r} is no amount, such as 1000.00.") from None


def _recorded(document: dict[str, object], *, json_output: bool) -> None:
    Answer(json_output).show(document, lambda console: console.print("Recorded."))


def _draw(console: Console, found: tuple[PortalQueue, ...]) -> None:
    if not found:
        console.print("No portal has a login yet.")
    for portal in found:
        state = f"paused: {portal.pause_reason}" if portal.paused else "busy" if portal.running else "free"
        console.print(f"{portal.portal} ({state})", style="bold", markup=False, highlight=False)
        items = [*([portal.running] if portal.running else []), *portal.waiting]
        if items:
            console.print(_table(items, portal.running))


def _table(items: list[StoredItem], running: StoredItem | None) -> Table:
    table = Table("What", "State", "Priority", "Due", "Not before")
    table.add_column("Item", no_wrap=True)
    for item in items:
        state = "runs now" if item is running else item.state
        not_before = item.defer_until.isoformat(timespec="minutes") if item.defer_until else ""
        not_before += " (payment run)" if item.payment_run else ""
        due = item.due_on.isoformat() if item.due_on else ""
        table.add_row(item.title, state, item.priority.name.lower(), due, not_before, item.reference)
    return table
