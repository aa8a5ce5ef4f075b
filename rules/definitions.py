"""The nouns of a DMN file, as read and before anything is compiled. Texts of cells are kept as written."""

from collections.abc import Iterator
from enum import StrEnum

from models.base import Model


class HitPolicy(StrEnum):
    UNIQUE = "UNIQUE"
    ANY = "ANY"
    FIRST = "FIRST"
    PRIORITY = "PRIORITY"
    COLLECT = "COLLECT"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"


class Aggregation(StrEnum):
    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


class ItemDefinition(Model):
    """A named type: another type with `allowed_values` (unary tests), a structure of components, or a list of them."""

    name: str
    type_ref: str = ""
    allowed_values: str = ""
    is_collection: bool = False
    components: "tuple[ItemDefinition, ...]" = ()


class InputData(Model):
    id: str
    name: str
    type_ref: str = ""
    description: str = ""


class InputClause(Model):
    """A condition column. `expression` is FEEL, most often the name of an input."""

    label: str = ""
    expression: str
    type_ref: str = ""
    allowed_values: str = ""

    @property
    def title(self) -> str:
        return self.label or self.expression


class OutputClause(Model):
    """A result column. `name` is needed only where there are several."""

    name: str = ""
    label: str = ""
    type_ref: str = ""
    allowed_values: str = ""
    default: str | None = None

    @property
    def title(self) -> str:
        return self.label or self.name or "result"


class Rule(Model):
    """A row. `id` is the file's, or `row-N` counted from one where the file gives none."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...] = ()
    description: str = ""


class DecisionTable(Model):
    hit_policy: HitPolicy = HitPolicy.UNIQUE
    aggregation: Aggregation | None = None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    annotations: tuple[str, ...] = ()
    rules: tuple[Rule, ...]


class Logic(Model):
    """One of `table`, `expression`, `invocation` and `context`, or none where `unsupported` names a kind of logic that
    cannot be run here."""

    table: DecisionTable | None = None
    expression: str | None = None
    invocation: "Invocation | None" = None
    context: "BoxedContext | None" = None
    unsupported: str = ""


def parts_of(logic: Logic) -> Iterator[Logic]:
    """The logic and everything in boxes inside it."""
    yield logic
    bindings = logic.invocation.bindings if logic.invocation else ()
    for part in (*bindings, *(logic.context.entries if logic.context else ())):
        yield from parts_of(part)


class Binding(Logic):
    """What a parameter is given."""

    parameter: str


class Invocation(Model):
    """A business knowledge model that is asked, with its arguments by name."""

    knowledge: str
    bindings: tuple[Binding, ...]


class ContextEntry(Logic):
    """A step of a context. The last may have no name: then it is the result."""

    name: str = ""
    type_ref: str = ""


class BoxedContext(Model):
    """Values one after the other, each of which may use those before it."""

    entries: tuple[ContextEntry, ...]


class NamedLogic(Logic):
    name: str
    description: str = ""
    type_ref: str = ""


class Decision(NamedLogic):
    id: str
    required_inputs: tuple[str, ...] = ()
    """Ids of input data."""
    required_decisions: tuple[str, ...] = ()
    """Ids of decisions."""
    required_knowledge: tuple[str, ...] = ()
    """Ids of business knowledge models."""


class Parameter(Model):
    name: str
    type_ref: str = ""


class KnowledgeModel(NamedLogic):
    """A business knowledge model: logic with parameters, for decisions, and models like it, to ask."""

    id: str
    parameters: tuple[Parameter, ...] = ()
    required_knowledge: tuple[str, ...] = ()


class Definitions(Model):
    name: str
    namespace: str = ""
    description: str = ""
    items: tuple[ItemDefinition, ...] = ()
    inputs: tuple[InputData, ...] = ()
    decisions: tuple[Decision, ...] = ()
    knowledge: tuple[KnowledgeModel, ...] = ()
