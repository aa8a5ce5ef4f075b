"""The nouns of a DMN file, as read and before anything is compiled. Texts of cells are kept as written."""

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


class Decision(Model):
    """`table` or `expression`, or neither where `unsupported` names a kind of logic that cannot be run here."""

    id: str
    name: str
    description: str = ""
    type_ref: str = ""
    table: DecisionTable | None = None
    expression: str | None = None
    unsupported: str = ""
    required_inputs: tuple[str, ...] = ()
    """Ids of input data."""
    required_decisions: tuple[str, ...] = ()
    """Ids of decisions."""


class Definitions(Model):
    name: str
    namespace: str = ""
    description: str = ""
    items: tuple[ItemDefinition, ...] = ()
    inputs: tuple[InputData, ...] = ()
    decisions: tuple[Decision, ...] = ()
