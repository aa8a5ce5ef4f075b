"""The names that the cells of a decision or of a business knowledge model may speak of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from lark import Token

from rules.definitions import Decision, Definitions, KnowledgeModel, NamedLogic
from rules.feel.errors import FeelError
from rules.feel.functions import BUILTINS
from rules.feel.syntax import INPUT_VALUE
from rules.feel.tokens import KEYWORDS, KnownNames, tokens

_WORDS = re.compile(r"[^\W\d]\w*(?: [^\W\d]\w*)*")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`types` has the type of every name that declares one, `computed` the names that are no input."""

    known: KnownNames
    types: Mapping[str, str]
    computed: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()
    """Those of the computed names that are steps of a context around."""

    def with_step(self, name: str, type_ref: str) -> "Vocabulary":
        return replace(
            self,
            known=self.known.with_variable(name),
            types={**self.types, name: type_ref},
            computed=self.computed | {name},
            steps=self.steps | {name},
        )


def vocabulary_of(definitions: Definitions, logic: NamedLogic) -> Vocabulary:
    """A decision speaks of inputs, the other decisions and the members of structures, and where it declares no inputs
    also of what its columns test; a business knowledge model of nothing but its parameters. Both may call models."""
    members, knowledge = _member_names(definitions), _knowledge(definitions)
    if isinstance(logic, KnowledgeModel):
        types = {parameter.name: parameter.type_ref for parameter in logic.parameters}
        return Vocabulary(KnownNames(types, BUILTINS, members, knowledge), types, computed=frozenset(types))
    others = {other.name for other in definitions.decisions if other.name != logic.name}
    types = {data.name: data.type_ref for data in definitions.inputs}
    names = types.keys() | others | (_column_names(logic) if isinstance(logic, Decision) else set())
    computed = frozenset(decision.name for decision in definitions.decisions)
    return Vocabulary(KnownNames(names, BUILTINS, members, knowledge), types, computed)


def _knowledge(definitions: Definitions) -> dict[str, tuple[str, ...]]:
    return {model.name: tuple(each.name for each in model.parameters) for model in definitions.knowledge}


def _column_names(decision: Decision) -> set[str]:
    """Simple modelers declare no input data: a name that a column tests is the input then."""
    if decision.table is None or decision.required_inputs:
        return set()
    return {name for column in decision.table.inputs for name in _names_of(" ".join(column.expression.split()))}


def _names_of(expression: str) -> list[str]:
    """An expression of nothing but words is one name; in any other each word is."""
    if _WORDS.fullmatch(expression) and not KEYWORDS.keys() & set(expression.split()):
        return [expression]
    try:
        found = tokens(expression, KnownNames((), BUILTINS))
    except FeelError:
        # The compiler reports it at its column.
        return []
    start = Token("START", "")
    return [str(token) for before, token in pairwise([start, *found]) if _is_variable(before, token)]


def _is_variable(before: Token, token: Token) -> bool:
    return token.type == "NAME" and before.type != "DOT" and token not in BUILTINS and token != INPUT_VALUE


def _member_names(definitions: Definitions) -> list[str]:
    pending, names = list(definitions.items), []
    while pending:
        item = pending.pop()
        names += [part.name for part in item.components]
        pending += item.components
    parameters = (each.name for model in definitions.knowledge for each in model.parameters)
    # `name: value` needs the words of a parameter; one with other signs could swallow a path or a sum.
    return names + [name for name in parameters if " " in name and _WORDS.fullmatch(name)]
