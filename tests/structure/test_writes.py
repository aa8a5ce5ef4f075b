"""State changes in one place: `UnitOfWork.execute`, which demands the audit entry with the change."""

import ast
from collections.abc import Iterator

import pytest

from tests.structure.source import Source, product

pytestmark = pytest.mark.behaviour("E1")
_CHANGING = {"insert", "update", "delete"}
_APART = {
    ("store/log.py", "append"): "the audit log itself",
    ("store/log.py", "_lock_head"): "the audit log itself",
    ("store/outbox.py", "mark_delivered"): "delivery is plumbing",
    ("store/passkeys.py", "_keep_challenge"): "a question that nobody has answered is plumbing",
    ("store/schedule_watch.py", "watch"): "that somebody looked for late runs is plumbing",
}
_SQL_WORDS = ("INSERT INTO", "UPDATE ", "DELETE FROM", "DROP ", "ALTER TABLE", "CREATE TABLE")
_WITHOUT_CODE = ("store/migrations/",)
_CONNECTIONS = {"writer"}


def functions() -> Iterator[tuple[Source, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for source in product():
        if source.package in ("store", "reports") and not source.name.startswith(_WITHOUT_CODE):
            yield from ((source, function) for function in source.functions())


def changes(node: ast.AST) -> Iterator[ast.Call]:
    """Calls that make a statement which changes rows."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            on_a_table = isinstance(call.func, ast.Name) or not call.args
            if name in _CHANGING and on_a_table:
                yield call


def executions(function: ast.AST) -> Iterator[ast.Call]:
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "execute":
            yield call


def through_the_unit_of_work(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == "work"
    )


def test_every_statement_that_changes_rows_goes_through_the_unit_of_work() -> None:
    found = []
    for source, function in functions():
        if (source.name, function.name) in _APART:
            continue
        made = {id(call) for call in changes(function)}
        executed = {id(call) for run in executions(function) if through_the_unit_of_work(run) for call in changes(run)}
        returned = {id(call) for node in ast.walk(function) if isinstance(node, ast.Return) for call in changes(node)}
        if made - executed - returned:
            found.append(f"{source.name}: {function.name}")
    assert found == []


def test_a_plain_connection_is_only_asked() -> None:
    """What a function gives to `connection.execute` is a select, there or under the name it was given before."""
    found = []
    for source, function in functions():
        if (source.name, function.name) in _APART or source.name == "store/unit_of_work.py":
            continue
        names = {
            target.id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for run in executions(function):
            if through_the_unit_of_work(run) or not run.args:
                continue
            statement = run.args[0]
            statement = names.get(statement.id, statement) if isinstance(statement, ast.Name) else statement
            if any(changes(statement)):
                found.append(f"{source.name}:{run.lineno}")
    assert found == []


def test_the_writing_engine_is_opened_by_the_store_alone() -> None:
    openers = {
        source.name
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in _CONNECTIONS
        and isinstance(node.value, ast.Attribute | ast.Name)
        if getattr(node.value, "attr", getattr(node.value, "id", "")) == "engines"
    }
    turns = "store/portal_turns.py"  # who has a portal's login: plumbing, as delivery is
    looked = "store/schedule_watch.py"  # when late runs were last looked for
    assert openers <= {"store/unit_of_work.py", "store/outbox.py", "store/migrate.py", turns, looked}


def test_no_statement_that_changes_rows_is_written_as_text() -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in product()
        if source.package != "sandbox" and not source.name.startswith(_WITHOUT_CODE)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(_SQL_WORDS)
    ]
    assert found == []
