"""What may stand in a column of a decision table, for whoever shows its cells or reads what a person typed."""

from dataclasses import dataclass

from rules.decision_compiler import DecisionCompiler
from rules.definitions import Decision, Definitions, InputClause, OutputClause
from rules.feel import syntax
from rules.feel.errors import FeelError
from rules.feel.parser import parse_unary_tests
from rules.feel.tokens import KnownNames
from rules.item_types import LIST, ItemType


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """`kind` is a FEEL kind, context or Any: of the items where `is_list`."""

    is_condition: bool
    kind: str
    is_list: bool
    choices: tuple[str, ...]
    """The texts that the column names as allowed, in their order."""
    is_closed: bool
    """Whether nothing but `choices` is allowed."""
    constraint: str
    """The allowed values as they are written; empty where everything of the kind is allowed."""
    names: KnownNames

    @property
    def takes_several(self) -> bool:
        """Whether a cell may say more than one value: a condition its alternatives, a result its list."""
        return self.is_condition or self.is_list


@dataclass(frozen=True, slots=True)
class TableKinds:
    inputs: tuple[ColumnKind, ...]
    outputs: tuple[ColumnKind, ...]


def column_kinds(definitions: Definitions, decision: Decision) -> TableKinds:
    """The kinds of a decision's columns, none where it has no table. A type that cannot be read is taken for Any."""
    table = decision.table
    if table is None:
        return TableKinds((), ())
    compiler = DecisionCompiler(definitions, decision, [])
    variables = {data.name: data.type_ref for data in definitions.inputs}
    return TableKinds(
        inputs=tuple(
            _kind(compiler, column, column.type_ref or variables.get(column.expression, "")) for column in table.inputs
        ),
        outputs=tuple(_kind(compiler, column, column.type_ref) for column in table.outputs),
    )


def kind_of_type(definitions: Definitions, decision: Decision, type_ref: str) -> ColumnKind:
    """What a result column of that type takes."""
    return _kind(DecisionCompiler(definitions, decision, []), OutputClause(), type_ref)


def _kind(compiler: DecisionCompiler, column: InputClause | OutputClause, type_ref: str) -> ColumnKind:
    resolved = _resolved(compiler, type_ref)
    is_list = resolved.kind == LIST
    single = resolved.item or ItemType() if is_list else resolved
    constraint = column.allowed_values or "; ".join(tests.text for tests in single.constraints)
    choices, is_closed = _choices(constraint, compiler.known)
    return ColumnKind(
        isinstance(column, InputClause), single.kind, is_list, choices, is_closed, constraint, compiler.known
    )


def _resolved(compiler: DecisionCompiler, type_ref: str) -> ItemType:
    try:
        return compiler.resolve(type_ref)
    except FeelError:
        # The check of the table reports it.
        return ItemType()


def _choices(constraint: str, names: KnownNames) -> tuple[tuple[str, ...], bool]:
    try:
        allowed = parse_unary_tests(constraint, names)
    except FeelError:
        # The check of the table reports it.
        return (), False
    if allowed.negated:
        return (), False
    choices = tuple(
        test.value for test in allowed.tests if isinstance(test, syntax.Literal) and isinstance(test.value, str)
    )
    return choices, bool(choices) and len(choices) == len(allowed.tests)
