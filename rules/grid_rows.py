"""Rows as a person left them, back to rules: what was not touched stays as it is written, what is new gets a name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.cell_reading import read_cell
from rules.definitions import DecisionTable, Rule
from rules.feel.errors import FeelError
from rules.grid_columns import GridColumn, is_as_shown, written

UNREAD = {"if": "-", "then": "null"}
"""Stands for a cell that cannot be read, so that the rest of the table can be checked all the same."""
_ROW_NAME = re.compile(r"[^\W\d][\w.-]{0,99}")


@dataclass(frozen=True, slots=True)
class EditedRow:
    """`rule` has the name that stands in the row, which may be empty or that of another one."""

    rule: Rule
    base: Rule | None
    """The rule that the row was, or was copied from."""


def is_row_name(name: str) -> bool:
    return bool(_ROW_NAME.fullmatch(name))


def read_text(text: str, column: GridColumn, base: Rule | None) -> str:
    """What the cell is to be written as. Raises FeelError for a blank condition and as `read_cell`."""
    if column.kind is None:
        return text
    if base is not None and is_as_shown(text, base, column):
        return written(base, column)
    if not text and column.kind.is_condition:
        raise FeelError("is blank; write - where every value is meant")
    return read_cell(text, column.kind)


def edited_row(
    table: DecisionTable, columns: Sequence[GridColumn], name: str, base: Rule | None, cells: Mapping[str, str]
) -> EditedRow:
    """The row out of its cells by the key of their column."""
    notes = [cells.get(column.key, "") for column in columns if column.band == "note"]
    if base is not None and [*base.annotations, *[""] * (len(notes) - len(base.annotations))] == notes:
        notes = list(base.annotations)
    rule = Rule(
        id=name,
        inputs=tuple(cells.get(f"if:{place}", UNREAD["if"]) for place in range(len(table.inputs))),
        outputs=tuple(cells.get(f"then:{place}", UNREAD["then"]) for place in range(len(table.outputs))),
        annotations=tuple(notes),
        description=cells.get("text", base.description if base else ""),
    )
    return EditedRow(rule, base)


def named(table: DecisionTable, rows: Sequence[EditedRow]) -> tuple[Rule, ...]:
    """The rules, each with a name of its own: of copies, the one that is still as it was keeps the name."""
    taken = {rule.id for rule in table.rules} | {row.rule.id for row in rows}
    keepers = {row.rule.id: place for place, row in reversed(list(enumerate(rows)))}
    keepers |= {row.rule.id: place for place, row in reversed(list(enumerate(rows))) if row.rule == row.base}
    rules = []
    for place, row in enumerate(rows):
        name = row.rule.id
        if not name or keepers[name] != place:
            name = _free(name or "row", taken, start=2 if name else 1)
            taken.add(name)
        rules.append(row.rule.model_copy(update={"id": name}))
    return tuple(rules)


def _free(name: str, taken: set[str], start: int) -> str:
    number = start
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
