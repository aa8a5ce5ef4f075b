"""One decision or business knowledge model to closures. Everything wrong with its cells is collected, so that it can
be mended in one go."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from models.errors import Finding
from rules.boxed_logic import ContextLogic, InnerTable, InvokedLogic, LiteralLogic, Runnable
from rules.column_index import ColumnIndex
from rules.compiled_table import Column, CompiledTable
from rules.definitions import (
    BoxedContext,
    DecisionTable,
    Definitions,
    HitPolicy,
    InputClause,
    Invocation,
    Logic,
    NamedLogic,
    OutputClause,
)
from rules.feel import syntax
from rules.feel.budget import Scope
from rules.feel.compiler import Expression, compile_expression
from rules.feel.errors import FeelError
from rules.feel.parser import parse_expression
from rules.feel.values import KINDS
from rules.hit_policies import RANKED
from rules.item_types import ANY, LIST, ItemType, TypeCatalogue, listed_values
from rules.reasons import sentence
from rules.unary_tests import CellTests, Span, compile_allowed_values, compile_unary_tests, spans_of
from rules.vocabulary import Vocabulary, vocabulary_of

_T = TypeVar("_T")
_ACCEPTS_ALL = CellTests("-", syntax.UnaryTests(()), (), ())


@dataclass(frozen=True, slots=True)
class Tested:
    """A variable that a column tests as it is, with what the column says of it."""

    name: str
    label: str
    type_ref: str
    allowed: CellTests | None


@dataclass
class DecisionCompiler:
    """Compiles `decision` and keeps what it used: `names` of variables, names of business knowledge models, and columns
    that test a variable as it is. `parts` are the compilers of what stands in boxes inside."""

    definitions: Definitions
    decision: NamedLogic
    findings: list[Finding]
    names: set[str] = field(default_factory=set)
    knowledge: set[str] = field(default_factory=set)
    tested: list[Tested] = field(default_factory=list)
    parts: "list[DecisionCompiler]" = field(default_factory=list)
    vocabulary: Vocabulary | None = None
    table: CompiledTable | None = None

    def __post_init__(self) -> None:
        self.vocabulary = self._vocabulary = self.vocabulary or vocabulary_of(self.definitions, self.decision)
        self.known = self._vocabulary.known
        self._types = TypeCatalogue(self.definitions, self.known)

    def compile(self) -> Runnable | None:
        """None where there is nothing to run; the findings say why."""
        name, decision = self.decision.name, self.decision
        if decision.unsupported:
            self._add(name, f"is made with {decision.unsupported}, which is not supported; use a decision table")
        elif decision.table is not None:
            self.table = self._table(decision.table)
            return self.table
        elif decision.expression is not None:
            expression = self._try(name, lambda: self._expression(decision.expression or ""))
            return LiteralLogic(expression) if expression else None
        elif decision.invocation is not None:
            return self._invocation(decision.invocation)
        elif decision.context is not None:
            return self._context(decision.context)
        else:
            self._add(name, "has no decision table and no expression")
        return None

    @property
    def steps(self) -> frozenset[str]:
        """The steps of contexts around that the logic may speak of."""
        return self._vocabulary.steps

    def all_parts(self) -> "Iterator[DecisionCompiler]":
        """This one and those of everything inside."""
        yield self
        for part in self.parts:
            yield from part.all_parts()

    def _part(self, name: str, logic: Logic, vocabulary: Vocabulary) -> Runnable | None:
        boxes = {box: getattr(logic, box) for box in Logic.model_fields}
        named = NamedLogic(name=f"{self.decision.name}.{name}", **boxes)
        part = DecisionCompiler(self.definitions, named, self.findings, vocabulary=vocabulary)
        compiled = part.compile()
        self.parts.append(part)
        self.names |= part.names - vocabulary.steps
        self.knowledge |= part.knowledge
        self.tested += [each for each in part.tested if each.name not in vocabulary.steps]
        return InnerTable(compiled) if isinstance(compiled, CompiledTable) else compiled

    def _invocation(self, invocation: Invocation) -> InvokedLogic | None:
        names = tuple(binding.parameter for binding in invocation.bindings)
        given = [self._part(each.parameter, each, self._vocabulary) for each in invocation.bindings]
        if not self._takes(invocation.knowledge, names) or None in given:
            return None
        self.knowledge.add(invocation.knowledge)
        return InvokedLogic(invocation.knowledge, names, tuple(part for part in given if part is not None))

    def _takes(self, knowledge: str, names: tuple[str, ...]) -> bool:
        name, parameters = self.decision.name, self.known.knowledge.get(knowledge)
        if parameters is None:
            known = ", ".join(map(repr, sorted(self.known.knowledge))) or "none"
            self._add(name, f"invokes {knowledge!r}, which is no business knowledge model of the file; it has {known}")
            return False
        if sorted(names) != sorted(parameters):
            given = ", ".join(map(repr, names)) or "nothing"
            taken = ", ".join(map(repr, parameters)) or "nothing"
            self._add(name, f"gives {knowledge!r} {given}; it takes {taken}")
            return False
        return True

    def _context(self, context: BoxedContext) -> ContextLogic | None:
        vocabulary, steps, result = self._vocabulary, [], None
        for entry in context.entries:
            logic = self._part(entry.name or "result", entry, vocabulary)
            if not entry.name:
                result = logic
                continue
            self._try(f"{self.decision.name}.{entry.name}", partial(self.resolve, entry.type_ref))
            vocabulary = vocabulary.with_step(entry.name, entry.type_ref)
            if logic is not None:
                steps.append((entry.name, logic))
        is_whole = len(steps) + (result is not None) == len(context.entries)
        return ContextLogic(tuple(steps), result) if is_whole else None

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
        self._use(node)
        return compile_expression(node, self.known.variables, self.known.knowledge)

    def _use(self, node: syntax.Node | syntax.UnaryTests) -> None:
        self.names |= syntax.variables_in(node) - {syntax.INPUT_VALUE}
        self.knowledge |= syntax.knowledge_in(node)

    def _tests(self, text: str) -> CellTests:
        tests = compile_unary_tests(text, self.known)
        self._use(tests.syntax)
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
        allowed = (
            self._try(where, lambda: compile_allowed_values(clause.allowed_values, self.known))
            if clause.allowed_values
            else None
        )
        kind = self._try(where, lambda: self._column_type(clause))
        cells = [self._cell(table, row, place, kind or ItemType()) for row in range(len(table.rules))]
        if expression is None:
            return None
        variable = self._tested_variable(clause, allowed)
        return Column(
            title=clause.title,
            expression=expression,
            cells=cells,
            index=ColumnIndex(cells),
            allowed=None if variable else allowed,
            variable=variable,
        )

    def _tested_variable(self, clause: InputClause, allowed: CellTests | None) -> str:
        """The input that the column tests as it is; its allowed values then bind the input itself."""
        node = parse_expression(clause.expression, self.known)
        if not isinstance(node, syntax.Name):
            return ""
        self.tested.append(Tested(node.name, clause.label, clause.type_ref, allowed))
        return "" if node.name in self._vocabulary.computed else node.name

    def _column_type(self, clause: InputClause) -> ItemType:
        """The type of what is tested, where it has one: modelers write the column's own without looking at it."""
        said = self.resolve(clause.type_ref)
        declared = self.resolve(self._vocabulary.types.get(clause.expression, ""))
        return said if declared.kind == ANY else declared

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
        spans = cell.spans if cell.spans is not None else self._try(where, lambda: _spans_of_each_test(cell)) or ()
        found = {KINDS[type(end)] for span in spans for end in span.ends}
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
            return compile_allowed_values(column.allowed_values, self.known)
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


def _spans_of_each_test(cell: CellTests) -> list[Span]:
    return [span for test in cell.syntax.tests for span in spans_of(test) or ()]


def _null(scope: Scope) -> None:
    return None
