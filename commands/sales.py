"""`tallywright sale`: customer orders and what was delivered of them."""

import uuid
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.signing_in import Login, opened, signed_in
from models.errors import BusinessError, Finding
from models.sales import DeliveryLine, SalesOrderContent, SalesOrderLine
from store.goods_deliveries import record_delivery
from store.sales_orders import StoredSalesOrder, file_sales_order, sales_orders

app = typer.Typer(help="Customer orders, and delivering them.", no_args_is_help=True)
_LINE_PARTS = 3


@app.command("file")
def file_(
    login: Login,
    customer: Annotated[str, typer.Option(help="Customer's id.")] = "",
    reference: Annotated[str, typer.Option(help="The customer's own order number.")] = "",
    line: Annotated[
        list[str] | None,
        typer.Option(help="DESCRIPTION;QUANTITY;UNIT PRICE, once per line, e.g. 'Force gauge;2;1450'."),
    ] = None,
    tax_rate: Annotated[str, typer.Option(help="Percent of every line; 0 for a delivery abroad.")] = "19",
    entity: Annotated[str, typer.Option(help="Legal entity that sells.")] = "LMT",
    currency: Annotated[str, typer.Option(help="ISO 4217 code.")] = "EUR",
    from_file: Annotated[
        Path | None, typer.Option(help="The whole order as JSON instead.", exists=True, dir_okay=False)
    ] = None,
    key: Annotated[str, typer.Option(help="Filing again with the same key gives the first order.")] = "",
    json_output: Json = False,
) -> None:
    """Record a customer's order. Who has to grant the credit is decided by the rules."""
    if from_file is not None:
        content = SalesOrderContent.model_validate_json(from_file.read_bytes())
    else:
        content = SalesOrderContent(
            entity=entity,
            customer=customer,
            customer_reference=reference,
            currency=currency,
            lines=_order_lines(line or [], tax_rate),
        )
    with signed_in(login) as (house, person):
        number = file_sales_order(house.store, person, content, key or uuid.uuid4().hex)
    total = content.net_total
    answer = {"order": number, "net_total": str(total)}
    Answer(json_output).show(answer, lambda console: console.print(f"Filed [bold]{number}[/], {total} net."))


@app.command("list")
def list_(json_output: Json = False) -> None:
    """List all customer orders, newest first."""
    with opened() as house, house.store.read() as connection:
        found = sales_orders(connection, house.settings.tenant)
    Answer(json_output).show(found, lambda console: _draw(console, found))


@app.command()
def deliver(
    order: Annotated[str, typer.Argument(help="Number of the order, e.g. SO-2026-0001.")],
    line: Annotated[list[str], typer.Option(help="LINE:QUANTITY, once per order line, e.g. 1:4.")],
    login: Login,
    key: Annotated[str, typer.Option(help="Recording again with the same key gives the first delivery.")] = "",
    json_output: Json = False,
) -> None:
    """Record what left the house; its invoice follows by itself."""
    with signed_in(login) as (house, person):
        delivery = record_delivery(house.store, person, order, _delivery_lines(line), key or uuid.uuid4().hex)
    Answer(json_output).show({"delivery": delivery}, lambda console: console.print("Recorded."))


def _order_lines(texts: list[str], tax_rate: str) -> tuple[SalesOrderLine, ...]:
    findings, lines = [], []
    for number, text in enumerate(texts, 1):
        parts = [part.strip() for part in text.split(";")]
        try:
            description, quantity, price = parts if len(parts) == _LINE_PARTS else ("", "", "")
            lines.append(
                SalesOrderLine(
                    number=number,
                    description=description,
                    quantity=Decimal(quantity),
                    unit_price=Decimal(price),
                    tax_rate=Decimal(tax_rate),
                )
            )
        except (InvalidOperation, ValueError):
            problem = f"{text!r} at {tax_rate} % is not DESCRIPTION;QUANTITY;UNIT PRICE with numbers above 0"
            findings.append(Finding(field=f"line {number}", problem=problem))
    if findings:
        raise BusinessError("sales_order.invalid", "The order cannot be taken.", tuple(findings))
    return tuple(lines)


def _delivery_lines(texts: list[str]) -> tuple[DeliveryLine, ...]:
    findings, lines = [], []
    for text in texts:
        number, _, quantity = text.partition(":")
        try:
            lines.append(DeliveryLine(order_line=int(number), quantity=Decimal(quantity)))
        except (InvalidOperation, ValueError):
            findings.append(Finding(field="line", problem=f"{text!r} is not LINE:QUANTITY with numbers above 0"))
    if findings:
        raise BusinessError("delivery.invalid", "The delivery cannot be recorded.", tuple(findings))
    return tuple(lines)


def _draw(console: Console, found: tuple[StoredSalesOrder, ...]) -> None:
    table = Table("Order", "Customer", "Their order", "Total", "State")
    for stored in found:
        content = stored.content
        table.add_row(stored.number, content.customer, content.customer_reference, str(stored.total), stored.state)
    console.print(table if found else "There are no customer orders yet.")
