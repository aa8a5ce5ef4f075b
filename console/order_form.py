"""A form over a few fields and any number of lines: what was typed, and the content it makes."""

import secrets
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from console.entered import NOT_CHOSEN, findings_of, number, resized
from models.errors import BusinessError, Finding
from models.purchasing import RequisitionContent, RequisitionLine
from models.sales import SalesOrderContent

ContentT = TypeVar("ContentT", bound=BaseModel)
_LINE_FIELDS = ("description", "quantity", "unit", "unit_price", "tax_rate", "line_cost_centre")
_MOST_LINES = 200


@dataclass(frozen=True)
class TypedLine:
    description: str = ""
    quantity: str = "1"
    unit: str = "C62"
    unit_price: str = ""
    tax_rate: str = "19"
    cost_centre: str = ""
    """Who pays this line where that is not whoever pays the whole; carried along, not shown for change."""


@dataclass(frozen=True)
class TypedOrder:
    """Every value as it was typed."""

    fields: ClassVar[tuple[str, ...]]
    choices: ClassVar[tuple[str, ...]]
    """Fields in which something has to be chosen."""
    days: ClassVar[tuple[str, ...]]
    """Fields that may stay empty."""

    key: str
    """Idempotency key: the same form sent twice files once."""
    values: dict[str, str]
    lines: tuple[TypedLine, ...] = (TypedLine(),)

    @classmethod
    def blank(cls) -> Self:
        return cls(secrets.token_hex(16), dict.fromkeys(cls.fields, ""))

    @classmethod
    def from_form(cls, form: FormData) -> Self:
        columns = [[str(value) for value in form.getlist(name)] for name in _LINE_FIELDS]
        lines = tuple(TypedLine(*cells) for cells in zip_longest(*columns, fillvalue=""))
        values = {name: str(form.get(name, "")).strip() for name in cls.fields}
        return cls(key=str(form.get("key", "")), lines=lines[:_MOST_LINES], values=values)

    def changed(self, wanted: str) -> Self | None:
        """With one line more (`add`) or without the line N (`remove-N`, one-based); None for any other wish."""
        lines = resized(self.lines, wanted, TypedLine(), _MOST_LINES)
        return None if lines is None else replace(self, lines=lines or (TypedLine(),))

    def _content(self, kind: type[ContentT], currency: str, code: str, refusal: str) -> ContentT:
        values: dict[str, Any] = dict(self.values)
        findings = tuple(Finding(field=name, problem=NOT_CHOSEN) for name in self.choices if not values[name])
        values |= {name: values[name] or None for name in self.days}
        values |= {"currency": currency, "lines": [_line(*each) for each in enumerate(self.lines, 1)]}
        try:
            content = kind.model_validate(values)
        except ValidationError as error:
            findings += findings_of(error)
        else:
            if not findings:
                return content
        raise BusinessError(code, refusal, findings)


class TypedRequisition(TypedOrder):
    fields = ("entity", "vendor", "cost_centre", "category", "reason", "needed_by")
    choices = ("vendor", "category", "cost_centre", "entity")
    days = ("needed_by",)

    @classmethod
    def of(cls, content: RequisitionContent) -> Self:
        """What was filed, as it would have been typed."""
        values = {name: str(getattr(content, name) or "") for name in cls.fields}
        return cls("", values, tuple(_typed(line) for line in content.lines))

    def content(self, currency: str) -> RequisitionContent:
        """Raises BusinessError `requisition.invalid` with a finding for every field that is not right."""
        return self._content(RequisitionContent, currency, "requisition.invalid", "The requisition cannot be filed.")


class TypedSalesOrder(TypedOrder):
    fields = ("entity", "customer", "customer_reference", "deliver_by")
    choices = ("customer", "entity")
    days = ("deliver_by",)

    def content(self, currency: str) -> SalesOrderContent:
        """Raises BusinessError `sales_order.invalid` with a finding for every field that is not right."""
        return self._content(SalesOrderContent, currency, "sales_order.invalid", "The order cannot be taken.")


def _typed(line: RequisitionLine) -> TypedLine:
    numbers = (f"{value:f}" for value in (line.quantity, line.unit_price, line.tax_rate))
    quantity, unit_price, tax_rate = numbers
    return TypedLine(line.description, quantity, line.unit, unit_price, tax_rate, line.cost_centre)


def _line(position: int, line: TypedLine) -> dict[str, Any]:
    return {
        "number": position,
        "description": line.description.strip(),
        "quantity": number(line.quantity),
        "unit": line.unit,
        "unit_price": number(line.unit_price),
        "tax_rate": number(line.tax_rate),
    } | ({"cost_centre": line.cost_centre} if line.cost_centre else {})
