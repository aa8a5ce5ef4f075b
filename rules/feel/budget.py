"""Limits that keep a table from stalling or filling the process it runs in. Beyond them a table is refused."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from rules.feel.errors import BudgetExceededError

MAX_EXPRESSION_LENGTH = 4_000
MAX_TOKENS = 1_200
MAX_NESTING = 60
MAX_DIGITS = 34
MAX_LIST_SIZE = 10_000
MAX_TEXT_LENGTH = 100_000
MAX_STEPS = 1_000_000
MAX_STEPS_OF_EXPRESSION = 30_000
REMEMBERED = 20_000
"""Cells that are kept as they were read: the same ones are read by compiler, checks and analysis, at every change."""


Function = Callable[[list[Any], tuple[str, ...], "Scope"], Any]
"""A business knowledge model: its arguments, their names unless they are given by position, and the scope around."""
_NO_FUNCTIONS: Mapping[str, Function] = MappingProxyType({})


class Scope:
    """The variables and functions of one evaluation, and the steps that it and the expression at work may still take.

    `matched` has a sentence for each row that matched in a table inside business knowledge models or contexts.
    """

    __slots__ = ("functions", "matched", "steps_left", "steps_left_of_expression", "variables")

    def __init__(self, variables: dict[str, Any], functions: Mapping[str, Function] = _NO_FUNCTIONS) -> None:
        self.variables = variables
        self.functions = functions
        self.matched: dict[str, str] = {}
        self.steps_left = MAX_STEPS
        self.begin_expression()

    def begin_expression(self) -> "Scope":
        """The same scope, at the beginning of another cell."""
        self.steps_left_of_expression = MAX_STEPS_OF_EXPRESSION
        return self

    def spend(self, steps: int) -> None:
        self.steps_left -= steps
        self.steps_left_of_expression -= steps
        if self.steps_left < 0:
            raise BudgetExceededError(f"takes more than {MAX_STEPS:,} steps; simplify the table")
        if self.steps_left_of_expression < 0:
            raise BudgetExceededError(
                f"has an expression that takes more than {MAX_STEPS_OF_EXPRESSION:,} steps; simplify it"
            )


class InnerScope(Scope):
    """Other variables on the account of the scope around: what is spent inside is spent there.

    `is_called` from an expression it may not begin a new one, because all of it is a part of that expression.
    """

    __slots__ = ("_around", "_is_called")

    def __init__(self, variables: dict[str, Any], around: Scope, *, is_called: bool) -> None:
        self.variables = variables
        self.functions = around.functions
        self.matched = around.matched
        self._around = around
        self._is_called = is_called

    def begin_expression(self) -> Scope:
        if not self._is_called:
            self._around.begin_expression()
        return self

    def spend(self, steps: int) -> None:
        self._around.spend(steps)


def check_size(value: Any) -> None:
    """Raises BudgetExceededError when a value has too many parts, too much text or too many levels.

    Lists may share their items, so a small expression can stand for an enormous value: parts are counted as often
    as they appear, and the walk stops at the limit.
    """
    if not isinstance(value, list | dict):
        if isinstance(value, str) and len(value) > MAX_TEXT_LENGTH:
            raise BudgetExceededError(f"has more than {MAX_TEXT_LENGTH:,} characters")
        return
    parts = characters = 0
    pending: list[tuple[Any, int]] = [(value, 1)]
    while pending:
        part, level = pending.pop()
        parts += 1
        if isinstance(part, str):
            characters += len(part)
        elif isinstance(part, list):
            pending.extend((each, level + 1) for each in part[: MAX_LIST_SIZE + 1])
        elif isinstance(part, dict):
            pending.extend((each, level + 1) for each in part.values())
        if level > MAX_NESTING:
            raise BudgetExceededError(f"is nested more than {MAX_NESTING} levels deep")
        if parts > MAX_LIST_SIZE or len(pending) > MAX_LIST_SIZE:
            raise BudgetExceededError(f"has more than {MAX_LIST_SIZE:,} values")
        if characters > MAX_TEXT_LENGTH:
            raise BudgetExceededError(f"has more than {MAX_TEXT_LENGTH:,} characters")
