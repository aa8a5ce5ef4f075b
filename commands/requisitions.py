"""`tallywright requisition`: ask for something to be bought, and change what you asked for."""

import sys
import uuid
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from commands.output import ERRORS, Answer, Json
from commands.signing_in import Login, signed_in
from console.language import read_languages
from console.names import Names
from console.rendering import label
from console.views.revisions import ChangedField, revision_view
from console.words import MATERIAL_FIELDS, ROLES
from installation import Installation
from models.approval import Revision
from models.errors import BusinessError, Finding
from models.purchasing import RequisitionContent, RequisitionLine
from store.approval_amendments import amend_requisition, tried_amendment
from store.orders import requisition_of
from store.requisitions import file_requisition

app = typer.Typer(help="Ask for something to be bought, and change what you asked for.", no_args_is_help=True)
_LINE_PARTS = 3
_NOBODYS_FIELDS = {"reason": "What for", "needed_by": "Needed by"}
"""No approval rests on them."""


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


@app.command()
def change(
    case: Annotated[str, typer.Argument(help="The requisition's number, e.g. PR-2026-0001.")],
    login: Login,
    vendor: Annotated[str | None, typer.Option(help="Vendor's id.")] = None,
    cost_centre: Annotated[str | None, typer.Option(help="Cost centre's id.")] = None,
    category: Annotated[str | None, typer.Option(help="goods, services, it, travel or office.")] = None,
    reason: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    needed_by: Annotated[str | None, typer.Option(help="Day, e.g. 2027-03-31; empty for none.")] = None,
    line: Annotated[
        list[str] | None,
        typer.Option(help="DESCRIPTION;QUANTITY;UNIT PRICE, once per line; these take the place of all lines."),
    ] = None,
    from_file: Annotated[
        Path | None, typer.Option(help="The whole requisition as JSON instead.", exists=True, dir_okay=False)
    ] = None,
    comment: Annotated[str, typer.Option(help="What you changed, for whoever decides.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether to go ahead.")] = False,
    json_output: Json = False,
) -> None:
    """Change what you asked for while it is being approved. What you do not name stays as it is.

    Shows the difference and whose approval falls away, and asks. A line with the same description keeps its unit,
    tax rate and cost centre.
    """
    given = {
        "vendor": vendor,
        "cost_centre": cost_centre,
        "category": category,
        "reason": reason,
        "needed_by": needed_by,
    }
    with signed_in(login) as (house, person):
        with house.store.read() as view:
            filed = requisition_of(view, house.settings.tenant, case).content
        whole = RequisitionContent.model_validate_json(from_file.read_bytes()) if from_file else filed
        wanted = _changed(whole, given, line or [])
        if not yes:
            revision = tried_amendment(house.store, person, case, wanted, comment)
            _draw_change(ERRORS, house, filed, wanted, revision)
            _ask_to_go_ahead()
        revision = amend_requisition(house.store, person, case, wanted, comment)
        document = {"requisition": case, **revision.model_dump(mode="json")}
        Answer(json_output).show(document, lambda console: _draw_changed(console, house, case, filed, wanted, revision))


def _changed(content: RequisitionContent, given: Mapping[str, str | None], lines: list[str]) -> RequisitionContent:
    values = {name: text or None if name == "needed_by" else text for name, text in given.items() if text is not None}
    known = {each.description: each for each in content.lines}
    renewed = [
        each.model_copy(update={"unit": before.unit, "tax_rate": before.tax_rate, "cost_centre": before.cost_centre})
        if (before := known.get(each.description))
        else each
        for each in _lines(lines)
    ]
    as_lines = {"lines": [each.model_dump(mode="json") for each in renewed]} if renewed else {}
    return RequisitionContent.model_validate(content.model_dump(mode="json") | values | as_lines)


def _ask_to_go_ahead() -> None:
    ERRORS.print("Go ahead? y for yes.")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise BusinessError("requisition.not_confirmed", "Nothing was changed. Answer with y, or give --yes.")


def _draw_changed(
    console: Console,
    house: Installation,
    case: str,
    filed: RequisitionContent,
    wanted: RequisitionContent,
    revision: Revision,
) -> None:
    console.print(f"Changed [bold]{case}[/], now {wanted.net_total}.", highlight=False)
    _draw_change(console, house, filed, wanted, revision)


def _draw_change(
    console: Console, house: Installation, filed: RequisitionContent, wanted: RequisitionContent, revision: Revision
) -> None:
    """Field by field, then whose approval falls away and whose stands."""
    language, tenant = read_languages()["en"], house.settings.tenant
    with house.store.read() as view:
        names = Names.of(view, tenant, {})
        shown = revision_view(names, language, revision, wanted.currency)
    table = Table("Field", "Before", "After")
    for each in shown.changes:
        _row(table, label(language, MATERIAL_FIELDS, each.field), each)
    for name, title in _NOBODYS_FIELDS.items():
        before, after = (str(getattr(content, name) or "") for content in (filed, wanted))
        if before != after:
            _row(table, title, ChangedField(field=name, before=(before,), after=(after,)))
    console.print(table)
    for said, roles in (("Asked again", shown.voided), ("Approval stands", shown.kept)):
        named = ", ".join(label(language, ROLES, role) for role in roles) or "nobody's"
        console.print(f"{said}: {named}", markup=False, highlight=False)


def _row(table: Table, title: str, change: ChangedField) -> None:
    table.add_row(title, *(escape("\n".join(texts)) for texts in (change.before, change.after)))


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
        raise BusinessError("requisition.invalid", "The lines cannot be read.", tuple(findings))
    return tuple(lines)
