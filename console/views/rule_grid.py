"""A decision table as the grid that people see."""

from collections.abc import Iterable, Mapping, Sequence

from console.language import Language
from models.base import Model
from rules.analysis.terms import Terms
from rules.cell_words import choices_in_words
from rules.column_kinds import kind_of_type
from rules.definitions import DecisionTable, Definitions
from rules.engine import decision_named
from rules.excel.wordings import WORDINGS
from rules.grid import grid_of
from rules.grid_columns import GridColumn
from rules.grid_edited_columns import EditedColumn, edited_column
from rules.speech import Speech

_TYPES = ("number", "string", "boolean", "date")


class ColumnView(Model):
    """`edited` is what a person changes of the column."""

    band: str
    label: str
    field: str
    takes: str
    choices: tuple[str, ...]
    is_several: bool
    edited: EditedColumn


class RowView(Model):
    """`heat` is how often the row decided lately, None where nobody counted."""

    name: str
    cells: tuple[str, ...]
    heat: int | None


class FieldView(Model):
    """What a case tells, for a column to ask."""

    name: str
    words: str
    type: str


class TypeView(Model):
    name: str
    words: str


class GridView(Model):
    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]
    policy: str
    description: str

    @property
    def bands(self) -> list[tuple[str, int]]:
        """Each band with its number of columns, left to right; what describes a row belongs to the notes."""
        names = ["note" if column.band == "text" else column.band for column in self.columns]
        return [(name, names.count(name)) for name in dict.fromkeys(names)]


def grid_view(
    language: Language,
    definitions: Definitions,
    table: str,
    heat: Mapping[str, int] | None = None,
    terms: Sequence[Terms] = (),
) -> GridView:
    """The decision `table` of the definitions; `terms` are offered where a column names none itself.

    Raises BusinessError of the grid.
    """
    wording = WORDINGS[language.code]
    grid = grid_of(definitions, table, wording.speech)
    decision = decision_named(definitions, table)
    columns = () if decision.table is None else column_views(language, grid.columns, decision.table, terms)
    rows = tuple(
        RowView(name=row.name, cells=row.cells, heat=None if heat is None else heat.get(row.name, 0))
        for row in grid.rows
    )
    policy = wording.policy_words(decision.table) if decision.table else ""
    return GridView(columns=columns, rows=rows, policy=policy, description=decision.description)


def column_views(
    language: Language, columns: Iterable[GridColumn], table: DecisionTable, terms: Sequence[Terms] = ()
) -> tuple[ColumnView, ...]:
    wording = WORDINGS[language.code]
    return tuple(
        ColumnView(
            band=column.band,
            label=wording.speech.heading(column.label) or column.field,
            field=column.field if column.label else "",
            takes=wording.kind_words(column.kind) if column.kind else "",
            choices=_choices(column, terms, wording.speech),
            is_several=column.kind is not None and column.kind.takes_several,
            edited=edited_column(column, table, wording.speech),
        )
        for column in columns
    )


def field_views(language: Language, definitions: Definitions, table: str) -> tuple[FieldView, ...]:
    """What a column of the decision `table` can ask for, called as the columns that ask for it already."""
    decision, speech = decision_named(definitions, table), WORDINGS[language.code].speech
    labels = {column.expression: column.label for column in decision.table.inputs} if decision.table else {}
    known = [(data.name, data.type_ref) for data in definitions.inputs]
    known += [(each.name, each.type_ref) for each in definitions.decisions if each.name != decision.name]
    return tuple(
        FieldView(name=name, words=speech.heading(labels.get(name, "")) or name.replace("_", " "), type=type_ref)
        for name, type_ref in known
    )


def type_views(language: Language, definitions: Definitions, table: str) -> tuple[TypeView, ...]:
    """The types that a column may have: the plain ones, those of the file, and those that are in use."""
    decision, wording = decision_named(definitions, table), WORDINGS[language.code]
    named = [item.name for item in definitions.items if not item.components]
    source = decision.table
    used = [column.type_ref for column in source.inputs] if source else []
    used += [column.type_ref for column in source.outputs] if source else []
    names = dict.fromkeys([*_TYPES, *named, *used])
    return tuple(
        TypeView(name=name, words=wording.explained(kind_of_type(definitions, decision, name))) for name in names
    )


def _choices(column: GridColumn, terms: Sequence[Terms], speech: Speech) -> tuple[str, ...]:
    if column.kind is None:
        return ()
    known = [word for each in terms if column.field in each.columns for word in sorted(each.known)]
    return choices_in_words(column.kind, speech) or (("-", *known) if known else ())
