"""`tallywright control`: segregation of duties, limits of rights and managers, each changed by two signatures."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.signing_in import Login, opened, signed_in
from finance.conformance import Violation, functions_named, logged_acts, violations
from finance.segregation import Function, SegregationException, SegregationPair, Severity
from formats.csv_table import records
from models.authority import RightLimit
from models.errors import BusinessError
from models.money import Money
from store.conflict_report import READERS, conflict_report
from store.signed_changes import (
    Content,
    ManagerOf,
    PersonRights,
    changes,
    end_exception,
    propose,
    refuse,
    segregation_at,
    sign,
)

app = typer.Typer(help="Control who may do what: pairs, exceptions, limits, managers.", no_args_is_help=True)
Person = Annotated[str, typer.Argument(help="Person, e.g. henrik.dahl.")]
One = Annotated[Function, typer.Argument(help="One function.")]
Other = Annotated[Function, typer.Argument(help="The other function.")]
Reason = Annotated[str, typer.Option(help="Why, for whoever signs and whoever audits.")]
ChangeId = Annotated[str, typer.Argument(help="Id of the proposal, as listed.")]


@app.command()
def conflicts(login: Login, json_output: Json = False) -> None:
    """Report who had, or by their roles could have, two functions that should be with two people."""
    with signed_in(login) as (house, me), house.store.read() as view:
        me.require(*READERS)
        report = conflict_report(view, me.tenant, house.store.now())
    Answer(json_output).show(report, lambda console: _draw(console, report.actual))


@app.command()
def conformance(
    log: Annotated[Path, typer.Argument(help="CSV with the columns case, activity and person.")],
    activity: Annotated[list[str] | None, typer.Option(help='"Name in the log=function"; may be repeated.')] = None,
    json_output: Json = False,
) -> None:
    """Find violations of the segregation of duties in any event log. Exit 1 where there are some."""
    names, acts = functions_named(activity or ()), logged_acts(records(log.read_bytes()))
    with opened() as house, house.store.read() as view:
        policy = segregation_at(changes(view, house.settings.tenant), house.store.now())
    found = violations(acts, names, policy)
    Answer(json_output).show([each.model_dump() for each in found], lambda console: _draw(console, found))
    if found:
        raise typer.Exit(1)


@app.command("list")
def list_(login: Login, json_output: Json = False) -> None:
    """List the changes that were proposed, signed or put aside."""
    with signed_in(login) as (house, me), house.store.read() as view:
        me.require(*READERS)
        found = changes(view, me.tenant)
    shown = [each.model_dump(mode="json") for each in found]
    Answer(json_output).show(shown, lambda console: console.print_json(data=shown))


@app.command()
def pair(
    one: One,
    other: Other,
    severity: Annotated[Severity, typer.Argument(help="forbidden, reported or allowed.")],
    reason: Reason,
    login: Login,
    json_output: Json = False,
) -> None:
    """Propose what becomes of one person with both functions in one case."""
    _propose(login, SegregationPair(one=one, other=other, severity=severity), reason, json_output)


@app.command("exception")
def exception_(
    person: Person,
    one: One,
    other: Other,
    ends_at: Annotated[datetime, typer.Argument(help="Until when, in UTC.")],
    reason: Reason,
    login: Login,
    json_output: Json = False,
) -> None:
    """Propose that one person may have both functions until a day."""
    until = ends_at.replace(tzinfo=ZoneInfo("UTC"))
    content = SegregationException(person=person, one=one, other=other, ends_at=until, reason=reason)
    _propose(login, content, reason, json_output)


@app.command()
def rights(
    person: Person,
    reason: Reason,
    login: Login,
    limit: Annotated[
        list[str] | None,
        typer.Option(help='"ENTITY/COST CENTRE/AMOUNT CURRENCY", any part empty; repeated; none lifts all limits.'),
    ] = None,
    json_output: Json = False,
) -> None:
    """Propose how far a person's right to approve reaches."""
    limits = tuple(_limit(person, number, text) for number, text in enumerate(limit or (), 1))
    _propose(login, PersonRights(person=person, limits=limits), reason, json_output)


@app.command()
def manager(
    person: Person,
    above: Annotated[str, typer.Argument(help="Who is above them.")],
    reason: Reason,
    login: Login,
    json_output: Json = False,
) -> None:
    """Propose who is a person's manager."""
    _propose(login, ManagerOf(person=person, manager=above), reason, json_output)


@app.command("sign")
def sign_(change: ChangeId, login: Login, json_output: Json = False) -> None:
    """Sign what another person proposed; it is in force from now on."""
    with signed_in(login) as (house, me):
        sign(house.store, me, change)
    Answer(json_output).show({"signed": change}, lambda console: console.print(f"In force: {change}."))


@app.command("refuse")
def refuse_(change: ChangeId, login: Login, json_output: Json = False) -> None:
    """Put a proposal aside."""
    with signed_in(login) as (house, me):
        refuse(house.store, me, change)
    Answer(json_output).show({"refused": change}, lambda console: console.print(f"Put aside: {change}."))


@app.command("end")
def end_(change: ChangeId, login: Login, json_output: Json = False) -> None:
    """Take an exception back before its day."""
    with signed_in(login) as (house, me):
        end_exception(house.store, me, change)
    Answer(json_output).show({"ended": change}, lambda console: console.print(f"Ended: {change}."))


def _propose(login: str, content: Content, reason: str, json_output: bool) -> None:
    with signed_in(login) as (house, me):
        change = propose(house.store, me, content, reason)
    Answer(json_output).show({"change": change}, lambda console: console.print(f"Proposed: {change}."))


def _limit(person: str, number: int, text: str) -> RightLimit:
    """Raises BusinessError `control.limit`."""
    entity, _, rest = text.partition("/")
    centre, slash, amount = rest.partition("/")
    if not slash:
        raise BusinessError("control.limit", f"{text!r} is not of the form ENTITY/COST CENTRE/AMOUNT CURRENCY.")
    value, _, currency = amount.partition(" ")
    money = Money(amount=Decimal(value), currency=currency) if value else None
    return RightLimit(id=f"{person}.{number}", person=person, entity=entity, cost_centre=centre, limit=money)


def _draw(console: Console, found: tuple[Violation, ...]) -> None:
    if not found:
        console.print("Nobody has two functions that should be with two people.")
        return
    table = Table("Case", "Person", "One", "Other", "Severity")
    for each in found:
        table.add_row(each.case, each.person, each.one, each.other, each.severity)
    console.print(table)
