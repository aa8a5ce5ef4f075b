"""What changed between two versions of a table, in the words of its grid."""

from collections.abc import Callable, Mapping
from functools import partial

from console.language import Language
from models.base import Model
from rules.cell_words import in_words
from rules.column_kinds import ColumnKind, column_kinds, kind_of_type
from rules.definitions import Definitions
from rules.difference import RESULT, CellDifference, ColumnDifference, ColumnText, Edit, RowDifference, TableDifference
from rules.engine import decision_named
from rules.excel.wording import Wording
from rules.excel.wordings import WORDINGS
from rules.grid_edited_columns import values_kind
from rules.speech import Speech


class ColumnEditView(Model):
    """`before` and `after` say what else than its cells changed; empty where the column is not in that version."""

    title: str
    edit: Edit
    before: str
    after: str


class DifferenceView(Model):
    policy: CellDifference | None
    columns: tuple[ColumnEditView, ...]
    rows: tuple[RowDifference, ...]
    elsewhere: tuple[CellDifference, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.policy or self.columns or self.rows or self.elsewhere)


def difference_in_words(
    difference: TableDifference, definitions: Definitions, table: str, language: Language
) -> DifferenceView:
    """The same in words and with columns called by heading; `definitions` are those after the change."""
    wording = WORDINGS[language.code]
    kinds = _kinds(definitions, table)
    type_words = partial(kind_of_type, definitions, decision_named(definitions, table))
    return DifferenceView(
        policy=difference.policy and _policy(difference.policy, wording),
        columns=tuple(_column(each, wording, type_words) for each in difference.columns),
        rows=tuple(_row(row, kinds, wording.speech) for row in difference.rows),
        elsewhere=difference.elsewhere,
    )


def _policy(policy: CellDifference, wording: Wording) -> CellDifference:
    words = {" ".join(filter(None, each)): said for said, each in wording.policies.items()}
    before, after = (words.get(text, text) for text in (policy.before, policy.after))
    return CellDifference(column=policy.column, before=before, after=after)


def _column(column: ColumnDifference, wording: Wording, kind_of: Callable[[str], ColumnKind]) -> ColumnEditView:
    before, after = column.before, column.after
    is_reworded = before is not None and after is not None and before.title != after.title
    said = [each and _described(each, wording, kind_of(each.type), with_title=is_reworded) for each in (before, after)]
    title = _heading(column.column, wording.speech)
    return ColumnEditView(title=title, edit=column.edit, before=said[0] or "", after=said[1] or "")


def _described(column: ColumnText, wording: Wording, kind: ColumnKind, *, with_title: bool) -> str:
    title = _heading(column.title, wording.speech) if with_title else ""
    allowed = in_words(column.allowed, values_kind(kind), wording.speech) if column.allowed else ""
    takes = wording.explained(kind) if column.type else ""
    return ", ".join(filter(None, (title, column.asks, takes, allowed)))


def _heading(title: str, speech: Speech) -> str:
    return speech.heading(title.removeprefix(RESULT))


def _kinds(definitions: Definitions, table: str) -> dict[str, ColumnKind]:
    decision = decision_named(definitions, table)
    source = decision.table
    if source is None:
        return {}
    kinds = column_kinds(definitions, decision)
    found = {column.title: kind for column, kind in zip(source.inputs, kinds.inputs, strict=True)}
    return found | {f"{RESULT}{column.title}": kind for column, kind in zip(source.outputs, kinds.outputs, strict=True)}


def _row(row: RowDifference, kinds: Mapping[str, ColumnKind], speech: Speech) -> RowDifference:
    return row.model_copy(update={"cells": tuple(_cell(cell, kinds.get(cell.column), speech) for cell in row.cells)})


def _cell(cell: CellDifference, kind: ColumnKind | None, speech: Speech) -> CellDifference:
    before, after = (in_words(text, kind, speech) if kind and text else text for text in (cell.before, cell.after))
    return CellDifference(column=_heading(cell.column, speech), before=before, after=after)
