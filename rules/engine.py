"""Decisions ready to run, with those they require. Compile once, evaluate often; a compiled decision has no state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.errors import BusinessError, Finding
from models.rule import RuleEvaluation
from rules.assembly import Assembly, Step
from rules.boxed_logic import Knowledge
from rules.compiled_table import Answered, CompiledTable
from rules.definitions import Decision, Definitions
from rules.feel.budget import Scope
from rules.feel.errors import BudgetExceededError
from rules.inputs import ExpectedInput, Variable, read_inputs
from rules.portable import portable


@dataclass(frozen=True, slots=True)
class CompiledDecision:
    """`steps` run in order; the last is the decision itself, those before it are the ones it requires."""

    table: str
    decision: str
    version: str
    steps: tuple[Step, ...]
    variables: tuple[Variable, ...]
    knowledge: Mapping[str, Knowledge]

    @property
    def inputs(self) -> tuple[ExpectedInput, ...]:
        """What has to be given, in the order of the columns that use it."""
        return tuple(variable.expected() for variable in self.variables)

    def evaluate(self, inputs: Mapping[str, Any]) -> RuleEvaluation:
        """The decision for these inputs; other entries are ignored.

        `result` is a value for one output column, an object for several, a list for hit policies that give several;
        where no row matched None, and under COLLECT an empty list. Numbers are Decimal; durations of years and months
        are given as ISO 8601 text.
        `matched` has the decision's own rows, then as `table.row` those of tables in the business knowledge models and
        contexts that it made use of; nothing where the decision's own table has no row that matches.

        Raises BusinessError `rules.bad_input` with a finding for every missing, mistyped or disallowed input,
        `rules.not_unique`, `rules.not_equal` or `rules.bad_output` where the hit policy is broken, and
        `rules.too_large` where the evaluation exceeds its budget.
        """
        given = read_inputs(self.variables, inputs)
        scope = Scope(dict(given), self.knowledge)
        answered = self._run(scope)
        rows = self._rows(answered, scope)
        return RuleEvaluation(
            table=self.table,
            decision=self.decision,
            version=self.version,
            inputs={name: portable(value) for name, value in given.items()},
            matched=tuple(rows),
            reasons=tuple(rows.values()),
            result=portable(answered.result),
        )

    def _rows(self, answered: Answered, scope: Scope) -> dict[str, str]:
        """The rows behind the answer with their sentences; none where the decision's own table has none."""
        table = self.steps[-1].logic
        if not isinstance(table, CompiledTable):
            return scope.matched
        own = {table.ids[row]: table.reasons[row] for row in answered.rows}
        return own | scope.matched if own else own

    def _run(self, scope: Scope) -> Answered:
        for step in self.steps:
            scope.matched.clear()
            try:
                answered = step.run(scope)
            except BudgetExceededError as error:
                raise _too_large(step.name, str(error)) from error
            except RecursionError as error:
                # Models that ask others, each from deep inside an expression: no cell alone is nested too deeply.
                raise _too_large(step.name, "asks models that ask others at too many levels; simplify them") from error
            scope.variables[step.name] = answered.result
        return answered


def _too_large(place: str, problem: str) -> BusinessError:
    finding = Finding(field=place, problem=problem, code="rules.too_large")
    return BusinessError("rules.too_large", "The decision takes too much to evaluate.", (finding,))


def compile_decision(definitions: Definitions, name: str) -> CompiledDecision:
    """The decision of that name or id.

    Raises BusinessError `rules.unknown_decision`, or `rules.malformed` with a finding for every cell that cannot be
    read, speaks of unknown names or does not fit its column, and for requirements that run in a circle.
    """
    decision = decision_named(definitions, name)
    assembly = Assembly(definitions)
    assembly.add(decision, ())
    variables = assembly.leaves()
    if assembly.findings:
        message = f"The decision {decision.name!r} cannot be run as it is written."
        raise BusinessError("rules.malformed", message, tuple(assembly.findings))
    return CompiledDecision(
        table=definitions.name or decision.name,
        decision=decision.name,
        version=assembly.version(),
        steps=tuple(assembly.steps),
        variables=variables,
        knowledge=assembly.knowledge,
    )


def decision_named(definitions: Definitions, name: str) -> Decision:
    """The decision of that name or id. Raises BusinessError `rules.unknown_decision`."""
    for decision in definitions.decisions:
        if name == decision.id or " ".join(name.split()) == decision.name:
            return decision
    known = ", ".join(repr(decision.name) for decision in definitions.decisions)
    raise BusinessError("rules.unknown_decision", f"The file has no decision {name!r}; it has {known}.")
