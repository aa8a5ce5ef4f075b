"""`tallywright requisition`: ask for something to be bought."""

import uuid
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from commands.output import Answer, Json
from commands.signing_in import Login, signed_in
from models.errors import BusinessError, Finding
from models.purchasing import RequisitionContent, RequisitionLine
from store.requisitions import file_requisition

app = typer.Typer(help="Ask for something to be bought.", no_args_is_help=True)
_LINE_PARTS = 3


@app.command("file")
def file_(
    login: Login,
    vendor: Annotated[str, typer.Option(help="Vendor's id.")] = "",
    cost_centre: Annotated[str, typer.Option(help="Cost centre's id.")] = "",
    category: Annotated[str, typer.Option(help="goods, services, it, travel or office.")] = "goods",
    reason: Annotated[str, typer.Option(help="What it is for.")] = "",
    line: Annotated[
        list[str] | None, typer.Option(help="DESCRIPTION;QUANTITY;UNIT PRICE, once per line, e.g. 'Sensor;4;120.50'.")
    ] = None,
    entity: Annotated[str, typer.Option(help="Legal entity that buys.")] = "LMT",
    currency: Annotated[str, typer.Option(help="ISO 4217 code.")] = "EUR",
    from_file: Annotated[
        Path | None, typer.Option(help="The whole requisition as JSON instead.", exists=True, dir_okay=False)
    ] = None,
    key: Annotated[str, typer.Option(help="Filing again with the same key gives the first requisition.")] = "",
    json_output: Json = False,
) -> None:
    """File a purchase requisition. Who has to approve it is decided by the rules."""
    if from_file is not None:
        content = RequisitionContent.model_validate_json(from_file.read_bytes())
    else:
        content = RequisitionContent(
            entity=entity,
            vendor=vendor,
            cost_centre=cost_centre,
            category=category,
            currency=currency,
            reason=reason,
            lines=_lines(line or []),
        )
    with signed_in(login) as (house, person):
        number = file_requisition(house.store, person, content, key or uuid.uuid4().hex)
    answer = {"requisition": number, "total": str(content.net_total)}
    Answer(json_output).show(answer, lambda console: console.print(f"Filed [bold]{number}[/], {content.net_total}."))


def _lines(texts: list[str]) -> tuple[RequisitionLine, ...]:
    findings, lines = [], []
    for number, text in enumerate(texts, 1):
        parts = [part.strip() for part in text.split(";")]
        try:
            description, quantity, price = parts if len(parts) == _LINE_PARTS else ("", "", "")
            lines.append(
                RequisitionLine(
                    number=number, description=description, quantity=Decimal(quantity), unit_price=Decimal(price)
                )
            )
        except (InvalidOperation, ValueError):
            problem = f"{text!r} is not DESCRIPTION;QUANTITY;UNIT PRICE with numbers above 0, e.g. 'Sensor;4;120.50'"
            findings.append(Finding(field=f"line {number}", problem=problem))
    if findings:
        raise BusinessError("requisition.invalid", "The requisition cannot be filed.", tuple(findings))
    return tuple(lines)
