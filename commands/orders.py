"""`tallywright order`: orders and what came in for them."""

import uuid
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.signing_in import Login, opened, signed_in
from models.errors import BusinessError, Finding
from models.purchasing import ReceiptLine
from store.orders import StoredOrder, orders
from store.receipts import record_receipt

app = typer.Typer(help="Orders, and receiving goods.", no_args_is_help=True)


@app.command("list")
def list_(json_output: Json = False) -> None:
    """List all orders, newest first."""
    with opened() as house, house.store.read() as connection:
        found = orders(connection, house.settings.tenant)
    Answer(json_output).show(found, lambda console: _draw(console, found))


@app.command()
def receive(
    order: Annotated[str, typer.Argument(help="Number of the order, e.g. PO-2026-0001.")],
    line: Annotated[list[str], typer.Option(help="LINE:QUANTITY, once per order line, e.g. 1:4.")],
    login: Login,
    key: Annotated[str, typer.Option(help="Recording again with the same key gives the first receipt.")] = "",
    json_output: Json = False,
) -> None:
    """Record what came in."""
    lines = _lines(line)
    with signed_in(login) as (house, person):
        receipt = record_receipt(house.store, person, order, lines, key or uuid.uuid4().hex)
    Answer(json_output).show({"receipt": receipt}, lambda console: console.print("Recorded."))


def _lines(texts: list[str]) -> tuple[ReceiptLine, ...]:
    findings, lines = [], []
    for text in texts:
        number, _, quantity = text.partition(":")
        try:
            lines.append(ReceiptLine(order_line=int(number), quantity=Decimal(quantity)))
        except (InvalidOperation, ValueError):
            findings.append(Finding(field="line", problem=f"{text!r} is not LINE:QUANTITY with numbers above 0"))
    if findings:
        raise BusinessError("receipt.invalid", "The receipt cannot be recorded.", tuple(findings))
    return tuple(lines)


def _draw(console: Console, found: tuple[StoredOrder, ...]) -> None:
    table = Table("Order", "Case", "Vendor", "Total", "State")
    for stored in found:
        content = stored.order.content
        table.add_row(stored.order.number, stored.case, content.vendor, str(content.net_total), stored.state)
    console.print(table if found else "There are no orders yet.")
