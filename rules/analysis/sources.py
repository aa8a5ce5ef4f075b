"""Where the value of a column comes from: inputs, and decisions that are required with what those can give."""

from collections.abc import Iterable

from rules.decision_compiler import DecisionCompiler
from rules.definitions import Decision, Definitions
from rules.feel import syntax
from rules.feel.compiler import constant
from rules.feel.errors import FeelError
from rules.feel.functions import BUILTINS
from rules.feel.parser import parse_expression
from rules.feel.tokens import KnownNames
from rules.hit_policies import MULTIPLE
from rules.unary_tests import CellTests, compile_unary_tests

_NO_NAMES = KnownNames((), BUILTINS)


class Sources:
    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._decisions = {decision.name: decision for decision in definitions.decisions}

    def inputs_of(self, node: syntax.Node) -> frozenset[str]:
        """The inputs that an expression depends on, parts of structures as `customer.country`."""
        found: set[str] = set()
        pending = [node]
        while pending:
            part = pending.pop()
            path = _dotted(part)
            if path:
                found |= self._behind([path])
            else:
                pending += syntax.children(part)
        return frozenset(found)

    def results_of(self, node: syntax.Node) -> CellTests | None:
        """All that a required decision can give, null included, where its table says so in constants."""
        decision = self._decisions.get(node.name) if isinstance(node, syntax.Name) else None
        texts = _constant_outputs(decision) if decision else []
        try:
            return compile_unary_tests(", ".join(texts), _NO_NAMES) if texts else None
        except FeelError:
            # More than one cell may hold.
            return None

    def _behind(self, paths: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for path in paths:
            decision = self._decisions.get(path.partition(".")[0])
            found |= {path} if decision is None else self._behind(self._names_in(decision))
        return found

    def _names_in(self, decision: Decision) -> set[str]:
        compiler = DecisionCompiler(self._definitions, decision, [])
        compiler.compile()
        return compiler.names


def is_shared(one: str, other: str) -> bool:
    """Whether a value and another are the same or one is a part of the other."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _dotted(node: syntax.Node) -> str:
    match node:
        case syntax.Name(name=name):
            return name
        case syntax.Path(source=source, member=member):
            whole = _dotted(source)
            return f"{whole}.{member}" if whole else ""
    return ""


def _constant_outputs(decision: Decision) -> list[str]:
    """The outputs of a table of one column that gives one of its rows; none where any of them is computed."""
    table = decision.table
    if table is None or len(table.outputs) > 1 or table.hit_policy in MULTIPLE:
        return []
    texts = [rule.outputs[0] for rule in table.rules] + [table.outputs[0].default or "null"]
    return list(dict.fromkeys(texts)) if all(map(_is_plain, texts)) else []


def _is_plain(text: str) -> bool:
    try:
        node = parse_expression(text, _NO_NAMES)
        return not syntax.names_in(node) and not isinstance(constant(node), list | dict)
    except FeelError:
        return False
