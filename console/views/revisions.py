"""What was changed in a document while its approval was under way, in names and words."""

import json
from datetime import datetime
from decimal import Decimal

from console.formatting import money, quantity, unit_price
from console.language import Language
from console.names import Names
from console.rendering import label
from console.words import CATEGORIES, UNITS
from models.approval import ApprovalRequest, FieldChange, Revision
from models.base import Model
from models.money import Money
from models.purchasing import RequisitionLine


class ChangedField(Model):
    field: str
    before: tuple[str, ...]
    """One text, and of lines those that are gone."""
    after: tuple[str, ...]
    """One text, and of lines those that came."""


class RevisionView(Model):
    author: str
    comment: str
    at: datetime
    changes: tuple[ChangedField, ...]
    voided: tuple[str, ...]
    kept: tuple[str, ...]


def revision_views(names: Names, language: Language, request: ApprovalRequest) -> tuple[RevisionView, ...]:
    """Oldest first."""
    currency = request.material.get("currency", "")
    return tuple(revision_view(names, language, each, currency) for each in request.revisions)


def revision_view(names: Names, language: Language, revision: Revision, currency: str) -> RevisionView:
    return RevisionView(
        author=names.person(revision.person),
        comment=revision.comment,
        at=revision.at,
        changes=tuple(_changed(change, names, language, currency) for change in revision.changes),
        voided=revision.voided,
        kept=revision.kept,
    )


def _changed(change: FieldChange, names: Names, language: Language, currency: str) -> ChangedField:
    if change.field == "lines":
        before, after = (_lines(text, names, language) for text in (change.before, change.after))
        gone = tuple(each for each in before if each not in after)
        return ChangedField(field="lines", before=gone, after=tuple(each for each in after if each not in before))

    def shown(text: str) -> str:
        match change.field:
            case "vendor":
                return names.vendor(text)
            case "cost_centre":
                return names.cost_centre(text)
            case "entity":
                return names.entity(text)
            case "category":
                return label(language, CATEGORIES, text)
            case "net_total" if currency:
                return money(Money(amount=Decimal(text), currency=currency), language.locale)
        return text

    return ChangedField(field=change.field, before=(shown(change.before),), after=(shown(change.after),))


def _lines(text: str, names: Names, language: Language) -> list[str]:
    lines = [RequisitionLine.model_validate(each) for each in json.loads(text, parse_float=Decimal)]
    return [_line(each, names, language) for each in lines]


def _line(line: RequisitionLine, names: Names, language: Language) -> str:
    amount = quantity(line.quantity, language.locale)
    price = unit_price(line.unit_price, language.locale)
    centre = f" · {names.cost_centre(line.cost_centre)}" if line.cost_centre else ""
    unit = label(language, UNITS, line.unit)
    return f"{amount} {unit} × {line.description} · {price} · {quantity(line.tax_rate, language.locale)} %{centre}"
