"""Everything that can be said of a DMN file before it decides anything."""

from collections.abc import Iterator, Sequence

from models.errors import Finding
from rules.analysis.findings import AnalysisFinding, Cell, Code, Severity
from rules.analysis.gaps import find_gaps
from rules.analysis.grid import Unknown
from rules.analysis.idle_rows import find_idle_rows
from rules.analysis.overlaps import find_overlaps
from rules.analysis.redundant_rows import find_redundant_rows
from rules.analysis.subject import Subject, subject_of
from rules.analysis.terms import ROLES, Terms, find_unknown_terms
from rules.analysis.values_given import find_unreachable_outputs
from rules.assembly import Assembly
from rules.checks import check_decision
from rules.compiled_table import CompiledTable
from rules.decision_compiler import DecisionCompiler
from rules.definitions import Decision, Definitions, KnowledgeModel, NamedLogic
from rules.inputs import Variable
from rules.reasons import joined

_ORDER = list(Severity)
_NAMED_TEXTS = 3


def analyse(definitions: Definitions, terms: Sequence[Terms] = (ROLES,)) -> tuple[AnalysisFinding, ...]:
    """The findings of every decision and business knowledge model of the file, errors first. Nothing is raised.

    What has cells that cannot be compiled, or needs such, has no other findings than those. `terms` are the words of
    the company that cells may use; `blocking` says which findings keep the table from being published. The parameters
    of a model are taken for inputs: what the decisions that ask it can give is not looked into.
    """
    logic: tuple[Decision | KnowledgeModel, ...] = (*definitions.decisions, *definitions.knowledge)
    found = [finding for each in logic for finding in _logic(definitions, each, terms)]
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.severity)))


def _logic(
    definitions: Definitions, logic: Decision | KnowledgeModel, terms: Sequence[Terms]
) -> Iterator[AnalysisFinding]:
    checked = check_decision(definitions, logic)
    assembly = Assembly(definitions)
    compiler = assembly.compiler_of(logic)
    yield from (_of_cell(compiler, finding) for finding in checked)
    if any(finding.code == "rules.malformed" for finding in checked):
        return
    variables = assembly.variables_of(logic)
    yield from (_of_cell(compiler, finding) for finding in assembly.findings)
    if assembly.findings:
        return
    for part in compiler.all_parts():
        if part.table is not None:
            yield from _table(part.table, part, variables, terms)


def _table(
    table: CompiledTable, compiler: DecisionCompiler, variables: Sequence[Variable], terms: Sequence[Terms]
) -> Iterator[AnalysisFinding]:
    subject = subject_of(table, variables, compiler)
    yield from find_unknown_terms(subject, terms)
    steps = sorted(compiler.names & compiler.steps)
    if steps:
        message = (
            f"tests or uses {joined(list(map(repr, steps)), 'and')}, made in the same context, so that gaps, overlaps "
            "and rows that never answer are not found; put the table into a business knowledge model to have them found"
        )
        yield subject.finding(Severity.WARNING, Code.NOT_ANALYSED, message)
        return
    idle = find_idle_rows(subject)
    yield from find_gaps(subject)
    yield from find_overlaps(subject)
    yield from idle.findings
    yield from find_redundant_rows(subject, idle.rows)
    yield from find_unreachable_outputs(subject, idle.rows)
    yield from _limits(subject)


def _of_cell(compiler: DecisionCompiler, finding: Finding) -> AnalysisFinding:
    parts = [part.decision for part in compiler.all_parts() if finding.field.startswith(f"{part.decision.name}.")]
    logic = max(parts, key=lambda part: len(part.name), default=compiler.decision)
    cells = _cells(logic, finding.field)
    return AnalysisFinding(
        severity=Severity.ERROR,
        code=finding.code,
        decision=logic.name,
        message=f"{finding.field}: {finding.problem}.",
        rows=tuple(cell.row for cell in cells if cell.row),
        cells=cells,
    )


def _cells(decision: NamedLogic, place: str) -> tuple[Cell, ...]:
    """The cell of which a check speaks as `decision.rules[row].column` or `decision.column`."""
    for rule in decision.table.rules if decision.table else ():
        prefix = f"{decision.name}.rules[{rule.id}]."
        if place.startswith(prefix):
            return (Cell(row=rule.id, column=place.removeprefix(prefix)),)
    prefix = f"{decision.name}."
    return (Cell(column=place.removeprefix(prefix)),) if place.startswith(prefix) else ()


def _limits(subject: Subject) -> Iterator[AnalysisFinding]:
    """What was not looked into, so that nobody takes silence for a yes."""
    for column in dict.fromkeys(unknown.column for unknown in subject.grid.unknown):
        yield _unknown(subject, column, [unknown for unknown in subject.grid.unknown if unknown.column == column])
    for title in subject.grid.untyped:
        message = f"{title!r} has no type; its values are taken to be of the kind that its cells name"
        yield subject.finding(Severity.WARNING, Code.NOT_ANALYSED, message, cells=(Cell(column=title),))


def _unknown(subject: Subject, column: str, found: Sequence[Unknown]) -> AnalysisFinding:
    """One finding for all cells of a column, and the column's own allowed values."""
    rows = [unknown.row for unknown in found if unknown.row is not None]
    texts = list(dict.fromkeys(unknown.text for unknown in found))
    named = joined(texts[:_NAMED_TEXTS] + (["others"] if len(texts) > _NAMED_TEXTS else []), "and")
    where = f"{column!r}, {subject.rows(rows)}" if rows else repr(column)
    message = (
        f"{where}: {named} cannot be compared with other cells beforehand, "
        "so that gaps and overlaps that depend on it are not found"
    )
    cells = [Cell(row=identity, column=column) for identity in subject.ids(rows)] or [Cell(column=column)]
    return subject.finding(Severity.WARNING, Code.NOT_ANALYSED, message, rows=rows, cells=cells)
