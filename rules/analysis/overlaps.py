"""Rows that match the same inputs where the hit policy forbids it."""

from collections.abc import Iterator

from rules.analysis.findings import AnalysisFinding, Code, Severity
from rules.analysis.outputs import same_outputs
from rules.analysis.subject import Subject
from rules.compiled_table import bits_of
from rules.definitions import HitPolicy
from rules.reasons import capital

_MOST_OVERLAPS = 50


def find_overlaps(subject: Subject) -> Iterator[AnalysisFinding]:
    """Under UNIQUE every pair that overlaps, under ANY every pair that overlaps and does not give the same."""
    policy = subject.table.source.hit_policy
    if policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return
    count = 0
    for one, other in _pairs(subject):
        same = same_outputs(subject.outputs[one], subject.outputs[other]) if policy is HitPolicy.ANY else False
        if same is not True:
            count += 1
            if count <= _MOST_OVERLAPS:
                yield _overlap(subject, one, other, is_unsure=same is None)
    if count > _MOST_OVERLAPS:
        message = f"{count:,} pairs of rows overlap; the first {_MOST_OVERLAPS} are listed"
        yield subject.finding(Severity.WARNING, Code.MORE, message, values=(count,))


def _pairs(subject: Subject) -> Iterator[tuple[int, int]]:
    for one, others in enumerate(subject.touching):
        for other in bits_of(others >> one + 1):
            yield one, one + 1 + other


def _overlap(subject: Subject, one: int, other: int, *, is_unsure: bool) -> AnalysisFinding:
    boxes = zip(subject.grid.surely[one], subject.grid.surely[other], strict=True)
    box = tuple(left & right for left, right in boxes)
    policy, doubts = subject.table.source.hit_policy, subject.doubts(box)
    if is_unsure:
        doubts += ("what they give is computed and may be the same",)
    rule = "give different answers" if policy is HitPolicy.ANY else f"match, but {policy} allows only one"
    message = f"{capital(subject.grid.words(box))}: {subject.rows((one, other))} {rule}"
    return subject.finding(Severity.ERROR, Code.OVERLAP, message, rows=(one, other), box=box, doubts=doubts)
