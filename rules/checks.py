"""What can be said of a file before it runs: cells that cannot be read, do not fit their column, or are left blank."""

from typing import Any

from models.errors import Finding
from rules.decision_compiler import DecisionCompiler
from rules.definitions import Definitions, NamedLogic, OutputClause, Rule
from rules.feel import syntax, values
from rules.feel.budget import Scope
from rules.feel.compiler import constant
from rules.feel.errors import FeelError
from rules.feel.parser import parse_expression
from rules.item_types import LIST, ItemType
from rules.unary_tests import CellTests, compile_allowed_values, compile_unary_tests


def check_table(definitions: Definitions) -> list[Finding]:
    """Every finding of every decision and business knowledge model of the file, none where all is well. Nothing is
    raised.

    `code` is `rules.malformed` for what keeps a decision from being compiled, `rules.blank_output`,
    `rules.output_type` and `rules.output_value` for output cells, `rules.unreachable_cell` for an input cell that
    names a value its column does not allow. Outputs that depend on inputs are known only when they are computed.
    """
    logic: tuple[NamedLogic, ...] = (*definitions.decisions, *definitions.knowledge)
    return [finding for each in logic for finding in check_decision(definitions, each)]


def check_decision(definitions: Definitions, decision: NamedLogic) -> list[Finding]:
    """The findings of one decision or business knowledge model of the file, and of the tables in boxes inside it."""
    findings: list[Finding] = []
    compiler = DecisionCompiler(definitions, decision, findings)
    compiler.compile()
    for part in compiler.all_parts():
        _Check(part, findings).run()
    return findings


class _Check:
    def __init__(self, compiler: DecisionCompiler, findings: list[Finding]) -> None:
        self._compiler = compiler
        self._findings = findings

    def run(self) -> None:
        table = self._compiler.decision.table
        if table is None:
            return
        for rule in table.rules:
            for column, text in zip(table.outputs, rule.outputs, strict=True):
                self._check_output(rule, column, text)
            for clause, text in zip(table.inputs, rule.inputs, strict=True):
                if clause.allowed_values:
                    self._check_reachable(self._place(rule, clause.title), text, clause.allowed_values)

    def _place(self, rule: Rule, title: str) -> str:
        return f"{self._compiler.decision.name}.rules[{rule.id}].{title}"

    def _add(self, place: str, problem: str, code: str) -> None:
        self._findings.append(Finding(field=place, problem=problem, code=code))

    def _check_output(self, rule: Rule, column: OutputClause, text: str) -> None:
        place = self._place(rule, column.title)
        if text.strip() in ("", "-"):
            self._add(place, "is blank; say what the row gives, null included", "rules.blank_output")
            return
        try:
            node = parse_expression(text, self._compiler.known)
            if syntax.names_in(node):
                return
            self._check_constant(place, constant(node), self._compiler.resolve(column.type_ref))
            self._check_allowed(place, constant(node), column)
        except FeelError:
            # The compiler has reported it.
            return

    def _check_constant(self, place: str, value: Any, kind: ItemType) -> None:
        if not kind.takes(value):
            shown = values.KINDS.get(type(value), "null")
            self._add(place, f"is a {shown}, but the column gives a {kind}", "rules.output_type")
            return
        for part, part_kind in _parts(value, kind):
            for tests in part_kind.constraints:
                self._check_accepted(place, part, tests)

    def _check_allowed(self, place: str, value: Any, column: OutputClause) -> None:
        allowed = self._compiler.output_values(column) if column.allowed_values else None
        if allowed is not None:
            self._check_accepted(place, value, allowed)

    def _check_accepted(self, place: str, value: Any, tests: CellTests) -> None:
        if tests.accepts(value, Scope({})) is not True:
            self._add(place, f"gives {value!r}, which is not among {tests.text}", "rules.output_value")

    def _check_reachable(self, place: str, text: str, allowed_values: str) -> None:
        try:
            cell = compile_unary_tests(text, self._compiler.known)
            allowed = compile_allowed_values(allowed_values, self._compiler.known)
        except FeelError:
            # The compiler has reported it.
            return
        for span in cell.spans or ():
            if span.is_point and allowed.accepts(span.low, Scope({})) is False:
                problem = f"tests {span.low!r}, which the column does not allow: {allowed.text}"
                self._add(place, problem, "rules.unreachable_cell")


def _parts(value: Any, kind: ItemType) -> list[tuple[Any, ItemType]]:
    """The value and the items or members in it, each with its type."""
    parts = [] if value is None else [(value, kind)]
    if kind.kind == LIST and kind.item:
        return parts + [found for item in value or [] for found in _parts(item, kind.item)]
    if kind.components and value is not None:
        return parts + [found for name, part in kind.components.items() for found in _parts(value.get(name), part)]
    return parts
