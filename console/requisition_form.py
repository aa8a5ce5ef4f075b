"""The form for a new requisition: what was typed, and the requisition it makes."""

from dataclasses import dataclass, field, replace
from typing import Self

from pydantic import ValidationError
from starlette.datastructures import FormData

from console.entered import NOT_CHOSEN, findings_of, number
from models.errors import BusinessError, Finding
from models.purchasing import RequisitionContent

_FIELDS = ("entity", "vendor", "cost_centre", "category", "reason", "needed_by")
_CHOICES = ("vendor", "category", "cost_centre", "entity")
_LINE_FIELDS = ("description", "quantity", "unit", "unit_price", "tax_rate")
_MOST_LINES = 200


@dataclass(frozen=True)
class TypedLine:
    description: str = ""
    quantity: str = "1"
    unit: str = "C62"
    unit_price: str = ""
    tax_rate: str = "19"


@dataclass(frozen=True)
class TypedRequisition:
    """Every value as it was typed."""

    key: str
    """Idempotency key: the same form sent twice files once."""
    entity: str = ""
    vendor: str = ""
    cost_centre: str = ""
    category: str = ""
    reason: str = ""
    needed_by: str = ""
    lines: tuple[TypedLine, ...] = field(default=(TypedLine(),))

    @classmethod
    def from_form(cls, form: FormData) -> Self:
        columns = [[str(value) for value in form.getlist(name)] for name in _LINE_FIELDS]
        lines = tuple(TypedLine(*cells) for cells in zip(*columns, strict=False))
        values = {name: str(form.get(name, "")).strip() for name in _FIELDS}
        return cls(key=str(form.get("key", "")), lines=lines[:_MOST_LINES], **values)

    def with_line(self) -> Self:
        return replace(self, lines=(*self.lines, TypedLine())[:_MOST_LINES])

    def without_line(self, number: int) -> Self:
        """Without the line at the one-based `number`; the last one stays."""
        left = self.lines[: number - 1] + self.lines[number:]
        return replace(self, lines=left or (TypedLine(),))

    def content(self, currency: str) -> RequisitionContent:
        """Raises BusinessError `requisition.invalid` with a finding for every field that is not right."""
        lines = [
            {
                "number": position,
                "description": line.description.strip(),
                "quantity": number(line.quantity),
                "unit": line.unit,
                "unit_price": number(line.unit_price),
                "tax_rate": number(line.tax_rate),
            }
            for position, line in enumerate(self.lines, 1)
        ]
        values = {name: getattr(self, name) for name in _FIELDS}
        values |= {"needed_by": self.needed_by or None, "currency": currency, "lines": lines}
        findings = tuple(Finding(field=name, problem=NOT_CHOSEN) for name in _CHOICES if not values[name])
        try:
            content = RequisitionContent.model_validate(values)
        except ValidationError as error:
            findings += findings_of(error)
        else:
            if not findings:
                return content
        raise BusinessError("requisition.invalid", "The requisition cannot be filed.", findings)
