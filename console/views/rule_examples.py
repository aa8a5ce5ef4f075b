"""The golden cases of a draft, which its pages call examples, and what the draft says to each."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from console.error_words import in_words
from console.language import Language
from console.views.rule_trial import headings, said_value
from models.base import Model
from models.errors import BusinessError
from rules.definitions import Definitions
from rules.engine import compile_decision
from rules.golden import GoldenCase, GoldenResult, run_golden_cases
from rules.speech import SPEECHES


class ExampleView(Model):
    name: str
    given: str
    expected: str
    actual: str
    is_right: bool


def example_views(
    language: Language, definitions: Definitions, table: str, cases: Sequence[GoldenCase]
) -> tuple[ExampleView, ...]:
    """In their order; none is right while the table cannot be run."""
    try:
        results = run_golden_cases(compile_decision(definitions, table), cases)
    except BusinessError:
        # What is wrong stands at the cells of the grid.
        results = tuple(GoldenResult(case=case, actual=None, matched=(), problem="-") for case in cases)
    speech = SPEECHES[language.code]
    said = partial(said_value, speech=speech, names=headings(definitions, table, speech))
    return tuple(_view(result, said, language) for result in results)


def accepted(definitions: Definitions, table: str, cases: Sequence[GoldenCase], name: str) -> tuple[GoldenCase, ...]:
    """The cases, the one of that name with what the draft says now. Raises BusinessError of the engine."""
    decision = compile_decision(definitions, table)
    return tuple(
        case.model_copy(update={"expected": decision.evaluate(case.input).result}) if case.name == name else case
        for case in cases
    )


def with_example(
    definitions: Definitions, table: str, cases: Sequence[GoldenCase], name: str, given: dict[str, Any]
) -> tuple[GoldenCase, ...]:
    """The cases and a new one with what the draft says to `given`. Raises BusinessError of the engine."""
    if not name.strip() or any(case.name == name.strip() for case in cases):
        raise BusinessError("rule.no_name", "Give the example a name that no other one has.")
    said = compile_decision(definitions, table).evaluate(given)
    inputs = {key: value for key, value in given.items() if key in said.inputs}
    return (*cases, GoldenCase(name=name.strip()[:200], input=inputs, expected=said.result))


def _view(result: GoldenResult, said: Callable[[Any], str], language: Language) -> ExampleView:
    return ExampleView(
        name=result.case.name,
        given=said(result.case.input),
        expected=said(result.case.expected),
        actual=in_words(language, result.problem) if result.problem else said(result.actual),
        is_right=result.has_passed,
    )
