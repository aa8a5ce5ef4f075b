"""Rows that can never answer: dead, or masked by rows that win over them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.analysis.boxes import Budget, OverBudget, contains, uncovered
from rules.analysis.findings import AnalysisFinding, Cell, Code, Severity
from rules.analysis.subject import Subject
from rules.compiled_table import bits_of
from rules.definitions import HitPolicy
from rules.feel.budget import Scope
from rules.reasons import capital

_COMPARISONS = 400_000
_WINNERS = {HitPolicy.FIRST: "before it", HitPolicy.PRIORITY: "of higher priority"}


@dataclass(frozen=True, slots=True)
class IdleRows:
    findings: tuple[AnalysisFinding, ...]
    rows: frozenset[int]
    """Rows that can never answer."""


def find_idle_rows(subject: Subject) -> IdleRows:
    dead = {row for row, box in enumerate(subject.grid.perhaps) if not all(box)}
    findings = [_dead(subject, row) for row in sorted(dead)]
    masked: set[int] = set()
    try:
        for row, winners in _masked(subject, dead):
            masked.add(row)
            findings.append(_mask(subject, row, winners))
    except OverBudget:
        message = "The table is too intricate to be searched for every row that others keep from answering"
        findings.append(subject.finding(Severity.WARNING, Code.BUDGET, message))
    return IdleRows(tuple(findings), frozenset(dead | masked))


def _dead(subject: Subject, row: int) -> AnalysisFinding:
    titles = [
        axis.title for axis, regions in zip(subject.grid.axes, subject.grid.perhaps[row], strict=True) if not regions
    ]
    cells = [Cell(row=subject.table.ids[row], column=title) for title in titles]
    where = " and ".join(repr(title) for title in titles)
    message = (
        f"{capital(subject.row(row))} can never match: its cell under {where} accepts no value that is allowed there"
    )
    return subject.finding(Severity.ERROR, Code.DEAD_ROW, message, rows=(row,), cells=cells)


def _masked(subject: Subject, dead: set[int]) -> Iterator[tuple[int, Sequence[int]]]:
    """Rows whose every input is answered by rows that win over them, with those rows."""
    if subject.table.source.hit_policy not in _WINNERS:
        return
    budget, boxes = Budget(_COMPARISONS), subject.grid.surely
    for row in range(len(boxes)):
        winners = [] if row in dead else _winners(subject, row)
        single = [winner for winner in winners if contains(boxes[winner], subject.grid.perhaps[row])]
        if single:
            yield row, single[:1]
        elif winners and uncovered(subject.grid.perhaps[row], [boxes[winner] for winner in winners], budget) is None:
            yield row, winners


def _winners(subject: Subject, row: int) -> list[int]:
    """Rows that match some of the inputs of `row` and then answer instead of it."""
    others = subject.perhaps_touching(row)
    if subject.table.source.hit_policy is HitPolicy.FIRST:
        return list(bits_of(others & ((1 << row) - 1)))
    rank = _rank(subject, row)
    ranked = [(other, _rank(subject, other)) for other in bits_of(others) if other != row]
    return [other for other, found in ranked if rank is not None and found is not None and (found, other) < (rank, row)]


def _rank(subject: Subject, row: int) -> tuple[int, ...] | None:
    """None where the output is computed."""
    if any(output.is_computed for output in subject.outputs[row]):
        return None
    table = subject.table
    values = [expression(Scope({})) for expression in table.outputs[row]]
    names = [column.name for column in table.source.outputs]
    return table.rank(values[0] if len(values) == 1 else dict(zip(names, values, strict=True)))


def _mask(subject: Subject, row: int, winners: Sequence[int]) -> AnalysisFinding:
    place = _WINNERS[subject.table.source.hit_policy]
    which = f"{subject.rows(winners)}, {place}," if len(winners) == 1 else f"rows {place} together"
    which = f"{which} answer{'s' if len(winners) == 1 else ''} in every case that it matches"
    if len(winners) > 1:
        which = f"{which} ({subject.rows(winners)})"
    message = f"{capital(subject.row(row))} never answers: {which}"
    return subject.finding(Severity.ERROR, Code.MASKED_ROW, message, rows=(row, *winners))
