"""What a decision needs to run: decisions before it, business knowledge models, and what has to be given."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.errors import Finding
from rules.boxed_logic import CALL_STEPS, InnerTable, Knowledge, Runnable
from rules.compiled_table import Answered, CompiledTable
from rules.decision_compiler import DecisionCompiler, Tested
from rules.definitions import Decision, Definitions, KnowledgeModel
from rules.feel.budget import Scope, check_size
from rules.feel.errors import FeelError
from rules.feel.functions import BUILTINS
from rules.inputs import Variable
from rules.item_types import ANY, ItemType
from rules.version import version_of

MAX_REQUIRED = 50


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    logic: Runnable

    def run(self, scope: Scope) -> Answered:
        answered = self.logic.evaluate(scope)
        check_size(answered.result)
        return answered


class Assembly:
    """Collects the decisions that one needs, each before those that use it, the business knowledge models that they
    ask, and the variables that nobody computes."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.findings: list[Finding] = []
        self.steps: list[Step] = []
        self._by_name = {decision.name: decision for decision in definitions.decisions}
        self._compilers: dict[str, DecisionCompiler] = {}
        self.knowledge: dict[str, Knowledge] = {}
        self._models = {model.name: model for model in definitions.knowledge}
        self._model_compilers: dict[str, DecisionCompiler] = {}

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
        self._add_all_knowledge(compiler, ())
        self._compilers[decision.name] = compiler
        if logic is not None:
            self.steps.append(Step(decision.name, logic))

    def _add_all_knowledge(self, compiler: DecisionCompiler, users: tuple[str, ...]) -> None:
        for name in sorted(compiler.knowledge):
            self.add_knowledge(self._models[name], users)

    def add_knowledge(self, model: KnowledgeModel, users: tuple[str, ...]) -> None:
        if model.name in users or len(users) > MAX_REQUIRED:
            chain = " -> ".join((*users, model.name))
            self._refuse(model.name, f"asks itself or too many others: {chain}; write it without recursion")
            return
        if model.name in self._model_compilers:
            return
        if model.name in BUILTINS:
            self._refuse(model.name, "has the name of a function of FEEL; give it another")
        compiler = DecisionCompiler(self.definitions, model, self.findings)
        logic = compiler.compile()
        self._add_all_knowledge(compiler, (*users, model.name))
        self._model_compilers[model.name] = compiler
        parameters = {
            each.name: self._type(f"{model.name}.{each.name}", [each.type_ref], compiler) for each in model.parameters
        }
        if logic is not None:
            logic = InnerTable(logic) if isinstance(logic, CompiledTable) else logic
            self.knowledge[model.name] = Knowledge(model.name, parameters, logic, CALL_STEPS + _cells(compiler))

    def compiler_of(self, logic: Decision | KnowledgeModel) -> DecisionCompiler:
        """The compiler of the decision or model, which is added with all that it needs."""
        if isinstance(logic, Decision):
            self.add(logic, ())
            return self._compilers[logic.name]
        self.add_knowledge(logic, ())
        return self._model_compilers[logic.name]

    def variables_of(self, logic: Decision | KnowledgeModel) -> tuple[Variable, ...]:
        """What has to be given to the decision or model that was added."""
        if isinstance(logic, Decision):
            return self.leaves()
        parameters = self.knowledge[logic.name].parameters if logic.name in self.knowledge else {}
        return tuple(Variable(name, name, kind) for name, kind in parameters.items())

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
        compiler = next(iter(self._compilers.values()))
        kind = self._type(name, [declared, *(item.type_ref for item in tested)], compiler)
        for allowed in dict.fromkeys(item.allowed for item in tested if item.allowed is not None):
            kind = kind.constrained(allowed)
        label = next((item.label for item in tested if item.label), name)
        return Variable(name, label, kind)

    def _type(self, place: str, type_refs: Iterable[str], compiler: DecisionCompiler) -> ItemType:
        """The first type that says something: the input's own, else that of a column which tests it."""
        for type_ref in type_refs:
            try:
                kind = compiler.resolve(type_ref)
            except FeelError as error:
                self._refuse(place, str(error))
                return ItemType()
            if kind.kind != ANY:
                return kind
        return ItemType()

    def version(self) -> str:
        used = {name for compiler in self._compilers.values() for name in compiler.names}
        return version_of(
            [(self._by_name[name], compiler.known) for name, compiler in self._compilers.items()],
            [data for data in self.definitions.inputs if data.name in used],
            self.definitions.items,
            [(self._models[name], compiler.known) for name, compiler in self._model_compilers.items()],
        )


def _cells(compiler: DecisionCompiler) -> int:
    tables = (part.decision.table for part in compiler.all_parts())
    return sum(len(table.rules) * len(table.inputs) for table in tables if table is not None)
