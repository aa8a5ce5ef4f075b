"""One decision to closures. Everything wrong with its cells is collected, so that it can be mended in one go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from models.errors import Finding
from rules.column_index import ColumnIndex
from rules.compiled_table import Answered, Column, CompiledTable
from rules.definitions import Decision, DecisionTable, Definitions, HitPolicy, InputClause, OutputClause
from rules.feel import syntax
from rules.feel.budget import Scope
from rules.feel.compiler import Expression, compile_expression
from rules.feel.errors import FeelError
from rules.feel.parser import parse_expression
from rules.feel.values import KINDS
from rules.hit_policies import RANKED
from rules.item_types import ANY, LIST, ItemType, TypeCatalogue, listed_values
from rules.reasons import sentence
from rules.unary_tests import CellTests, compile_unary_tests
from rules.vocabulary import known_names

_T = TypeVar("_T")
_ACCEPTS_ALL = CellTests("-", syntax.UnaryTests(()), (), ())


@dataclass(frozen=True, slots=True)
class Tested:
    """A variable that a column tests as it is, with what the column says of it."""

    name: str
    label: str
    type_ref: str
    allowed: CellTests | None


@dataclass(frozen=True, slots=True)
class LiteralLogic:
    expression: Expression

    def evaluate(self, scope: Scope) -> Answered:
        return Answered(self.expression(scope), ())


@dataclass
class DecisionCompiler:
    """Compiles `decision` and keeps what it used: `names` of variables, and columns that test a variable as it is."""

    definitions: Definitions
    decision: Decision
    findings: list[Finding]
    names: set[str] = field(default_factory=set)
    tested: list[Tested] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = known_names(self.definitions, self.decision)
        self._types = TypeCatalogue(self.definitions, self.known)
        self._variables = {data.name: data.type_ref for data in self.definitions.inputs}

    def compile(self) -> CompiledTable | LiteralLogic | None:
        """None where there is nothing to run; the findings say why."""
        name, table = self.decision.name, self.decision.table
        if self.decision.unsupported:
            self._add(name, f"is made with {self.decision.unsupported}, which is not supported; use a decision table")
        elif table is not None:
            return self._table(table)
        elif self.decision.expression is not None:
            expression = self._try(name, lambda: self._expression(self.decision.expression or ""))
            return LiteralLogic(expression) if expression else None
        else:
            self._add(name, "has no decision table and no expression")
        return None

    def _add(self, place: str, problem: str) -> None:
        self.findings.append(Finding(field=place, problem=problem, code="rules.malformed"))

    def _try(self, place: str, action: Callable[[], _T]) -> _T | None:
        try:
            return action()
        except FeelError as error:
            self._add(place, str(error))
            return None

    def _expression(self, text: str) -> Expression:
        node = parse_expression(text, self.known)
        self.names |= syntax.names_in(node)
        return compile_expression(node, self.known.variables)

    def _tests(self, text: str) -> CellTests:
        tests = compile_unary_tests(text, self.known)
        self.names |= syntax.names_in(tests.syntax) - {syntax.INPUT_VALUE}
        return tests

    def resolve(self, type_ref: str) -> ItemType:
        return self._types.resolve(type_ref)

    def _table(self, table: DecisionTable) -> CompiledTable | None:
        before = len(self.findings)
        columns = [self._column(table, place) for place in range(len(table.inputs))]
        outputs = tuple(self._outputs(table, row) for row in range(len(table.rules)))
        defaults = self._defaults(table)
        priorities = tuple(self._priority(column) for column in table.outputs)
        self._check_policy(table, priorities)
        if len(self.findings) > before:
            return None
        whole = tuple(column for column in columns if column is not None)
        return CompiledTable(
            decision=self.decision.name,
            source=table,
            columns=whole,
            outputs=outputs,
            defaults=defaults,
            priorities=priorities,
            ids=tuple(rule.id for rule in table.rules),
            reasons=tuple(
                sentence([column.title for column in whole], [column.cells[row] for column in whole], rule)
                for row, rule in enumerate(table.rules)
            ),
        )

    def _column(self, table: DecisionTable, place: int) -> Column | None:
        clause = table.inputs[place]
        where = f"{self.decision.name}.{clause.title}"
        expression = self._try(where, lambda: self._expression(clause.expression))
        allowed = self._try(where, lambda: self._tests(clause.allowed_values)) if clause.allowed_values else None
        kind = self._try(where, lambda: self._column_type(clause))
        cells = [self._cell(table, row, place, kind or ItemType()) for row in range(len(table.rules))]
        if expression is None:
            return None
        computed = not self._test_variable(clause, allowed)
        return Column(clause.title, expression, cells, ColumnIndex(cells), allowed if computed else None)

    def _test_variable(self, clause: InputClause, allowed: CellTests | None) -> bool:
        """Whether the column tests a variable as it is; its allowed values then bind the variable itself."""
        node = parse_expression(clause.expression, self.known)
        if not isinstance(node, syntax.Name):
            return False
        self.tested.append(Tested(node.name, clause.label, clause.type_ref, allowed))
        return all(other.name != node.name for other in self.definitions.decisions)

    def _column_type(self, clause: InputClause) -> ItemType:
        return self.resolve(clause.type_ref or self._variables.get(clause.expression, ""))

    def _cell(self, table: DecisionTable, row: int, place: int, kind: ItemType) -> CellTests:
        rule, clause = table.rules[row], table.inputs[place]
        where = f"{self.decision.name}.rules[{rule.id}].{clause.title}"
        cell = self._try(where, lambda: self._tests(rule.inputs[place]))
        if cell is None:
            return _ACCEPTS_ALL
        self._check_kind(where, cell, kind)
        return cell

    def _check_kind(self, where: str, cell: CellTests, kind: ItemType) -> None:
        """A cell of another type than its column would silently never match."""
        expected = kind.item.kind if kind.kind == LIST and kind.item else kind.kind
        found = {KINDS[type(end)] for span in cell.spans or () for end in span.ends}
        if expected != ANY and found - {expected}:
            self._add(where, f"{cell.text} is a {found.pop()}, but the column tests a {expected}")

    def _outputs(self, table: DecisionTable, row: int) -> tuple[Expression, ...]:
        rule = table.rules[row]
        return tuple(
            self._output(f"{self.decision.name}.rules[{rule.id}].{column.title}", text)
            for column, text in zip(table.outputs, rule.outputs, strict=True)
        )

    def _output(self, where: str, text: str) -> Expression:
        """An output that is left blank is null, as other engines take it; the check of a table reports it."""
        if not text.strip() or text.strip() == "-":
            return _null
        return self._try(where, lambda: self._expression(text)) or _null

    def _defaults(self, table: DecisionTable) -> tuple[Expression, ...]:
        if all(column.default is None for column in table.outputs):
            return ()
        return tuple(
            self._output(f"{self.decision.name}.{column.title}.default", column.default or "")
            for column in table.outputs
        )

    def _priority(self, column: OutputClause) -> tuple[Any, ...]:
        allowed = self._try(f"{self.decision.name}.{column.title}", lambda: self.output_values(column))
        return listed_values(allowed) if allowed else ()

    def output_values(self, column: OutputClause) -> CellTests | None:
        """What the column, or else its type, allows. Raises FeelError."""
        if column.allowed_values:
            return self._tests(column.allowed_values)
        constraints = self.resolve(column.type_ref).constraints
        return constraints[0] if constraints else None

    def _check_policy(self, table: DecisionTable, priorities: Sequence[tuple[Any, ...]]) -> None:
        name = self.decision.name
        if table.hit_policy in RANKED and not any(priorities):
            self._add(name, f"has the hit policy {table.hit_policy} but no output values to take the order from")
        if table.aggregation is None:
            return
        if table.hit_policy is not HitPolicy.COLLECT:
            self._add(name, f"has an aggregation, which goes with COLLECT only, not with {table.hit_policy}")
        if len(table.outputs) > 1:
            self._add(name, "has an aggregation and several output columns; the standard gives that no meaning")


def _null(scope: Scope) -> None:
    return None
