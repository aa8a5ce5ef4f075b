"""Inputs as a decision keeps them, in JSON with numbers as text, back to what the engine is given."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from models.errors import Finding
from rules.inputs import Variable
from rules.item_types import ANY, CONTEXT, LIST, ItemType


def restored(variables: Iterable[Variable], kept: Mapping[str, Any]) -> dict[str, Any]:
    """`kept` with a Decimal wherever the type asks for a number; what is not one is left for the engine to refuse."""
    return {
        variable.name: _restored(kept[variable.name], variable.type) for variable in variables if variable.name in kept
    }


def without_type(variables: Iterable[Variable]) -> tuple[Finding, ...]:
    """A finding for every input that could not be restored, because nothing says whether `5` is a number or a text."""
    return tuple(
        Finding(
            field=variable.name,
            problem="has no type, so that its decisions could not be run again exactly; give it one, such as number",
            code="rules.input_without_type",
        )
        for variable in variables
        if not _is_definite(variable.type)
    )


def _restored(value: Any, kind: ItemType) -> Any:
    if kind.kind == "number" and isinstance(value, str):
        return _number(value)
    if kind.kind == LIST and kind.item and isinstance(value, list):
        return [_restored(item, kind.item) for item in value]
    if kind.components and isinstance(value, Mapping):
        return {name: _restored(value[name], part) for name, part in kind.components.items() if name in value}
    return value


def _number(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _is_definite(kind: ItemType) -> bool:
    if kind.kind == LIST:
        return kind.item is not None and _is_definite(kind.item)
    if kind.kind == CONTEXT:
        return bool(kind.components) and all(map(_is_definite, kind.components.values()))
    return kind.kind != ANY
