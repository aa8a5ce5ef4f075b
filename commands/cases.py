"""`tallywright case`: what is going on, and everything that happened in one case."""

from collections.abc import Iterable
from itertools import groupby
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from commands.output import Answer, Json
from commands.signing_in import opened
from store.approvals import requests_of_case
from store.cases import Case, case_of, cases, documents
from store.evidence import steps_of_case
from store.intents import intents_of_case
from store.invoices import invoices_of_case
from store.log import HistoryEntry, history
from store.orders import orders
from store.receivables import receivables_of_case
from store.sales_invoices import sales_invoices_of_case
from store.sales_orders import sales_orders
from store.tasks import tasks_of_case

app = typer.Typer(help="Cases and their history.", no_args_is_help=True)
_LONGEST_ID = 40


@app.command("list")
def list_(json_output: Json = False) -> None:
    """List the newest cases."""
    with opened() as house, house.store.read() as connection:
        found = cases(connection, house.settings.tenant)
    Answer(json_output).show([_brief(case) for case in found], lambda console: _draw_list(console, found))


@app.command()
def show(case: Annotated[str, typer.Argument(help="Number of the case.")], json_output: Json = False) -> None:
    """Show one case with its history."""
    with opened() as house, house.store.read() as connection:
        tenant = house.settings.tenant
        found = case_of(connection, tenant, case)
        events = history(connection, tenant, case)
        document = {
            **_brief(found),
            "orders": orders(connection, tenant, case),
            "invoices": invoices_of_case(connection, tenant, case),
            "sales_orders": sales_orders(connection, tenant, case),
            "sales_invoices": sales_invoices_of_case(connection, tenant, case),
            "receivables": receivables_of_case(connection, tenant, case),
            "approvals": requests_of_case(connection, tenant, case),
            "tasks": tasks_of_case(connection, tenant, case),
            "intents": intents_of_case(connection, tenant, case),
            "documents": [vars(paper) for paper in documents(connection, tenant, case)],
            "bot_steps": steps_of_case(connection, tenant, case),
            "history": events,
        }
    Answer(json_output).show(document, lambda console: _draw(console, found, events))


def _brief(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "process": case.process,
        "title": case.title,
        "owner": case.owner,
        "vendor": case.vendor,
        "customer": case.customer,
        "total": str(case.total),
        "state": case.state,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
    }


def _draw_list(console: Console, found: tuple[Case, ...]) -> None:
    table = Table("Case", "What", "With", "Total", "State", "Opened (UTC)")
    for case in found:
        opened_at = f"{case.opened_at:%Y-%m-%d %H:%M}"
        table.add_row(case.id, case.title, case.vendor or case.customer, str(case.total), case.state, opened_at)
    console.print(table if found else "There are no cases yet.")


def _draw(console: Console, case: Case, events: tuple[HistoryEntry, ...]) -> None:
    facts = (case.vendor or case.customer, str(case.total), case.state, f"opened {case.opened_at:%Y-%m-%d %H:%M} UTC")
    console.print(Text(f"{case.id}  {case.title}", style="bold"))
    console.print(Text(", ".join(fact for fact in facts if fact)))
    for day, happened in groupby(events, key=lambda event: event.time.date()):
        console.print(Text(f"\n{day}", style="bold"))
        console.print(_day(happened))


def _day(events: Iterable[HistoryEntry]) -> Table:
    """One line per event, and under it why it happened."""
    table = Table.grid(padding=(0, 2))
    for width in (8, None, None):
        table.add_column(width=width, overflow="fold")
    for event in events:
        what = Text(event.action.replace(".", " ").replace("_", " ").capitalize())
        what.append(f"  {event.subject.id[:_LONGEST_ID]}", style="dim")
        for reason in event.reasons:
            what.append(f"\n{reason}", style="italic dim")
        table.add_row(f"{event.time:%H:%M:%S}", what, Text(event.actor.display, style="cyan"))
    return table
