"""The parts of a parsed FEEL expression."""

from collections.abc import Iterator
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
    | ListOf
    | Context
    | Interval
    | UnaryComparison
)

INPUT_VALUE = "?"
"""The name under which an input cell may speak of the value it tests."""


def children(node: Node | UnaryTests) -> tuple[Node, ...]:
    match node:
        case Literal() | Name():
            return ()
        case Path(source=part) | Negate(operand=part) | UnaryComparison(operand=part):
            return (part,)
        case Arithmetic() | Comparison() | Logic():
            return (node.left, node.right)
        case Conditional():
            return (node.condition, node.then, node.otherwise)
        case Between():
            return (node.operand, node.low, node.high)
        case Membership():
            return (node.operand, *node.tests)
        case Interval():
            return (node.low, node.high)
        case Context():
            return tuple(value for _, value in node.entries)
        case Call(arguments=parts) | ListOf(items=parts) | UnaryTests(tests=parts):
            return parts


def walk(node: Node | UnaryTests) -> Iterator[tuple[Node | UnaryTests, int]]:
    """Every part of `node` with its depth, without recursion: the depth is what is about to be checked."""
    pending: list[tuple[Node | UnaryTests, int]] = [(node, 1)]
    while pending:
        part, depth = pending.pop()
        yield part, depth
        pending.extend((child, depth + 1) for child in children(part))


def names_in(node: Node | UnaryTests) -> frozenset[str]:
    return frozenset(part.name for part, _ in walk(node) if isinstance(part, Name))
