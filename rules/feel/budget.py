"""Limits that keep a table from stalling or filling the process it runs in. Beyond them a table is refused."""

from typing import Any

from rules.feel.errors import BudgetExceededError

MAX_EXPRESSION_LENGTH = 4_000
MAX_NESTING = 60
MAX_DIGITS = 34
MAX_LIST_SIZE = 10_000
MAX_TEXT_LENGTH = 100_000
MAX_STEPS = 1_000_000


class Scope:
    """The variables of one evaluation and the steps it may still take."""

    __slots__ = ("steps_left", "variables")

    def __init__(self, variables: dict[str, Any], steps_left: int = MAX_STEPS) -> None:
        self.variables = variables
        self.steps_left = steps_left

    def spend(self, steps: int) -> None:
        self.steps_left -= steps
        if self.steps_left < 0:
            raise BudgetExceededError(f"takes more than {MAX_STEPS:,} steps; simplify the table")


def check_size(value: Any) -> None:
    """Raises BudgetExceededError when a value has too many parts or too much text.

    Lists may share their items, so a small expression can stand for an enormous value: parts are counted as often
    as they appear, and the walk stops at the limit.
    """
    parts = characters = 0
    pending = [value]
    while pending:
        part = pending.pop()
        parts += 1
        if isinstance(part, str):
            characters += len(part)
        elif isinstance(part, list):
            pending.extend(part[: MAX_LIST_SIZE + 1])
        elif isinstance(part, dict):
            pending.extend(part.values())
        if parts > MAX_LIST_SIZE or len(pending) > MAX_LIST_SIZE:
            raise BudgetExceededError(f"has more than {MAX_LIST_SIZE:,} values")
        if characters > MAX_TEXT_LENGTH:
            raise BudgetExceededError(f"has more than {MAX_TEXT_LENGTH:,} characters")
