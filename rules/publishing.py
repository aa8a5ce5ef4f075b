"""What keeps the content of a draft from being published, whoever asks."""

from collections.abc import Iterable, Iterator, Sequence

from models.errors import BusinessError, Finding
from rules.analysis.analyse import analyse
from rules.analysis.findings import AnalysisFinding, blocking
from rules.analysis.terms import Terms
from rules.definitions import Definitions, OutputClause
from rules.dmn import read_definitions
from rules.engine import CompiledDecision, compile_decision, decision_named
from rules.golden import GoldenCase, GoldenResult, run_golden_cases
from rules.kept_inputs import without_type


def content_findings(
    xml: bytes, base: bytes, table: str, cases: Iterable[GoldenCase], terms: Sequence[Terms]
) -> tuple[Finding, ...]:
    """Everything that has to be mended in a draft's file `xml` and its golden cases; none where it may be published.

    Cells that cannot be read or run and whatever else the analysis holds for an error, with `terms` for the words of
    the company; inputs whose decisions could not be run again; inputs that nobody gives and results that are missing
    against `base` (the version it is to follow); golden cases that fail. Nothing is raised.
    """
    try:
        definitions = read_definitions(xml)
        decision = compile_decision(definitions, table)
    except BusinessError as error:
        return error.findings or (Finding(field=table, problem=error.message, code=error.code),)
    return (
        *(_finding(each) for each in blocking(analyse(definitions, terms))),
        *without_type(decision.variables),
        *_interface(definitions, read_definitions(base), decision, table),
        *(_failed(result) for result in run_golden_cases(decision, cases) if not result.has_passed),
    )


def _finding(found: AnalysisFinding) -> Finding:
    """The message names the row and the column itself."""
    return Finding(field="", problem=found.message, code=found.code)


def _interface(
    definitions: Definitions, base: Definitions, decision: CompiledDecision, table: str
) -> Iterator[Finding]:
    given = {data.name for data in base.inputs}
    for variable in decision.variables:
        if variable.name not in given:
            problem = f"is an input that no decision is given; known are {', '.join(sorted(given))}"
            yield Finding(field=variable.name, problem=problem, code="rules.unknown_input")
    results = {column.name for column in _outputs(definitions, table)}
    for column in _outputs(base, table):
        if column.name not in results:
            problem = "is a result that the cases need and that is missing; keep the column and its name"
            yield Finding(field=column.name or "result", problem=problem, code="rules.missing_result")


def _outputs(definitions: Definitions, table: str) -> tuple[OutputClause, ...]:
    decision = decision_named(definitions, table)
    return decision.table.outputs if decision.table else ()


def _failed(result: GoldenResult) -> Finding:
    why = result.problem or f"gives {result.actual!r} instead of {result.case.expected!r}"
    return Finding(field=f"golden case {result.case.name!r}", problem=why, code="rules.golden_case_failed")
