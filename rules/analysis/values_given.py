"""Values that an output column allows and no row can give."""

from collections.abc import Iterator
from typing import Any

from rules.analysis.findings import AnalysisFinding, Cell, Code, Severity
from rules.analysis.outputs import Output, read_output
from rules.analysis.subject import Subject
from rules.definitions import OutputClause
from rules.feel import values
from rules.feel.functions import plain_text
from rules.item_types import listed_values


def find_unreachable_outputs(subject: Subject, idle: frozenset[int]) -> Iterator[AnalysisFinding]:
    """An error where only rows that never answer name the value, a note where no row names it.

    Columns that add up or count their values, and those with a computed cell, can give anything.
    """
    if subject.table.source.aggregation is not None:
        return
    for place, column in enumerate(subject.table.source.outputs):
        cells = [row[place] for row in subject.outputs]
        default = [read_output(column.default, subject.compiler.known)] if column.default is not None else []
        if not any(cell.is_computed for cell in (*cells, *default)):
            live = [cell for row, cell in enumerate(cells) if row not in idle] + default
            yield from _unreachable(subject, column, cells, live)


def _unreachable(
    subject: Subject, column: OutputClause, cells: list[Output], live: list[Output]
) -> Iterator[AnalysisFinding]:
    allowed = subject.compiler.output_values(column)
    for value in listed_values(allowed) if allowed else ():
        naming = [row for row, cell in enumerate(cells) if _gives(cell, value)]
        if not any(_gives(cell, value) for cell in live) and (naming or column.allowed_values):
            yield _finding(subject, column, value, naming)


def _gives(cell: Output, value: Any) -> bool:
    given = cell.value if isinstance(cell.value, list) else [cell.value]
    return any(values.equal(item, value) is True for item in given)


def _finding(subject: Subject, column: OutputClause, value: Any, naming: list[int]) -> AnalysisFinding:
    cells = [Cell(row=identity, column=column.title) for identity in subject.ids(naming)]
    if naming:
        message = f"{column.title!r} never becomes {plain_text(value)}: {subject.rows(naming)} never answers"
    else:
        message = f"{column.title!r} may be {plain_text(value)}, but no row gives that"
    return subject.finding(
        Severity.ERROR if naming else Severity.NOTE,
        Code.UNREACHABLE_OUTPUT,
        message,
        rows=naming,
        cells=cells or (Cell(column=column.title),),
        values=(value,),
    )
