"""What changed between two versions of a table, cell by cell, in the words of the table."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from models.base import Model
from rules.definitions import Decision, DecisionTable, Definitions, KnowledgeModel, Logic, NamedLogic, parts_of
from rules.engine import decision_named

RESULT = "-> "
"""Before the title of a result column."""


class Edit(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class CellDifference(Model):
    column: str
    before: str
    after: str


class RowDifference(Model):
    """`position_*` count from one, 0 where the row is not in that version; a row that only moved has no cells."""

    row: str
    edit: Edit
    position_before: int
    position_after: int
    cells: tuple[CellDifference, ...]


class ColumnText(Model):
    """`asks` is what a condition tests or the name of a result."""

    title: str
    asks: str
    type: str
    allowed: str


class ColumnDifference(Model):
    """`before` is None for a column that was added, `after` for one that was removed."""

    column: str
    edit: Edit
    before: ColumnText | None
    after: ColumnText | None

    @property
    def detail(self) -> str:
        """What else than its cells changed, in English."""
        return " -> ".join(_described(each) for each in (self.before, self.after) if each)


class TableDifference(Model):
    policy: CellDifference | None
    columns: tuple[ColumnDifference, ...]
    rows: tuple[RowDifference, ...]
    elsewhere: tuple[CellDifference, ...] = ()
    """In business knowledge models, in other decisions of the file, and in boxes: every text by where it stands."""

    @property
    def is_empty(self) -> bool:
        return not (self.policy or self.columns or self.rows or self.elsewhere)


def difference(before: Definitions, after: Definitions, decision: str) -> TableDifference:
    """What to do to `before` to get `after`. Rows are the same by their id, columns by what they test or are called.

    Raises BusinessError `rules.unknown_decision`.
    """
    old, new = (_table(decision_named(each, decision)) for each in (before, after))
    policies = _policy(old), _policy(new)
    policy = CellDifference(column="hit policy", before=policies[0], after=policies[1])
    return TableDifference(
        policy=policy if policies[0] != policies[1] else None,
        columns=tuple(_columns(_column_texts(old), _column_texts(new))),
        rows=tuple(_rows(old, new)),
        elsewhere=_cells(_texts_beside(before, old), _texts_beside(after, new), {}),
    )


def _table(decision: Decision) -> DecisionTable:
    return decision.table or DecisionTable(inputs=(), outputs=(), rules=())


def _texts_beside(definitions: Definitions, table: DecisionTable) -> dict[str, str]:
    """All that decides beside `table`, by where it stands."""
    found: dict[str, str] = {}
    for named in (*definitions.decisions, *definitions.knowledge):
        if isinstance(named, KnowledgeModel):
            parameters = ", ".join(f"{each.name} {each.type_ref}".strip() for each in named.parameters)
            found[f"{named.name}, parameters"] = parameters
        for part in parts_of(named):
            if part.table is None or part.table is not table:
                for place, text in _texts_of(part, _place(named, part)):
                    found[_free(place, found)] = text
    return found


def _place(named: NamedLogic, part: Logic) -> str:
    inner = getattr(part, "parameter", "") or getattr(part, "name", "")
    return named.name if part is named or not inner else f"{named.name}, {inner}"


def _texts_of(part: Logic, place: str) -> Iterable[tuple[str, str]]:
    if part.expression is not None:
        yield place, part.expression
    if part.table is not None:
        cells = _Cells(part.table)
        yield f"{place}, hit policy", _policy(part.table)
        yield f"{place}, order of rows", ", ".join(rule.id for rule in part.table.rules)
        for rule in part.table.rules:
            for key, text in cells.of(rule.id).items():
                yield f"{place}, {rule.id}, {cells.titles.get(key, key)}", text


def _policy(table: DecisionTable) -> str:
    return " ".join(filter(None, (table.hit_policy, table.aggregation)))


def _described(column: ColumnText) -> str:
    return f"{column.title}: {column.asks}, {column.type or 'any type'}, {column.allowed or 'any value'}"


def _column_texts(table: DecisionTable) -> dict[str, ColumnText]:
    """The columns by what they test or are called, which stays when a heading is reworded."""
    found: dict[str, ColumnText] = {}
    for condition in table.inputs:
        text = ColumnText(
            title=condition.title,
            asks=condition.expression,
            type=condition.type_ref,
            allowed=condition.allowed_values,
        )
        found[_free(f"if {_words(condition.expression)}", found)] = text
    for result in table.outputs:
        text = ColumnText(
            title=f"{RESULT}{result.title}", asks=result.name, type=result.type_ref, allowed=result.allowed_values
        )
        found[_free(f"then {result.name}", found)] = text
    return found


def _free(key: str, taken: Collection[str]) -> str:
    """Two columns may ask the same; the second is told apart by its place among them."""
    number = 2
    while key in taken:
        key = f"{key} {number}"
        number += 1
    return key


def _columns(old: Mapping[str, ColumnText], new: Mapping[str, ColumnText]) -> Iterable[ColumnDifference]:
    for key, text in old.items():
        if key not in new:
            yield ColumnDifference(column=text.title, edit=Edit.REMOVED, before=text, after=None)
    for key, text in new.items():
        if key not in old:
            yield ColumnDifference(column=text.title, edit=Edit.ADDED, before=None, after=text)
        elif _words(_described(old[key])) != _words(_described(text)):
            yield ColumnDifference(column=text.title, edit=Edit.CHANGED, before=old[key], after=text)


def _rows(old: DecisionTable, new: DecisionTable) -> Iterable[RowDifference]:
    before, after = _Cells(old), _Cells(new)
    titles = before.titles | after.titles
    was, is_now = _places(old), _places(new)
    moved = _moved([row for row in was if row in is_now], [row for row in is_now if row in was])
    for row, place in was.items():
        if row not in is_now:
            yield _row(row, Edit.REMOVED, place + 1, 0, _cells(before.of(row), {}, titles))
    for row, place in is_now.items():
        if row not in was:
            yield _row(row, Edit.ADDED, 0, place + 1, _cells({}, after.of(row), titles))
            continue
        cells = _cells(before.of(row), after.of(row), titles)
        if cells or row in moved:
            yield _row(row, Edit.CHANGED if cells else Edit.MOVED, was[row] + 1, place + 1, cells)


class _Cells:
    """The texts of a table's rows by the key of their column."""

    def __init__(self, table: DecisionTable) -> None:
        columns = _column_texts(table)
        self._keys = tuple(columns)
        self._rules = {rule.id: rule for rule in table.rules}
        self._notes = (*table.annotations, *(f"note {place}" for place in range(len(table.annotations) + 1, 99)))
        self.titles = {key: text.title for key, text in columns.items()}

    def of(self, row: str) -> dict[str, str]:
        rule = self._rules[row]
        cells = dict(zip(self._keys, (*rule.inputs, *rule.outputs), strict=True))
        return cells | dict(zip(self._notes, [*rule.annotations, *filter(None, [rule.description])], strict=False))


def _row(row: str, edit: Edit, before: int, after: int, cells: tuple[CellDifference, ...]) -> RowDifference:
    return RowDifference(row=row, edit=edit, position_before=before, position_after=after, cells=cells)


def _places(table: DecisionTable) -> dict[str, int]:
    return {rule.id: place for place, rule in enumerate(table.rules)}


def _moved(old: Sequence[str], new: Sequence[str]) -> frozenset[str]:
    """The fewest rows, among those that both versions have, that have to be put elsewhere."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    staying = {row for block in blocks for row in new[block.b : block.b + block.size]}
    return frozenset(new) - staying


def _cells(old: Mapping[str, str], new: Mapping[str, str], titles: Mapping[str, str]) -> tuple[CellDifference, ...]:
    return tuple(
        CellDifference(column=titles.get(key, key), before=old.get(key, ""), after=new.get(key, ""))
        for key in dict.fromkeys((*old, *new))
        if not _is_same(old.get(key, ""), new.get(key, ""))
    )


def _is_same(before: str, after: str) -> bool:
    """A column that is not there asks as little as one that takes every value."""
    return _words(before) == _words(after) or {before.strip(), after.strip()} == {"", "-"}


def _words(text: str) -> str:
    return " ".join(text.split())
