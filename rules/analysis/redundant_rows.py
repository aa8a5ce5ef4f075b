"""Rows that say what another row says already."""

from collections.abc import Iterator

from rules.analysis.boxes import contains
from rules.analysis.findings import AnalysisFinding, Code, Severity
from rules.analysis.outputs import same_outputs
from rules.analysis.subject import Subject
from rules.compiled_table import bits_of
from rules.definitions import HitPolicy


def find_redundant_rows(subject: Subject, idle: frozenset[int]) -> Iterator[AnalysisFinding]:
    """`idle` rows are left aside. Under UNIQUE such rows overlap and are reported as that."""
    if subject.table.source.hit_policy is HitPolicy.UNIQUE:
        return
    for row in sorted(set(range(len(subject.outputs))) - idle):
        other = next((other for other in bits_of(subject.touching[row]) if _repeats(subject, row, other, idle)), None)
        if other is not None:
            message = f"In every case that it matches {subject.row(row)} says the same as {subject.row(other)}"
            yield subject.finding(Severity.NOTE, Code.REDUNDANT_ROW, message, rows=(row, other))


def _repeats(subject: Subject, row: int, other: int, idle: frozenset[int]) -> bool:
    return (
        other != row
        and other not in idle
        and contains(subject.grid.surely[other], subject.grid.perhaps[row])
        and same_outputs(subject.outputs[row], subject.outputs[other]) is True
        and _stands_in(subject, other, row)
    )


def _stands_in(subject: Subject, other: int, row: int) -> bool:
    """Whether `other` would answer if `row` were not there. Of two rows alike the later one is the repeated one."""
    policy, boxes = subject.table.source.hit_policy, subject.grid.surely
    if policy is HitPolicy.FIRST:
        between = subject.perhaps_touching(row) & ((1 << other) - 1) & ~((2 << row) - 1)
        return other > row and all(
            same_outputs(subject.outputs[row], subject.outputs[middle]) is True for middle in bits_of(between)
        )
    if policy is HitPolicy.ANY and boxes[other] != boxes[row]:
        return True
    return other < row and boxes[other] == boxes[row]
