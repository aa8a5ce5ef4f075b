"""Logic that is more than one table: expressions, contexts, and business knowledge models with those that ask them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.errors import BusinessError, Finding
from rules.compiled_table import Answered, CompiledTable
from rules.feel import values
from rules.feel.budget import InnerScope, Scope, check_size
from rules.feel.compiler import Expression
from rules.inputs import shown
from rules.item_types import ItemType

CALL_STEPS = 10
"""What a call costs at least, so that models which ask others many times over meet the budget."""


@dataclass(frozen=True, slots=True)
class LiteralLogic:
    expression: Expression

    def evaluate(self, scope: Scope) -> Answered:
        return Answered(self.expression(scope.begin_expression()), ())


@dataclass(frozen=True, slots=True)
class InnerTable:
    """A table inside a business knowledge model or a context: the rows that match are told to the scope."""

    table: CompiledTable

    def evaluate(self, scope: Scope) -> Answered:
        answered = self.table.evaluate(scope)
        for row in answered.rows:
            name = self.table.decision
            scope.matched[f"{name}.{self.table.ids[row]}"] = f"{name}: {self.table.reasons[row]}"
        return Answered(answered.result, ())


@dataclass(frozen=True, slots=True)
class ContextLogic:
    """Steps one after the other; without `result` the answer is all of them."""

    steps: "tuple[tuple[str, Runnable], ...]"
    result: "Runnable | None"

    def evaluate(self, scope: Scope) -> Answered:
        inner = InnerScope(dict(scope.variables), scope, is_called=False)
        found: dict[str, Any] = {}
        for name, logic in self.steps:
            found[name] = inner.variables[name] = logic.evaluate(inner).result
        return Answered(self.result.evaluate(inner).result if self.result else found, ())


@dataclass(frozen=True, slots=True)
class InvokedLogic:
    """A business knowledge model that is asked by name."""

    knowledge: str
    names: tuple[str, ...]
    arguments: "tuple[Runnable, ...]"

    def evaluate(self, scope: Scope) -> Answered:
        given = [argument.evaluate(scope).result for argument in self.arguments]
        return Answered(scope.functions[self.knowledge](given, self.names, scope.begin_expression()), ())


Runnable = LiteralLogic | CompiledTable | InnerTable | ContextLogic | InvokedLogic


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model ready to be asked. `steps` are what one call costs."""

    name: str
    parameters: dict[str, ItemType]
    logic: Runnable
    steps: int

    def __call__(self, arguments: Sequence[Any], names: tuple[str, ...], scope: Scope) -> Any:
        """Raises BusinessError `rules.bad_input` for an argument that does not fit, and BudgetExceededError."""
        scope.spend(self.steps)
        given = dict(zip(names or self.parameters, arguments, strict=True))
        for name, kind in self.parameters.items():
            self._check(name, given[name], kind)
        answered = self.logic.evaluate(InnerScope(given, scope, is_called=True))
        check_size(answered.result)
        return answered.result

    def _check(self, name: str, value: Any, kind: ItemType) -> None:
        """Null may always be given: it is what a value that cannot be computed is."""
        if value is None:
            return
        if not kind.takes(value):
            self._refuse(name, f"is given a {values.KINDS.get(type(value), 'value')}; a {kind} is expected")
        for tests in kind.constraints:
            if tests.accepts(value, Scope({})) is not True:
                self._refuse(name, f"is given {shown(value)}, which is not allowed; expected is {tests.text}")

    def _refuse(self, parameter: str, problem: str) -> None:
        finding = Finding(field=f"{self.name}.{parameter}", problem=problem, code="rules.bad_input")
        raise BusinessError("rules.bad_input", "A business knowledge model is given a wrong value.", (finding,))
