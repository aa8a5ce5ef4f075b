"""Combinations of inputs that no row matches."""

from collections.abc import Iterator

from rules.analysis.boxes import Box, Budget, OverBudget, gaps, intersection
from rules.analysis.findings import AnalysisFinding, Code, Severity
from rules.analysis.subject import Subject
from rules.hit_policies import MULTIPLE
from rules.reasons import capital

_MOST_GAPS = 20
_COMPARISONS = 200_000


def find_gaps(subject: Subject) -> Iterator[AnalysisFinding]:
    """The widest first found; a table with default outputs has none."""
    if subject.table.defaults:
        return
    found = 0
    try:
        for box in _gaps(subject):
            found += 1
            if found > _MOST_GAPS:
                yield _more(subject)
            else:
                yield _gap(subject, box)
    except OverBudget:
        yield _over_budget(subject)


def _gaps(subject: Subject) -> Iterator[Box]:
    rows = list(dict.fromkeys(box for box in subject.grid.surely if all(box)))
    disjoint = all(bits & bits - 1 == 0 for bits in subject.touching)
    yield from gaps(subject.grid.whole, rows, Budget(_COMPARISONS), _MOST_GAPS + 1, disjoint=disjoint)


def _gap(subject: Subject, box: Box) -> AnalysisFinding:
    several = subject.table.source.hit_policy in MULTIPLE
    return subject.finding(
        Severity.WARNING if several else Severity.ERROR,
        Code.GAP,
        f"{capital(subject.grid.words(box))}: no row matches",
        box=box,
        doubts=subject.doubts(box) + _perhaps_matched(subject, box),
    )


def _perhaps_matched(subject: Subject, box: Box) -> tuple[str, ...]:
    rows = sorted({unknown.row for unknown in subject.grid.unknown if unknown.row is not None})
    doubtful = [row for row in rows if intersection(subject.grid.perhaps[row], box) is not None]
    return (f"unless {subject.rows(doubtful)} does, which cannot be analysed",) if doubtful else ()


def _more(subject: Subject) -> AnalysisFinding:
    message = f"There are more gaps than the {_MOST_GAPS} listed; mend these and check again"
    return subject.finding(Severity.WARNING, Code.MORE, message, values=(_MOST_GAPS,))


def _over_budget(subject: Subject) -> AnalysisFinding:
    message = "The table is too intricate to be searched for every gap; end it with a row that takes what is left"
    return subject.finding(Severity.WARNING, Code.BUDGET, message)
