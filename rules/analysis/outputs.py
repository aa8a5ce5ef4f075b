"""What the rows of a table give: values that are known beforehand, and expressions that are not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rules.compiled_table import CompiledTable
from rules.feel import syntax, values
from rules.feel.compiler import constant
from rules.feel.parser import parse_expression
from rules.feel.tokens import KnownNames, canonical


@dataclass(frozen=True, slots=True)
class Output:
    """One output cell. `value` counts only where the cell is not computed."""

    text: str
    is_computed: bool
    value: Any
    texts: frozenset[str]
    """The texts that the cell names."""

    def is_same(self, other: "Output") -> bool | None:
        """None where only an evaluation can tell."""
        if self.text == other.text:
            return True
        if self.is_computed or other.is_computed:
            return None
        return values.equal(self.value, other.value) is True


def read_outputs(table: CompiledTable, names: KnownNames) -> tuple[tuple[Output, ...], ...]:
    """By row, then by column. The cells are known to compile."""
    cells = {text for rule in table.source.rules for text in rule.outputs}
    read = {text: read_output(text, names) for text in cells}
    return tuple(tuple(read[text] for text in rule.outputs) for rule in table.source.rules)


def read_output(text: str, names: KnownNames) -> Output:
    if text.strip() in ("", "-"):
        return Output("null", False, None, frozenset())
    node = parse_expression(text, names)
    texts = {part.value for part, _ in syntax.walk(node) if isinstance(part, syntax.Literal)}
    is_computed = bool(syntax.names_in(node))
    return Output(
        text=canonical(text, names),
        is_computed=is_computed,
        value=None if is_computed else constant(node),
        texts=frozenset(text for text in texts if isinstance(text, str)),
    )


def same_outputs(one: Sequence[Output], other: Sequence[Output]) -> bool | None:
    """Whether two rows give the same; None where only an evaluation can tell."""
    return values.all_of(left.is_same(right) for left, right in zip(one, other, strict=True))
