"""`make reference`: writes docs/reference from the code, so that it cannot say anything else."""

import ast
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer

from cli import app
from console.event_words import DECISIONS, SENTENCES
from rules.definitions import Decision, DecisionTable
from rules.dmn import read_definitions
from rules.shipped import shipped_tables
from settings import Settings

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
_MADE = "<!-- Made from the code by `make reference`; change it there. -->\n"
_ACTING = ("store", "activities", "console", "commands", "sandbox")
"""Packages that record audit entries."""


def pages() -> dict[str, str]:
    """The text of each page by its file name."""
    makers: dict[str, Callable[[], Iterator[str]]] = {
        "settings.md": settings_page,
        "commands.md": commands_page,
        "audit-events.md": audit_events_page,
        "rule-tables.md": rule_tables_page,
    }
    return {name: "\n".join([_MADE, *make(), ""]) for name, make in makers.items()}


def settings_page() -> Iterator[str]:
    yield "# Settings\n"
    yield "Environment variables, read once when a process starts. Temporal's own (`TEMPORAL_ADDRESS`,"
    yield "`TEMPORAL_NAMESPACE`, TLS) are read by its client; commands also know `TALLYWRIGHT_LOGIN` and"
    yield "`TALLYWRIGHT_PASSWORD`, with which they sign in.\n"
    yield from _table("Variable", "Default", "Meaning")
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else str(field.default)
        variable = f"{Settings.model_config['env_prefix']}{name}".upper()
        yield _row(f"`{variable}`", f"`{default}`" if default.strip("*") else "", field.description or "")


def commands_page() -> Iterator[str]:
    yield "# Commands\n"
    yield "`tallywright COMMAND --help` shows the same. Exit status: 0 done, 1 not as wanted, 2 bad input, 3 an error"
    yield "that nobody expected. Commands that change anything sign in as a person: `--login`, and the password from"
    yield "the terminal or `TALLYWRIGHT_PASSWORD`.\n"
    for words, command in _commands(typer.main.get_command(app), ("tallywright",)):
        yield f"## {' '.join(words)}\n"
        yield f"{command.help}\n"
        if command.params:
            yield from _table("Argument or option", "Default", "Meaning")
            yield from (_parameter(each) for each in command.params)
            yield ""


def audit_events_page() -> Iterator[str]:
    yield "# Audit events\n"
    yield "Every action that an audit entry can name, and its sentence in the time line of a case. `%(name)s` stands"
    yield "for a fact of the entry.\n"
    yield from _table("Action", "Sentence", "Recorded in")
    places = recorded_actions()
    for action, sentence in sorted(SENTENCES.items()):
        decision = f" By a person: {DECISIONS[action]}" if action in DECISIONS else ""
        yield _row(f"`{action}`", f"{sentence}{decision}", ", ".join(sorted(_places(places, action))))


def rule_tables_page() -> Iterator[str]:
    yield "# Rule tables\n"
    yield "The policy that is shipped. Each table is taken in once as its first version; from then on only the versions"
    yield "in the database decide. A hit policy of UNIQUE means that exactly one row may match.\n"
    for name, xml in shipped_tables().items():
        for decision in read_definitions(xml).decisions:
            yield f"## {name}\n"
            yield f"{decision.description}\n"
            if decision.table is not None:
                yield from _rules(decision, decision.table)


def recorded_actions() -> dict[str, set[str]]:
    """Every action that the code records, with the files that do; what a place leaves open stands as `*`."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in sorted(path for package in _ACTING for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record" and node.args:
                for action in _actions(node.args[0]):
                    found[action].add(file.relative_to(ROOT).as_posix())
    return dict(found)


def matches(pattern: str, action: str) -> bool:
    """Whether `action` is what a place records as `pattern`."""
    start, star, end = pattern.partition("*")
    return action == pattern if not star else action.startswith(start) and action.endswith(end.rpartition("*")[2])


def _actions(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (action for branch in (node.body, node.orelse) for action in _actions(branch))
    elif isinstance(node, ast.JoinedStr):
        parts = (str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
        pattern = "".join(parts)
        if "." in pattern:
            yield pattern


def _places(recorded: dict[str, set[str]], action: str) -> set[str]:
    return {place for pattern, places in recorded.items() if matches(pattern, action) for place in places}


def _commands(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words, command
        return
    for name, each in inner.items():
        yield from _commands(each, (*words, name))


def _parameter(parameter: Any) -> str:
    is_argument = not any(name.startswith("-") for name in parameter.opts)
    names = parameter.name.upper() if is_argument else ", ".join(parameter.opts)
    needed = "needed" if parameter.required else ""
    default = parameter.default
    shown = f"`{getattr(default, 'value', default)}`" if default not in (None, "", False, ()) else ""
    return _row(f"`{names}`", needed or shown, parameter.help or "")


def _rules(decision: Decision, table: DecisionTable) -> Iterator[str]:
    yield f"Hit policy {table.hit_policy}. Inputs: {_columns(table.inputs)}. Results: {_columns(table.outputs)}.\n"
    notes = table.annotations or ("",)
    yield from _table("Row", *(each.title for each in table.inputs), *(each.title for each in table.outputs), *notes)
    for rule in table.rules:
        cells = (f"`{cell}`" if cell else "" for cell in (*rule.inputs, *rule.outputs))
        yield _row(rule.id, *cells, *(rule.annotations or ("",) * len(notes)))
    yield ""


def _columns(columns: tuple[Any, ...]) -> str:
    return ", ".join(f"{each.title} (`{getattr(each, 'expression', '') or each.name}`)" for each in columns)


def _table(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield _row(*("---" for _ in titles))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;').replace(chr(10), ' ') for cell in cells)} |"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")


if __name__ == "__main__":
    main()
