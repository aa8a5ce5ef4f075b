"""What a decision table answered, kept so that it can be shown and run again years later."""

from typing import Any

from models.base import Model


class RuleEvaluation(Model):
    """`result` is in DMN's own shape: a value, an object, a list for multi-hit policies, or None for no match
    (an empty list under COLLECT)."""

    table: str
    decision: str
    version: str
    """SHA-256 of the table's content together with the engine's version."""
    inputs: dict[str, Any]
    matched: tuple[str, ...]
    """Ids of the matched rows, in table order; then as `table.row` those of tables that the decision asked."""
    reasons: tuple[str, ...]
    """One sentence per matched row, made from the row's own cells and annotation."""
    result: Any
