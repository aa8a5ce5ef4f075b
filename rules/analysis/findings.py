"""What an analysis of a decision table found, as a sentence and in parts that can be worded in another language."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from pydantic import Field

from models.base import Model


class Severity(StrEnum):
    """An error keeps a table from being published; a warning has to be read; a note is for information."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    GAP = "rules.gap"
    OVERLAP = "rules.overlap"
    DEAD_ROW = "rules.dead_row"
    MASKED_ROW = "rules.masked_row"
    REDUNDANT_ROW = "rules.redundant_row"
    UNREACHABLE_OUTPUT = "rules.unreachable_output"
    UNKNOWN_TERM = "rules.unknown_term"
    NOT_ANALYSED = "rules.not_analysed"
    BUDGET = "rules.analysis_budget"
    MORE = "rules.more_findings"


class Cell(Model):
    """`row` is empty where the whole column is meant, `column` (its title) where the whole row is."""

    row: str = ""
    column: str = ""


class Interval(Model):
    """An end that is None is open to infinity; a single value has both ends alike and included."""

    low: Any = None
    high: Any = None
    low_included: bool = False
    high_included: bool = False


class Condition(Model):
    """One column's part of a combination of inputs: any of `intervals`, or none of them where `negated`.

    `or_null` adds null to them. Without intervals null alone is meant, or where `negated` everything but null.
    """

    column: str
    expression: str
    kind: str
    intervals: tuple[Interval, ...] = ()
    negated: bool = False
    or_null: bool = False


class AnalysisFinding(Model):
    """`code` is one of Code, or that of a check of a single cell (see `rules.checks`)."""

    severity: Severity
    code: str
    decision: str
    message: str
    """A plain English sentence."""
    rows: tuple[str, ...] = ()
    """Ids of rows; the row that is wrong comes first, those that make it so after it."""
    cells: tuple[Cell, ...] = ()
    conditions: tuple[Condition, ...] = ()
    """The combination of inputs that is spoken of, by column; columns that do not matter are left out."""
    example: dict[str, Any] = Field(default_factory=dict)
    """One such combination: a value by input, or by the text of a column's expression where it is computed."""
    values: tuple[Any, ...] = ()
    """What is spoken of otherwise: an output, a term, a count."""
    term: str = ""
    """What kind of term is unknown: `role`, `cost_centre`, `category`."""
    doubts: tuple[str, ...] = ()
    """Why it is not certain, in English; never with an error."""


def blocking(findings: Iterable[AnalysisFinding]) -> tuple[AnalysisFinding, ...]:
    """Those that have to be mended before the table may be published."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)
