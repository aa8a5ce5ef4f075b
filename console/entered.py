"""What somebody typed into a form, kept as typed until it is right, with every problem beside its field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Self, TypeVar

from pydantic import ValidationError
from starlette.datastructures import FormData

from console.language import message
from models.errors import Finding

LineT = TypeVar("LineT")
NOT_A_NUMBER = message("write a number such as 1234.50, without thousands separators")
NOT_CHOSEN = message("please choose")
NOT_A_DAY = message("write a day such as 2026-12-24")

_PROBLEMS = {
    "missing": message("is missing"),
    "string_too_short": message("is missing"),
    "string_too_long": message("is too long"),
    "greater_than": message("must be more than zero"),
    "greater_than_equal": message("must not be less than zero"),
    "less_than_equal": message("is too large"),
    "too_short": message("needs at least one line"),
    "too_long": message("has too many lines"),
    "date_from_datetime_parsing": NOT_A_DAY,
    "date_parsing": NOT_A_DAY,
    "decimal_parsing": NOT_A_NUMBER,
    "decimal_type": NOT_A_NUMBER,
}
"""What pydantic found, for a person who has never heard of it."""
_NOT_VALID = message("is not valid")


def number(text: str) -> Decimal | str:
    """The number that was typed, or the text itself where it is none; a comma could mean two things and is refused."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return text
    return value if value.is_finite() and "_" not in text else text


def resized(lines: tuple[LineT, ...], wanted: str, blank: LineT, most: int) -> tuple[LineT, ...] | None:
    """With one line more (`add`) or without the line N (`remove-N`, one-based); None for any other wish."""
    if wanted == "add":
        return (*lines, blank)[:most]
    if not wanted.startswith("remove-"):
        return None
    position = wanted.removeprefix("remove-")
    index = int(position) if position.isdecimal() else 0
    return lines[: index - 1] + lines[index:] if index else lines


@dataclass(frozen=True)
class TypedQuantities:
    """A quantity per line of an order, each in a field `quantity-<line>`."""

    typed: Mapping[int, str]
    """Every value as it was typed."""
    quantities: Mapping[int, Decimal]
    """Those above zero; an empty field is none."""
    findings: tuple[Finding, ...]

    @classmethod
    def from_form(cls, form: FormData, positions: Iterable[int]) -> Self:
        typed = {position: str(form.get(f"quantity-{position}", "")).strip() for position in positions}
        quantities, findings = {}, []
        for position, text in typed.items():
            quantity = number(text) if text else Decimal(0)
            if isinstance(quantity, str) or quantity < 0:
                findings.append(Finding(field=f"quantity-{position}", problem=NOT_A_NUMBER))
            elif quantity:
                quantities[position] = quantity
        return cls(typed, quantities, tuple(findings))

    def on_fields(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """What the store found about the given lines, which it counts from zero, on the form's fields."""
        fields = {f"lines[{index}].quantity": f"quantity-{line}" for index, line in enumerate(self.quantities)}
        return tuple(found.model_copy(update={"field": fields.get(found.field, found.field)}) for found in findings)


def findings_of(error: ValidationError) -> tuple[Finding, ...]:
    """One finding per field, in words; the field is a path such as `lines[0].quantity`."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return without_consequences(
        Finding(field=path(problem["loc"]), problem=_PROBLEMS.get(problem["type"], _NOT_VALID)) for problem in problems
    )


def without_consequences(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """A list whose items are wrong is also reported as too short; one message is enough."""
    found = tuple(findings)
    return tuple(each for each in found if not any(other.field.startswith(f"{each.field}[") for other in found))


def by_field(findings: Iterable[Finding]) -> dict[str, str]:
    """The first problem of each field."""
    found: dict[str, str] = {}
    for finding in findings:
        found.setdefault(finding.field, finding.problem)
    return found


def path(location: tuple[int | str, ...]) -> str:
    """`lines[0].quantity` for `("lines", 0, "quantity")`."""
    written = ""
    for part in location:
        written += f"[{part}]" if isinstance(part, int) else f".{part}" if written else part
    return written
