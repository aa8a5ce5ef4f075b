"""The columns of a decision table as people see them, in Excel and in the console, and what its cells show there."""

from dataclasses import dataclass

from rules.cell_words import in_words
from rules.column_kinds import ColumnKind, column_kinds
from rules.definitions import Decision, DecisionTable, Definitions, Rule
from rules.speech import ENGLISH, SPEECHES, Speech


@dataclass(frozen=True, slots=True)
class GridColumn:
    """`key` is `if:N`, `then:N` or `note:N` counted from nought, or `text` for what describes a row."""

    key: str
    label: str
    field: str
    kind: ColumnKind | None = None
    """None for notes, which hold any text."""

    @property
    def band(self) -> str:
        return self.key.partition(":")[0]

    @property
    def number(self) -> int:
        return int(self.key.partition(":")[2] or 0)


def grid_columns(definitions: Definitions, decision: Decision, table: DecisionTable) -> list[GridColumn]:
    """The columns beside the one that names the rows."""
    kinds = column_kinds(definitions, decision)
    conditions = [
        GridColumn(f"if:{place}", column.label, column.expression, kind)
        for place, (column, kind) in enumerate(zip(table.inputs, kinds.inputs, strict=True))
    ]
    results = [
        GridColumn(f"then:{place}", column.label, column.name, kind)
        for place, (column, kind) in enumerate(zip(table.outputs, kinds.outputs, strict=True))
    ]
    return [*conditions, *results, *_note_columns(table)]


def _note_columns(table: DecisionTable) -> list[GridColumn]:
    width = max([len(table.annotations), *(len(rule.annotations) for rule in table.rules)])
    names = [*table.annotations, *[""] * (width - len(table.annotations))]
    notes = [GridColumn(f"note:{place}", name, "") for place, name in enumerate(names)]
    has_descriptions = any(rule.description for rule in table.rules)
    return [*notes, GridColumn("text", "Description", "")] if has_descriptions or not notes else notes


def written(rule: Rule, column: GridColumn) -> str:
    """The rule's cell in the column as the file has it."""
    match column.band:
        case "if":
            return rule.inputs[column.number]
        case "then":
            return rule.outputs[column.number]
        case "note":
            return rule.annotations[column.number] if column.number < len(rule.annotations) else ""
    return rule.description


def shown(rule: Rule, column: GridColumn, speech: Speech = ENGLISH) -> str:
    """The rule's cell in the column in words."""
    text = written(rule, column)
    return in_words(text, column.kind, speech) if column.kind else text


def is_as_shown(text: str, rule: Rule, column: GridColumn) -> bool:
    """Whether somebody left the cell as it was shown, in whatever language."""
    return any(text == shown(rule, column, speech) for speech in SPEECHES.values())
