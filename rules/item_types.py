"""The types that a DMN file gives its inputs, columns and results."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rules.definitions import Definitions, ItemDefinition
from rules.feel import values
from rules.feel.budget import Scope
from rules.feel.errors import FeelError
from rules.feel.tokens import KnownNames
from rules.unary_tests import CellTests, compile_allowed_values

ANY = "Any"
LIST = "list"
CONTEXT = "context"
MAX_TYPE_DEPTH = 20

_BASE_KINDS = {
    **{kind: kind for kind in values.KINDS.values() if kind != "interval"},
    **dict.fromkeys(("", "any", "Any", "undefined"), ANY),
    **dict.fromkeys(("integer", "int", "long", "double", "float", "decimal"), "number"),
    **dict.fromkeys(("dateTime", "datetime"), "date and time"),
    **dict.fromkeys(("dayTimeDuration", "dayTimeDurations"), "days and time duration"),
    **dict.fromkeys(("yearMonthDuration", "yearMonthDurations"), "years and months duration"),
}


@dataclass(frozen=True, slots=True)
class ItemType:
    """`kind` is a FEEL kind, list, context or Any; every one of `constraints` has to accept a value."""

    kind: str = ANY
    item: "ItemType | None" = None
    components: Mapping[str, "ItemType"] = field(default_factory=dict)
    constraints: tuple[CellTests, ...] = ()

    def __str__(self) -> str:
        return f"list of {self.item}" if self.item else self.kind

    @property
    def allowed_values(self) -> tuple[Any, ...]:
        """The values to choose from where a constraint lists them, else none."""
        return next(filter(None, map(listed_values, self.constraints)), ())

    @property
    def allows_null(self) -> bool:
        """Whether the allowed values name null: `[0..999], null`."""
        return bool(self.constraints) and all(tests.accepts(None, Scope({})) is True for tests in self.constraints)

    def takes(self, value: Any) -> bool:
        """Whether the value and its parts are of this kind; null always is."""
        if self.kind == ANY or value is None:
            return True
        if self.kind == LIST:
            return isinstance(value, list) and all((self.item or ItemType()).takes(item) for item in value)
        if self.kind == CONTEXT and self.components:
            return isinstance(value, dict) and all(
                part.takes(value.get(name)) for name, part in self.components.items()
            )
        return values.KINDS.get(type(value)) == self.kind

    def constrained(self, tests: CellTests) -> "ItemType":
        return replace(self, constraints=(*self.constraints, tests))


def listed_values(tests: CellTests) -> tuple[Any, ...]:
    """The values that the tests name one by one; none where they say anything else."""
    if tests.negated or tests.spans is None or not all(span.is_point for span in tests.spans):
        return ()
    return tuple(span.low for span in tests.spans)


class TypeCatalogue:
    def __init__(self, definitions: Definitions, names: KnownNames) -> None:
        self._items = {item.name: item for item in definitions.items}
        self._names = names

    def resolve(self, type_ref: str) -> ItemType:
        """Raises FeelError for a type that the file does not define, or whose allowed values cannot be read."""
        return self._named(type_ref, 0)

    def _named(self, type_ref: str, depth: int) -> ItemType:
        if depth > MAX_TYPE_DEPTH:
            raise FeelError(f"has the type {type_ref!r}, which is defined by itself")
        if type_ref in self._items:
            return self._defined(self._items[type_ref], depth + 1)
        kind = _BASE_KINDS.get(type_ref)
        if kind is None:
            raise FeelError(f"has the type {type_ref!r}, which is neither a FEEL type nor defined in the file")
        return ItemType(kind)

    def _defined(self, item: ItemDefinition, depth: int) -> ItemType:
        if item.components:
            parts = {part.name: self._defined(part, depth + 1) for part in item.components}
            single = ItemType(CONTEXT, components=parts)
        else:
            single = self._named(item.type_ref, depth)
        if item.allowed_values:
            single = single.constrained(compile_allowed_values(item.allowed_values, self._names))
        return ItemType(LIST, item=single) if item.is_collection else single
