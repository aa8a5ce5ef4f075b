import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import activities
import bots
import store
from console.event_words import BOT_STEPS, SENTENCES, sentence_for
from models.approval import ApprovalSubject
from models.payment import AttemptState
from store.invoices import LIVE_STATES, OVER_STATES
from store.sales_invoices import STATES

_VARIABLE: dict[str, list[str]] = {
    "attempt.": [str(state) for state in AttemptState if not state.is_open],
    "invoice.": sorted({*LIVE_STATES, *OVER_STATES}),
    "order.": ["sent", "completed"],
    "sales_order.": ["confirmed", "rejected", "completed"],
    "sales_invoice.": list(STATES),
    "notification.": ["sent", "failed"],
    "approval.": ["approved", "rejected", "sent_back"],
    "": [f"{subject}.{outcome}" for subject in ApprovalSubject for outcome in ("approved", "rejected", "sent_back")],
}
"""What can follow the constant part of an action that is put together."""


def _sources(package: Path) -> Iterator[ast.AST]:
    for file in sorted(package.rglob("*.py")):
        yield from ast.walk(ast.parse(file.read_text()))


def _first_arguments(package: str, method: str) -> Iterator[ast.expr]:
    for node in _sources(Path(package).parent):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr == method and node.args:
            yield node.args[0]


def _constants(node: ast.AST) -> list[str]:
    return [each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _recorded_actions() -> set[str]:
    found: set[str] = set()
    for package in (store.__file__, activities.__file__):
        for argument in _first_arguments(str(package), "record"):
            if isinstance(argument, ast.JoinedStr):
                first = argument.values[0]
                start = str(first.value) if isinstance(first, ast.Constant) else ""
                found |= {f"{start}{end}" for end in _VARIABLE[start]}
            elif isinstance(argument, ast.Constant | ast.IfExp):
                found |= {text for text in _constants(argument) if "." in text}
    return found


@pytest.mark.behaviour("C1")
def test_every_action_that_can_be_recorded_has_its_sentence() -> None:
    actions = _recorded_actions()
    assert len(actions) > 40
    assert not actions - SENTENCES.keys()


def test_every_step_a_bot_records_has_its_words() -> None:
    steps = {
        text
        for argument in _first_arguments(str(bots.__file__), "record")
        if isinstance(argument, ast.Constant | ast.IfExp)
        for text in _constants(argument)
    }
    assert steps
    assert not steps - BOT_STEPS.keys()


def test_an_unknown_action_is_still_readable() -> None:
    assert sentence_for("robot.painted_100%_blue", "robot") % {} == "Robot: painted 100% blue."
