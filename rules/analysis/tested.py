"""What the columns of a table test: each expression once, with the values that it can have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.analysis.sources import Sources
from rules.compiled_table import Column, CompiledTable
from rules.decision_compiler import DecisionCompiler
from rules.definitions import InputClause
from rules.feel import syntax
from rules.feel.parser import parse_expression
from rules.feel.tokens import canonical
from rules.inputs import Variable
from rules.item_types import ANY, ItemType
from rules.unary_tests import CellTests

_ARITHMETIC = frozenset({"+", "-", "*"})


@dataclass(frozen=True, slots=True)
class Tested:
    """`columns` are the cells, by column and then by row, of every column that tests the expression."""

    title: str
    text: str
    inputs: frozenset[str]
    """What it depends on; see `Sources.inputs_of`."""
    kind: str
    constraints: tuple[CellTests, ...]
    nullable: bool
    columns: tuple[tuple[CellTests, ...], ...]


def tested_expressions(
    table: CompiledTable, variables: Iterable[Variable], compiler: DecisionCompiler
) -> tuple[Tested, ...]:
    """In the order of the columns; those that test the same are one, because their values go together."""
    types = {variable.name: variable.type for variable in variables}
    reader = _Reader(types, compiler, Sources(compiler.definitions))
    found: dict[str, Tested] = {}
    for column, clause in zip(table.columns, table.source.inputs, strict=True):
        text = canonical(clause.expression, compiler.known)
        found[text] = _merged(found[text], column) if text in found else reader.read(column, clause, text)
    return tuple(found.values())


def _merged(tested: Tested, column: Column) -> Tested:
    allowed = (column.allowed,) if column.allowed else ()
    return Tested(
        title=tested.title,
        text=tested.text,
        inputs=tested.inputs,
        kind=tested.kind,
        constraints=(*tested.constraints, *allowed),
        nullable=tested.nullable and not allowed,
        columns=(*tested.columns, tuple(column.cells)),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    inputs: Mapping[str, ItemType]
    compiler: DecisionCompiler
    sources: Sources

    def read(self, column: Column, clause: InputClause, text: str) -> Tested:
        node = parse_expression(clause.expression, self.compiler.known)
        given = self._input_type(node)
        constraints = (*(given.constraints if given else ()), *([column.allowed] if column.allowed else ()))
        results = self.sources.results_of(node)
        kind = (given or self.compiler.resolve(clause.type_ref)).kind
        return Tested(
            title=column.title,
            text=text,
            inputs=self.sources.inputs_of(node),
            kind=kind if kind != ANY else self.compiler.resolve(clause.type_ref).kind,
            constraints=(*constraints, *([results] if results else ())),
            nullable=not constraints and self._may_be_null(node),
            columns=(tuple(column.cells),),
        )

    def _input_type(self, node: syntax.Node) -> ItemType | None:
        """The type of an input or of a part of one; None for whatever is computed."""
        match node:
            case syntax.Name(name=name):
                return self.inputs.get(name)
            case syntax.Path(source=source, member=member):
                whole = self._input_type(source)
                return whole.components.get(member) if whole else None
        return None

    def _may_be_null(self, node: syntax.Node) -> bool:
        """Whether the expression can give null although no input is null and its types fit together."""
        match node:
            case syntax.Name(name=name):
                return name not in self.inputs
            case syntax.Path():
                part = self._input_type(node)
                return part is None or part.kind == ANY
            case syntax.Literal(value=value):
                return value is None
            case syntax.Conditional():
                return self._may_be_null(node.then) or self._may_be_null(node.otherwise)
            case syntax.Arithmetic() if node.operator not in _ARITHMETIC and not _is_division_by_number(node):
                return True
            case syntax.Arithmetic() | syntax.Comparison() | syntax.Logic() | syntax.Between() | syntax.Negate():
                return any(map(self._may_be_null, syntax.children(node)))
        return True


def _is_division_by_number(node: syntax.Arithmetic) -> bool:
    return node.operator == "/" and isinstance(node.right, syntax.Literal) and bool(node.right.value)
