"""A row of a table as one sentence that an approver reads: why it came to them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from rules.definitions import Rule
from rules.feel.functions import plain_text
from rules.unary_tests import CellTests, Span


def sentence(titles: Iterable[str], cells: Iterable[CellTests], rule: Rule) -> str:
    """The row's annotations, or its description where it has none, and in brackets its conditions in words."""
    clauses = [_clause(title, cell) for title, cell in zip(titles, cells, strict=True) if not cell.accepts_all]
    conditions = joined(clauses, "and") or "in every case"
    notes = [note for note in rule.annotations if note.strip()] or [rule.description]
    explanation = " ".join(" ".join(note.split()) for note in notes).rstrip(".")
    text = f"{explanation} ({conditions})" if explanation else conditions
    return f"{capital(text)}."


def capital(text: str) -> str:
    """With a large first letter, the others as they are."""
    return f"{text[0].upper()}{text[1:]}"


def _clause(title: str, cell: CellTests) -> str:
    if cell.spans is None:
        return f"{_lowered(title)} meets {cell.text}"
    return condition(title, cell.spans, negated=cell.negated)


def condition(title: str, spans: Sequence[Span], *, negated: bool = False) -> str:
    """`net total is above 50 and below 5,000`: what a column says, in words."""
    title = _lowered(title)
    if len(spans) == 1 and isinstance(spans[0].low, bool):
        return title if spans[0].low is not negated else f"not {title}"
    alternatives = joined([_span(span) for span in spans], "or")
    return f"{title} is {'not ' if negated else ''}{alternatives}"


def _lowered(title: str) -> str:
    return title if title[:2].isupper() else f"{title[:1].lower()}{title[1:]}"


def joined(parts: Sequence[str], word: str) -> str:
    """`a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def _span(span: Span) -> str:
    if span.is_point:
        return _value(span.low)
    if span.high is None:
        return f"{'at least' if span.low_included else 'above'} {_value(span.low)}"
    if span.low is None:
        return f"{'at most' if span.high_included else 'below'} {_value(span.high)}"
    if span.low_included:
        return f"from {_value(span.low)} to {'' if span.high_included else 'below '}{_value(span.high)}"
    return f"above {_value(span.low)} and {'at most' if span.high_included else 'below'} {_value(span.high)}"


def _value(value: Any) -> str:
    return f"{value:,f}" if isinstance(value, Decimal) else str(plain_text(value))
