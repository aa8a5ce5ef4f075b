"""The parts of a parsed FEEL expression."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Literal:
    value: Any


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Path:
    source: "Node"
    member: str


@dataclass(frozen=True, slots=True)
class Negate:
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Logic:
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: "Node"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True, slots=True)
class Between:
    operand: "Node"
    low: "Node"
    high: "Node"


@dataclass(frozen=True, slots=True)
class Membership:
    operand: "Node"
    tests: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Invocation:
    """A business knowledge model with its arguments by position, or by name where `names` has one for each."""

    function: str
    arguments: "tuple[Node, ...]"
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListOf:
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Context:
    entries: "tuple[tuple[str, Node], ...]"


@dataclass(frozen=True, slots=True)
class Interval:
    low: "Node"
    high: "Node"
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class UnaryComparison:
    """`< 5`: a test of a value that stands elsewhere."""

    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """The content of one input cell. No tests at all is the dash that accepts every value."""

    tests: "tuple[Node, ...]"
    negated: bool = False


Node = (
    Literal
    | Name
    | Path
    | Negate
    | Arithmetic
    | Comparison
    | Logic
    | Conditional
    | Between
    | Membership
    | Call
    | Invocation
    | ListOf
    | Context
    | Interval
    | UnaryComparison
)

INPUT_VALUE = "?"
"""The name under which an input cell may speak of the value it tests."""


_CHILDREN: dict[type, Callable[[Any], "tuple[Node, ...]"]] = {
    Literal: lambda node: (),
    Name: lambda node: (),
    Path: lambda node: (node.source,),
    Negate: lambda node: (node.operand,),
    UnaryComparison: lambda node: (node.operand,),
    Arithmetic: lambda node: (node.left, node.right),
    Comparison: lambda node: (node.left, node.right),
    Logic: lambda node: (node.left, node.right),
    Conditional: lambda node: (node.condition, node.then, node.otherwise),
    Between: lambda node: (node.operand, node.low, node.high),
    Membership: lambda node: (node.operand, *node.tests),
    Interval: lambda node: (node.low, node.high),
    Context: lambda node: tuple(value for _, value in node.entries),
    Call: lambda node: node.arguments,
    Invocation: lambda node: node.arguments,
    ListOf: lambda node: node.items,
    UnaryTests: lambda node: node.tests,
}


def children(node: Node | UnaryTests) -> tuple[Node, ...]:
    return _CHILDREN[type(node)](node)


def walk(node: Node | UnaryTests) -> Iterator[tuple[Node | UnaryTests, int]]:
    """Every part of `node` with its depth, without recursion: the depth is what is about to be checked."""
    pending: list[tuple[Node | UnaryTests, int]] = [(node, 1)]
    while pending:
        part, depth = pending.pop()
        yield part, depth
        pending.extend((child, depth + 1) for child in children(part))


def variables_in(node: Node | UnaryTests) -> frozenset[str]:
    return frozenset(part.name for part, _ in walk(node) if isinstance(part, Name))


def knowledge_in(node: Node | UnaryTests) -> frozenset[str]:
    """The business knowledge models that are called."""
    return frozenset(part.function for part, _ in walk(node) if isinstance(part, Invocation))


def names_in(node: Node | UnaryTests) -> frozenset[str]:
    """All that the value depends on; what has none is a constant."""
    return variables_in(node) | knowledge_in(node)
