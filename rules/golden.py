"""Golden cases: examples by a table's owner, each with the answer that the table has to give; kept beside the table."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field, ValidationError

from models.base import Model
from models.errors import BusinessError, Finding
from models.exact_json import read_exactly, write_exactly
from rules.engine import CompiledDecision
from rules.portable import same_value

MAX_BYTES = 1_000_000
_FIELDS = frozenset({"name", "input", "expected"})


class GoldenCase(Model):
    """`input` and `expected` are JSON values with numbers as Decimal; `expected` is None where no row may match."""

    name: str = Field(min_length=1, max_length=200)
    input: dict[str, Any]
    expected: Any


class GoldenResult(Model):
    """`actual` is what the table said; `problem` is set where it could not answer."""

    case: GoldenCase
    actual: Any
    matched: tuple[str, ...]
    problem: str = ""

    @property
    def has_passed(self) -> bool:
        return not self.problem and same_value(self.actual, self.case.expected)


def read_golden_cases(text: str | bytes) -> tuple[GoldenCase, ...]:
    """The cases of a file `[{"name": ..., "input": {...}, "expected": ...}, ...]`, their numbers exact.

    Raises BusinessError `rules.bad_golden_cases` with a finding for every case that cannot be used.
    """
    documents = _documents(text)
    cases: list[GoldenCase] = []
    findings: list[Finding] = []
    for place, document in enumerate(documents, 1):
        try:
            cases.append(_case(document))
        except ValueError as error:
            findings.append(Finding(field=f"case {place}", problem=str(error), code="rules.bad_golden_cases"))
    names = [case.name for case in cases]
    findings += [
        Finding(field=name, problem="names more than one case; each needs its own name", code="rules.bad_golden_cases")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if findings:
        raise BusinessError("rules.bad_golden_cases", "These golden cases cannot be used.", tuple(findings))
    return tuple(cases)


def write_golden_cases(cases: Iterable[GoldenCase]) -> str:
    """The text that `read_golden_cases` reads back, a case per line."""
    members = ({"name": case.name, "input": case.input, "expected": case.expected} for case in cases)
    lines = ",\n".join(f"  {write_exactly(member)}" for member in members)
    return f"[\n{lines}\n]\n"


def run_golden_cases(decision: CompiledDecision, cases: Iterable[GoldenCase]) -> tuple[GoldenResult, ...]:
    """What `decision` says to each case, in their order. Nothing is raised."""
    return tuple(_run(decision, case) for case in cases)


def _documents(text: str | bytes) -> list[Any]:
    if len(text) > MAX_BYTES:
        raise _unreadable(f"has {len(text):,} bytes; at most {MAX_BYTES:,} are accepted")
    try:
        documents = read_exactly(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(f"is not JSON: {error}") from error
    if not isinstance(documents, list):
        raise _unreadable('is no JSON array; [{"name": ..., "input": {...}, "expected": ...}] is expected')
    return documents


def _unreadable(problem: str) -> BusinessError:
    finding = Finding(field="golden cases", problem=problem, code="rules.bad_golden_cases")
    return BusinessError("rules.bad_golden_cases", "These golden cases cannot be used.", (finding,))


def _case(document: Any) -> GoldenCase:
    if not isinstance(document, dict) or document.keys() != _FIELDS:
        raise ValueError("needs exactly a name, an input and what is expected (null where no row may match)")
    try:
        return GoldenCase.model_validate(document)
    except ValidationError as error:
        details = "; ".join(f"{each['loc'][0]}: {each['msg']}" for each in error.errors(include_url=False))
        raise ValueError(details) from error


def _run(decision: CompiledDecision, case: GoldenCase) -> GoldenResult:
    try:
        answer = decision.evaluate(case.input)
    except BusinessError as error:
        return GoldenResult(case=case, actual=None, matched=(), problem=str(error))
    return GoldenResult(case=case, actual=answer.result, matched=answer.matched)
