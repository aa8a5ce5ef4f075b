"""Words that a company has a list of: roles, cost centres, categories. A cell that names another is a slip."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from models.base import Model
from models.party import Role
from rules.analysis.findings import AnalysisFinding, Cell, Code, Severity
from rules.analysis.subject import Subject
from rules.reasons import capital
from rules.unary_tests import CellTests, spans_of


class Terms(Model):
    """Cells of the columns named `columns` (an input's name or an output's) may speak of no other texts than these."""

    kind: str
    """`role`, `cost_centre`, `category`: what a message calls them, `_` as a space."""
    columns: tuple[str, ...]
    known: frozenset[str]


_SEVERAL = frozenset(f"2 of {role}" for role in Role)
_TOGETHER = frozenset(f"{one} + {other}" for one in Role for other in Role if one is not other)
_MANAGERS = frozenset({"manager of requester", f"manager of {Role.COST_CENTRE_OWNER}"})
ROLES = Terms(kind="role", columns=("stages", "owner_role"), known=frozenset(Role) | _SEVERAL | _TOGETHER | _MANAGERS)
"""Roles, and what a stage may say in place of one (`finance.approvers`)."""


def find_unknown_terms(subject: Subject, terms: Sequence[Terms]) -> Iterator[AnalysisFinding]:
    for each in terms:
        for row, column, named in _named(subject, each):
            for word in sorted(named - each.known):
                yield _finding(subject, each, row, column, word)


def _named(subject: Subject, terms: Terms) -> Iterator[tuple[int, str, frozenset[str]]]:
    source = subject.table.source
    for clause, column in zip(source.inputs, subject.table.columns, strict=True):
        if clause.expression in terms.columns:
            for row, cell in enumerate(column.cells):
                yield row, column.title, _texts_of(cell)
    for place, output in enumerate(source.outputs):
        if output.name in terms.columns:
            for row, cells in enumerate(subject.outputs):
                yield row, output.title, cells[place].texts


def _texts_of(cell: CellTests) -> frozenset[str]:
    spans = (span for test in cell.syntax.tests for span in spans_of(test) or ())
    return frozenset(span.low for span in spans if span.is_point and isinstance(span.low, str))


def _finding(subject: Subject, terms: Terms, row: int, column: str, word: str) -> AnalysisFinding:
    close = get_close_matches(word, sorted(terms.known), n=1)
    remedy = f"; did you mean {close[0]!r}?" if close else ""
    kind = terms.kind.replace("_", " ")
    return AnalysisFinding(
        severity=Severity.ERROR,
        code=Code.UNKNOWN_TERM,
        decision=subject.table.decision,
        message=f"{capital(subject.row(row))}, {column!r}: {word!r} is no {kind} that is known{remedy or '.'}",
        rows=subject.ids((row,)),
        cells=(Cell(row=subject.table.ids[row], column=column),),
        values=(word, *close),
        term=terms.kind,
    )
