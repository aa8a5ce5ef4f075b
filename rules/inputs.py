"""What a decision expects, and the reading of what it is given. Nothing is guessed: every wrong value is named."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from models.base import Model
from models.errors import BusinessError, Finding
from rules.feel.budget import MAX_DIGITS, MAX_LIST_SIZE, MAX_TEXT_LENGTH, Scope, check_size
from rules.feel.errors import BudgetExceededError
from rules.feel.functions import plain_text
from rules.feel.temporal import (
    MonthsDuration,
    read_date,
    read_date_time,
    read_days_duration,
    read_months_duration,
    read_time,
)
from rules.feel.values import KINDS, MAX_EXPONENT
from rules.item_types import ANY, CONTEXT, LIST, ItemType

MAX_JSON_LENGTH = 1_000_000
MAX_DEPTH = 20


class ExpectedInput(Model):
    """For forms: `allowed_values` lists the choices where they are finite, `constraint` is the text of the tests."""

    name: str
    label: str
    type: str
    allowed_values: tuple[Any, ...] = ()
    constraint: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    label: str
    type: ItemType

    def expected(self) -> ExpectedInput:
        return ExpectedInput(
            name=self.name,
            label=self.label,
            type=str(self.type),
            allowed_values=self.type.allowed_values,
            constraint="; ".join(tests.text for tests in self.type.constraints),
        )


def parse_input(json_text: str) -> dict[str, Any]:
    """The inputs in a JSON object, its numbers exact. Raises BusinessError `rules.bad_input`."""
    if len(json_text) > MAX_JSON_LENGTH:
        raise _bad("", f"has {len(json_text):,} characters; at most {MAX_JSON_LENGTH:,} are accepted")
    try:
        inputs = json.loads(
            json_text,
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repeats,
        )
    except RecursionError:
        raise _bad("", "is nested too deeply") from None
    except ValueError as error:
        raise _bad("", f"is not JSON: {error}") from error
    if not isinstance(inputs, dict):
        raise _bad("", f'is {shown(inputs)}; a JSON object such as {{"amount": 12.50}} is expected')
    return inputs


def _bad(field: str, problem: str) -> BusinessError:
    return BusinessError("rules.bad_input", "The input cannot be used.", (Finding(field=field, problem=problem),))


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} is given twice")
    return entries


def read_inputs(variables: tuple[Variable, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """FEEL values by variable. Raises BusinessError `rules.bad_input` with a finding for every wrong value."""
    reader = _Reader()
    inputs = {variable.name: reader.read(variable, given) for variable in variables}
    if reader.findings:
        raise BusinessError("rules.bad_input", "The inputs do not fit the decision.", tuple(reader.findings))
    return inputs


class _Reader:
    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def read(self, variable: Variable, given: Mapping[str, Any]) -> Any:
        value = given.get(variable.name)
        if _is_as_expected(value, variable.type):
            return value
        if value is None:
            if variable.name in given and variable.type.allows_null:
                return None
            how = "is null" if variable.name in given else "is missing"
            self._add(variable.name, f"{how}; {_expected(variable.type)} is expected")
            return None
        try:
            converted = self._convert(value, variable.type, variable.name, 0)
            check_size(converted)
        except BudgetExceededError as error:
            self._add(variable.name, str(error))
            return None
        return converted

    def _add(self, field: str, problem: str) -> None:
        self.findings.append(Finding(field=field, problem=problem, code="rules.bad_input"))

    def _convert(self, value: Any, kind: ItemType, field: str, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise BudgetExceededError(f"is nested more than {MAX_DEPTH} levels deep")
        if value is None and kind.allows_null:
            return None
        scalar = _SCALARS.get(kind.kind)
        converted: Any
        if scalar is not None:
            converted = scalar(value)
        elif kind.kind == LIST:
            converted = self._list(value, kind, field, depth)
        elif kind.kind == CONTEXT:
            converted = self._context(value, kind, field, depth)
        else:
            converted = self._any(value, field, depth)
        if converted is None:
            if value is not None or kind.kind != ANY:
                self._add(field, f"{shown(value)} does not fit; {_expected(kind)} is expected")
            return None
        if kind.constraints:
            self._check_constraints(converted, kind, field)
        return converted

    def _list(self, value: Any, kind: ItemType, field: str, depth: int) -> list[Any] | None:
        if not isinstance(value, list | tuple):
            return None
        if len(value) > MAX_LIST_SIZE:
            raise BudgetExceededError(f"has more than {MAX_LIST_SIZE:,} items")
        item = kind.item or ItemType()
        return [self._convert(part, item, f"{field}[{place}]", depth + 1) for place, part in enumerate(value)]

    def _context(self, value: Any, kind: ItemType, field: str, depth: int) -> dict[str, Any] | None:
        if not isinstance(value, Mapping):
            return None
        if not kind.components:
            return {
                str(key): self._convert(part, ItemType(), f"{field}.{key}", depth + 1) for key, part in value.items()
            }
        return {
            name: self._convert(value.get(name), part, f"{field}.{name}", depth + 1)
            for name, part in kind.components.items()
        }

    def _any(self, value: Any, field: str, depth: int) -> Any:
        if isinstance(value, list | tuple):
            return self._list(value, ItemType(LIST), field, depth)
        if isinstance(value, Mapping):
            return self._context(value, ItemType(CONTEXT), field, depth)
        if isinstance(value, bool | str | date | time | timedelta | MonthsDuration):
            return value
        return _number(value)

    def _check_constraints(self, value: Any, kind: ItemType, field: str) -> None:
        for tests in kind.constraints:
            if tests.accepts(value, Scope({})) is not True:
                self._add(field, f"{shown(value)} is not allowed; expected is {tests.text}")


_AS_EXPECTED: dict[str, type] = {
    kind: python for python, kind in KINDS.items() if python in (str, bool, date, time, datetime)
}


def _is_as_expected(value: Any, kind: ItemType) -> bool:
    """Whether nothing has to be converted or looked at any further."""
    if type(value) is not _AS_EXPECTED.get(kind.kind) or kind.constraints:
        return False
    return type(value) is not str or len(value) <= MAX_TEXT_LENGTH


def _number(value: Any) -> Decimal | None:
    """A float is refused because its digits are not those that anybody wrote."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**MAX_DIGITS else None
    if not value.is_finite() or abs(value.adjusted()) > MAX_EXPONENT or len(value.as_tuple().digits) > MAX_DIGITS:
        return None
    return value


def _instance(kind: type, read: Callable[[str], Any]) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if isinstance(value, str) and len(value) <= MAX_TEXT_LENGTH:
            return read(value)
        # A datetime is a date to Python but not to FEEL.
        return value if type(value) is kind else None

    return convert


_SCALARS: dict[str, Callable[[Any], Any]] = {
    "number": _number,
    "string": lambda value: value if isinstance(value, str) else None,
    "boolean": lambda value: value if isinstance(value, bool) else None,
    "date": _instance(date, read_date),
    "time": _instance(time, read_time),
    "date and time": _instance(datetime, read_date_time),
    "days and time duration": _instance(timedelta, read_days_duration),
    "years and months duration": _instance(MonthsDuration, read_months_duration),
}
_EXAMPLES = {
    ANY: "a value, its numbers exact (no float)",
    "number": f"an exact number of at most {MAX_DIGITS} digits, such as 12.50 without quotes (no float)",
    "string": "a text",
    "boolean": "true or false",
    "date": "a date such as 2026-11-20",
    "time": "a time such as 14:30:00",
    "date and time": "a date and time such as 2026-11-20T14:30:00",
    "days and time duration": "a duration such as P3DT4H",
    "years and months duration": "a duration such as P1Y6M",
    CONTEXT: "an object",
}


def _expected(kind: ItemType) -> str:
    if kind.kind == LIST:
        return f"a list, each item {_expected(kind.item or ItemType())}"
    if kind.components:
        return f"an object with {', '.join(kind.components)}"
    choices = kind.allowed_values
    return f"one of {', '.join(map(shown, choices))}" if choices else _EXAMPLES[kind.kind]


def shown(value: Any) -> str:
    """The value as a message names it, cut where it is long."""
    if isinstance(value, str):
        return f'"{value[:80]}…"' if len(value) > 80 else f'"{value}"'
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _shown_number(value)
    if isinstance(value, list | tuple | Mapping):
        return "a list" if isinstance(value, list | tuple) else "an object"
    return plain_text(value) or repr(value)[:80]


def _shown_number(value: int | Decimal) -> str:
    if isinstance(value, int) and value.bit_length() > 400:
        return "a number of more than 100 digits"
    return str(value)[:80]
