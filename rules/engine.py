"""Decisions ready to run, with those they require. Compile once, evaluate often; a compiled decision has no state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models.errors import BusinessError, Finding
from models.rule import RuleEvaluation
from rules.compiled_table import Answered, CompiledTable
from rules.decision_compiler import DecisionCompiler, LiteralLogic, Tested
from rules.definitions import Decision, Definitions
from rules.feel.budget import Scope, check_size
from rules.feel.errors import BudgetExceededError, FeelError
from rules.inputs import ExpectedInput, Variable, read_inputs
from rules.item_types import ANY, ItemType
from rules.portable import portable
from rules.version import version_of

MAX_REQUIRED = 50


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    logic: CompiledTable | LiteralLogic

    def run(self, scope: Scope) -> Answered:
        answered = self.logic.evaluate(scope)
        check_size(answered.result)
        return answered


@dataclass(frozen=True, slots=True)
class CompiledDecision:
    """`steps` run in order; the last is the decision itself, those before it are the ones it requires."""

    table: str
    decision: str
    version: str
    steps: tuple[Step, ...]
    variables: tuple[Variable, ...]

    @property
    def inputs(self) -> tuple[ExpectedInput, ...]:
        """What has to be given, in the order of the columns that use it."""
        return tuple(variable.expected() for variable in self.variables)

    def evaluate(self, inputs: Mapping[str, Any]) -> RuleEvaluation:
        """The decision for these inputs; other entries are ignored.

        `result` is a value for one output column, an object for several, a list for hit policies that give several,
        None where no row matched. Numbers are Decimal; durations of years and months are given as ISO 8601 text.

        Raises BusinessError `rules.bad_input` with a finding for every missing, mistyped or disallowed input,
        `rules.not_unique`, `rules.not_equal` or `rules.bad_output` where the hit policy is broken, and
        `rules.too_large` where the evaluation exceeds its budget.
        """
        given = read_inputs(self.variables, inputs)
        answered = self._run(dict(given))
        last = self.steps[-1].logic
        ids, reasons = (last.ids, last.reasons) if isinstance(last, CompiledTable) else ((), ())
        return RuleEvaluation(
            table=self.table,
            decision=self.decision,
            version=self.version,
            inputs={name: portable(value) for name, value in given.items()},
            matched=tuple(ids[row] for row in answered.rows),
            reasons=tuple(reasons[row] for row in answered.rows),
            result=portable(answered.result),
        )

    def _run(self, variables: dict[str, Any]) -> Answered:
        scope, answered = Scope(variables), Answered(None, ())
        for step in self.steps:
            try:
                answered = step.run(scope)
            except BudgetExceededError as error:
                finding = Finding(field=step.name, problem=str(error), code="rules.too_large")
                raise BusinessError(
                    "rules.too_large", "The decision takes too much to evaluate.", (finding,)
                ) from error
            variables[step.name] = answered.result
        return answered


def compile_decision(definitions: Definitions, name: str) -> CompiledDecision:
    """The decision of that name or id.

    Raises BusinessError `rules.unknown_decision`, or `rules.malformed` with a finding for every cell that cannot be
    read, speaks of unknown names or does not fit its column, and for requirements that run in a circle.
    """
    decision = _find(definitions, name)
    assembly = _Assembly(definitions)
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
    )


def _find(definitions: Definitions, name: str) -> Decision:
    for decision in definitions.decisions:
        if name == decision.id or " ".join(name.split()) == decision.name:
            return decision
    known = ", ".join(repr(decision.name) for decision in definitions.decisions)
    raise BusinessError("rules.unknown_decision", f"The file has no decision {name!r}; it has {known}.")


class _Assembly:
    """Collects the decisions that one needs, each before those that use it, and the variables nobody computes."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.findings: list[Finding] = []
        self.steps: list[Step] = []
        self._by_name = {decision.name: decision for decision in definitions.decisions}
        self._compilers: dict[str, DecisionCompiler] = {}

    def add(self, decision: Decision, users: tuple[str, ...]) -> None:
        if decision.name in users or len(users) > MAX_REQUIRED:
            chain = " -> ".join((*users, decision.name))
            self._refuse(decision.name, f"requires itself or too many others: {chain}")
            return
        if decision.name in self._compilers:
            return
        compiler = DecisionCompiler(self.definitions, decision, self.findings)
        logic = compiler.compile()
        for name in sorted(compiler.names & self._by_name.keys()):
            self.add(self._by_name[name], (*users, decision.name))
        self._compilers[decision.name] = compiler
        if logic is not None:
            self.steps.append(Step(decision.name, logic))

    def _refuse(self, place: str, problem: str) -> None:
        self.findings.append(Finding(field=place, problem=problem, code="rules.malformed"))

    def leaves(self) -> tuple[Variable, ...]:
        """In the order in which columns test them, then the others by name."""
        used = {name for compiler in self._compilers.values() for name in compiler.names} - self._by_name.keys()
        tested = [item for compiler in self._compilers.values() for item in compiler.tested]
        ordered = list(dict.fromkeys(item.name for item in tested if item.name in used))
        ordered += sorted(used - set(ordered))
        return tuple(self._variable(name, [item for item in tested if item.name == name]) for name in ordered)

    def _variable(self, name: str, tested: list[Tested]) -> Variable:
        declared = next((data.type_ref for data in self.definitions.inputs if data.name == name), "")
        kind = self._type(name, [declared, *(item.type_ref for item in tested)])
        for allowed in dict.fromkeys(item.allowed for item in tested if item.allowed is not None):
            kind = kind.constrained(allowed)
        label = next((item.label for item in tested if item.label), name)
        return Variable(name, label, kind)

    def _type(self, name: str, type_refs: Iterable[str]) -> ItemType:
        """The first type that says something: the input's own, else that of a column which tests it."""
        compiler = next(iter(self._compilers.values()))
        for type_ref in type_refs:
            try:
                kind = compiler.resolve(type_ref)
            except FeelError as error:
                self._refuse(name, str(error))
                return ItemType()
            if kind.kind != ANY:
                return kind
        return ItemType()

    def version(self) -> str:
        used = {name for compiler in self._compilers.values() for name in compiler.names}
        return version_of(
            [(compiler.decision, compiler.known) for compiler in self._compilers.values()],
            [data for data in self.definitions.inputs if data.name in used],
            self.definitions.items,
        )
