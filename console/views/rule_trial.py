"""Trying a decision table: what it asks, what somebody entered, and what it says to that."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData

from console.entered import number
from console.language import Language
from models.base import Model
from models.errors import BusinessError, Finding
from rules.definitions import Definitions
from rules.engine import CompiledDecision, compile_decision, decision_named
from rules.feel.functions import plain_text
from rules.inputs import ExpectedInput
from rules.kept_inputs import restored
from rules.speech import SPEECHES, Speech
from store.rule_cases import PastAnswer

_PREFIX = "given-"
_TRUTHS = {"true": True, "false": False}


class QuestionView(Model):
    """`choices` are value and word; none where anything of the kind may be entered."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    is_truth: bool
    is_number: bool
    entered: str
    problem: str = ""


class PastView(Model):
    key: str
    case: str
    subject: str
    decided_at: datetime
    amount: Decimal | None


class AnswerView(Model):
    """`outcome` is the result by the heading of its column; none where no row applied."""

    outcome: tuple[tuple[str, str], ...]
    rows: tuple[str, ...]
    reasons: tuple[str, ...]
    problem: str = ""


class TrialView(Model):
    chosen: str
    """Key of the decision of the past that was chosen; empty where none was."""
    questions: tuple[QuestionView, ...]
    past: tuple[PastView, ...]
    answer: AnswerView | None = None
    in_force: AnswerView | None = None
    """What the version in force says to the same, where another one is tried."""

    @property
    def differs(self) -> bool:
        if self.answer is None or self.in_force is None:
            return False
        return (self.answer.outcome, self.answer.problem) != (self.in_force.outcome, self.in_force.problem)


def field_of(question: str) -> str:
    return f"{_PREFIX}{question}"


def trial_view(
    candidate: Definitions,
    live: Definitions | None,
    table: str,
    past: Iterable[PastAnswer],
    language: Language,
    form: FormData | None = None,
    chosen: PastAnswer | None = None,
) -> TrialView:
    """The form, filled from `form` or the `chosen` decision; with an answer where one of them is given.

    A candidate that cannot be run gives an answer that says so.
    """
    shown = tuple(_past(each) for each in past)
    key = _past(chosen).key if chosen else ""
    try:
        decision = compile_decision(candidate, table)
    except BusinessError:
        # What is wrong stands at the cells of the grid already.
        return TrialView(chosen=key, questions=(), past=shown)
    given = _given(decision, None if chosen else form, chosen)
    speech = SPEECHES[language.code]
    answer, findings = _answer(decision, candidate, table, given, speech) if form or chosen else (None, ())
    problems = {finding.field: finding.problem for finding in findings}
    return TrialView(
        chosen=key,
        questions=tuple(_question(each, given.get(each.name), problems, speech) for each in decision.inputs),
        past=shown,
        answer=answer,
        in_force=_answer(compile_decision(live, table), live, table, given, speech)[0] if live and answer else None,
    )


def _given(decision: CompiledDecision, form: FormData | None, chosen: PastAnswer | None) -> dict[str, Any]:
    if chosen is not None:
        return restored(decision.variables, chosen.answer.inputs)
    if form is None:
        return {}
    return entered(decision, form)


def entered(decision: CompiledDecision, form: FormData) -> dict[str, Any]:
    """What somebody entered for the inputs of the decision; a field that was left blank is not given."""
    texts = {each: str(form.get(field_of(each.name), "")).strip() for each in decision.inputs}
    return {each.name: _typed(each, text) for each, text in texts.items() if text}


def _typed(expected: ExpectedInput, text: str) -> Any:
    if expected.type == "boolean":
        return _TRUTHS.get(text, text)
    return number(text) if expected.type == "number" else text


def _question(expected: ExpectedInput, given: Any, problems: Mapping[str, str], speech: Speech) -> QuestionView:
    return QuestionView(
        name=expected.name,
        label=speech.heading(expected.label),
        choices=tuple((str(each), said_value(each, speech)) for each in expected.allowed_values),
        is_truth=expected.type == "boolean",
        is_number=expected.type == "number",
        entered=str(plain_text(given)) if given is not None and not isinstance(given, list | dict) else "",
        problem=problems.get(expected.name, ""),
    )


def _answer(
    decision: CompiledDecision, definitions: Definitions, table: str, given: Mapping[str, Any], speech: Speech
) -> tuple[AnswerView, tuple[Finding, ...]]:
    try:
        said = decision.evaluate(given)
    except BusinessError as refusal:
        return AnswerView(outcome=(), rows=(), reasons=(), problem=refusal.message), refusal.findings
    outcome = _outcome(definitions, table, said.result, speech)
    return AnswerView(outcome=outcome, rows=said.matched, reasons=said.reasons), ()


def _outcome(definitions: Definitions, table: str, result: Any, speech: Speech) -> tuple[tuple[str, str], ...]:
    source = decision_named(definitions, table).table
    if result is None or source is None:
        return ()
    results = result if isinstance(result, dict) else {column.name: result for column in source.outputs[:1]}
    return tuple(
        (speech.heading(column.title), said_value(results.get(column.name), speech)) for column in source.outputs
    )


def headings(definitions: Definitions, table: str, speech: Speech) -> dict[str, str]:
    """What the columns of the table are called, by the field or the result that they are about."""
    source = decision_named(definitions, table).table
    if source is None:
        return {}
    titles = {column.expression: column.title for column in source.inputs}
    titles |= {column.name: column.title for column in source.outputs}
    return {name: speech.heading(title) for name, title in titles.items()}


def said_value(value: Any, speech: Speech, names: Mapping[str, str] | None = None) -> str:
    """A result or inputs as a person reads them, with `names` for their members."""
    match value:
        case None:
            return "-"
        case bool():
            return speech.yes if value else speech.no
        case list():
            return ", ".join(said_value(each, speech) for each in value) or speech.nothing
        case dict():
            called = names or {}
            members = ((called.get(name) or speech.value(name), each) for name, each in value.items())
            return "; ".join(f"{name}: {said_value(each, speech)}" for name, each in members)
        case str():
            return speech.value(value)
    return str(plain_text(value))


def _past(past: PastAnswer) -> PastView:
    amount = past.answer.inputs.get("amount")
    kept = Decimal(amount) if isinstance(amount, str | Decimal) else None
    return PastView(
        key=f"{past.subject_id} {past.digest}",
        case=past.case or past.subject_id,
        subject=past.subject_id,
        decided_at=past.decided_at,
        amount=kept,
    )
