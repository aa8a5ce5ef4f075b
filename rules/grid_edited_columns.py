"""Columns as a person left them: added, worded or typed otherwise, moved, removed. Their rows follow."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import Field

from models.base import Model
from models.errors import BusinessError
from rules.cell_reading import ANYTHING, read_cell
from rules.cell_words import in_words
from rules.column_kinds import ColumnKind
from rules.definitions import Decision, DecisionTable, Definitions, InputClause, OutputClause, Rule
from rules.feel import syntax
from rules.feel.errors import FeelError
from rules.feel.parser import parse_expression
from rules.grid_columns import GridColumn, grid_columns
from rules.speech import ENGLISH, SPEECHES, Speech, is_heading
from rules.vocabulary import vocabulary_of

_BANDS = ("if", "then", "note", "text")
_NO_NAME = re.compile(r"\W+")


class EditedColumn(Model):
    """`key` is that of the column it was, empty in a new one. `field` is what is asked, or the name of the answer."""

    key: str = Field(default="", max_length=20)
    band: Literal["if", "then", "note", "text"]
    label: str = Field(default="", max_length=200)
    field: str = Field(default="", max_length=1_000)
    type: str = Field(default="", max_length=200)
    allowed: str = Field(default="", max_length=2_000)
    """Values or ranges in words, as in a condition; empty where everything of the type is allowed."""


@dataclass(slots=True)
class ReadColumns:
    """`columns` stand in the order of those that were sent; `findings` are by their place."""

    definitions: Definitions
    decision: Decision
    table: DecisionTable
    columns: list[GridColumn]
    is_new: list[bool]
    findings: list[tuple[int, str]] = field(default_factory=list)


def edited_column(column: GridColumn, table: DecisionTable, speech: Speech = ENGLISH) -> EditedColumn:
    """The column as a person is shown it before they change it."""
    heading = speech.heading(column.label)
    shown = EditedColumn.model_validate(
        {"key": column.key, "band": column.band, "label": heading, "field": column.field}
    )
    if column.kind is None:
        return shown
    clause = _clause(table, column)
    allowed = in_words(clause.allowed_values, values_kind(column.kind), speech) if clause.allowed_values else ""
    return shown.model_copy(update={"type": clause.type_ref, "allowed": allowed})


def unchanged(definitions: Definitions, decision: Decision, table: DecisionTable) -> ReadColumns:
    columns = grid_columns(definitions, decision, table)
    return ReadColumns(definitions, decision, table, columns, [False] * len(columns))


def read_columns(
    definitions: Definitions, decision: Decision, table: DecisionTable, edited: Sequence[EditedColumn]
) -> ReadColumns:
    """The table with its columns as edited, its rows with the cells that they had there: a new condition asks nothing,
    a new answer is blank. Raises BusinessError `rules.bad_grid` for columns that the table does not have."""
    return _Reader(definitions, decision, table, edited).read()


def _clause(table: DecisionTable, column: GridColumn) -> InputClause | OutputClause:
    return table.inputs[column.number] if column.band == "if" else table.outputs[column.number]


def values_kind(kind: ColumnKind) -> ColumnKind:
    """The kind of a text that says which values a column allows."""
    return replace(kind, is_condition=True, is_list=False)


class _Reader:
    def __init__(
        self, definitions: Definitions, decision: Decision, table: DecisionTable, edited: Sequence[EditedColumn]
    ) -> None:
        self._definitions, self._decision, self._table = definitions, decision, table
        self._edited = edited
        self._known = {column.key: column for column in grid_columns(definitions, decision, table)}
        self._findings: list[tuple[int, str]] = []

    def read(self) -> ReadColumns:
        self._refuse_strangers()
        table = self._table.model_copy(
            update={
                "inputs": tuple(self._input(each) for _, each in self._of("if")),
                "outputs": tuple(self._output(each) for _, each in self._of("then")),
                "annotations": self._annotations(),
                "rules": tuple(map(self._rule, self._table.rules)),
            }
        )
        definitions, decision, columns = self._placed(table)
        table = self._with_allowed_values(table, columns)
        definitions, decision, columns = self._placed(table)
        self._look_for_slips(table)
        is_new = [not each.key for each in self._edited]
        return ReadColumns(definitions, decision, table, columns, is_new, self._findings)

    def _of(self, band: str) -> list[tuple[int, EditedColumn]]:
        return [(place, each) for place, each in enumerate(self._edited) if each.band == band]

    def _refuse_strangers(self) -> None:
        keys = [each.key for each in self._edited if each.key]
        order = [_BANDS.index(each.band) for each in self._edited]
        is_ours = len(set(keys)) == len(keys) and all(
            each.key in self._known and self._known[each.key].band == each.band for each in self._edited if each.key
        )
        if not is_ours or order != sorted(order) or any(not each.key and each.band == "text" for each in self._edited):
            raise BusinessError("rules.bad_grid", "The columns are not those of the table; open it again.")

    def _input(self, column: EditedColumn) -> InputClause:
        if not column.key:
            return InputClause(label=_line(column.label), expression=column.field.strip(), type_ref=column.type)
        base = self._table.inputs[self._known[column.key].number]
        expression = base.expression if _line(column.field) == _line(base.expression) else column.field.strip()
        update = {"label": _label(column, base.label), "expression": expression, "type_ref": column.type}
        return base.model_copy(update=update)

    def _output(self, column: EditedColumn) -> OutputClause:
        if not column.key:
            name = column.field.strip() or _NO_NAME.sub("_", column.label).strip("_").lower()
            return OutputClause(label=_line(column.label), name=name, type_ref=column.type)
        base = self._table.outputs[self._known[column.key].number]
        update = {"label": _label(column, base.label), "name": column.field.strip(), "type_ref": column.type}
        return base.model_copy(update=update)

    @property
    def _has_notes_as_before(self) -> bool:
        notes = [column for column in self._known.values() if column.band == "note"]
        kept = [each for _, each in self._of("note")]
        return [each.key for each in kept] == [column.key for column in notes] and all(
            is_heading(_line(each.label), column.label) for each, column in zip(kept, notes, strict=True)
        )

    def _annotations(self) -> tuple[str, ...]:
        if self._has_notes_as_before:
            return self._table.annotations
        return tuple(
            _label(each, self._known[each.key].label) if each.key else _line(each.label) for _, each in self._of("note")
        )

    def _rule(self, rule: Rule) -> Rule:
        notes = rule.annotations
        if not self._has_notes_as_before:
            notes = tuple(self._cell(rule.annotations, each, "") for _, each in self._of("note"))
        return rule.model_copy(
            update={
                "inputs": tuple(self._cell(rule.inputs, each, ANYTHING) for _, each in self._of("if")),
                "outputs": tuple(self._cell(rule.outputs, each, "") for _, each in self._of("then")),
                "annotations": notes,
            }
        )

    def _cell(self, cells: Sequence[str], column: EditedColumn, blank: str) -> str:
        number = self._known[column.key].number if column.key else len(cells)
        return cells[number] if number < len(cells) else blank

    def _placed(self, table: DecisionTable) -> tuple[Definitions, Decision, list[GridColumn]]:
        """The columns of the changed table in the order in which they were sent."""
        decision = self._decision.model_copy(update={"table": table})
        decision = decision.model_copy(update={"required_inputs": self._required(decision, table)})
        decisions = tuple(decision if each.id == decision.id else each for each in self._definitions.decisions)
        definitions = self._definitions.model_copy(update={"decisions": decisions})
        found = {column.key: column for column in grid_columns(definitions, decision, table)}
        return definitions, decision, [found.get(key) or GridColumn(key, "", "") for key in self._keys()]

    def _keys(self) -> Iterator[str]:
        counted: dict[str, int] = {}
        for each in self._edited:
            number = counted.setdefault(each.band, 0)
            counted[each.band] += 1
            yield each.band if each.band == "text" else f"{each.band}:{number}"

    def _required(self, decision: Decision, table: DecisionTable) -> tuple[str, ...]:
        """What the decision required, and every declared input that a column asks for now."""
        if not decision.required_inputs:
            return ()
        known = vocabulary_of(self._definitions, decision).known
        asked: set[str] = set()
        for column in table.inputs:
            try:
                asked |= syntax.names_in(parse_expression(column.expression, known))
            except FeelError:
                # The check of the table reports it at its column.
                continue
        new = (data.id for data in self._definitions.inputs if data.name in asked)
        return tuple(dict.fromkeys((*decision.required_inputs, *new)))

    def _with_allowed_values(self, table: DecisionTable, columns: Sequence[GridColumn]) -> DecisionTable:
        inputs, outputs = list(table.inputs), list(table.outputs)
        for place, (edited, column) in enumerate(zip(self._edited, columns, strict=True)):
            if column.kind is None:
                continue
            allowed = {"allowed_values": self._allowed(place, edited, column.kind)}
            if column.band == "if":
                inputs[column.number] = inputs[column.number].model_copy(update=allowed)
            else:
                outputs[column.number] = outputs[column.number].model_copy(update=allowed)
        return table.model_copy(update={"inputs": tuple(inputs), "outputs": tuple(outputs)})

    def _allowed(self, place: int, edited: EditedColumn, kind: ColumnKind) -> str:
        base = self._known.get(edited.key)
        if base is not None and any(
            edited_column(base, self._table, speech).allowed == edited.allowed.strip() for speech in SPEECHES.values()
        ):
            return _clause(self._table, base).allowed_values
        known = base.kind.choices if base is not None and base.kind is not None else ()
        try:
            read = read_cell(edited.allowed, values_kind(replace(kind, choices=known)))
        except FeelError as error:
            self._findings.append((place, str(error)))
            return ""
        return "" if read == ANYTHING else read

    def _look_for_slips(self, table: DecisionTable) -> None:
        for place, each in self._of("if"):
            if not each.field.strip():
                self._findings.append((place, "say which field of the case the column asks for"))
        names = [column.name for column in table.outputs]
        for number, (place, _) in enumerate(self._of("then")):
            if len(names) > 1 and not names[number]:
                self._findings.append((place, "give the answer a name"))
            elif names.index(names[number]) != number:
                self._findings.append((place, f"another answer has the name {names[number]!r} too"))
        titles = [column.title for column in table.inputs] + [column.title for column in table.outputs]
        for place, title in enumerate(titles):
            if titles.index(title) != place and not self._edited[place].key:
                self._findings.append((place, f"another column has the heading {title!r} too"))


def _label(column: EditedColumn, base: str) -> str:
    return base if is_heading(_line(column.label), base) else _line(column.label)


def _line(text: str) -> str:
    return " ".join(text.split())
