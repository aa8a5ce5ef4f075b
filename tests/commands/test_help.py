from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from cli import app

_ANSWER_NOTHING = ("up", "worker", "console", "sandbox")
"""What runs until it is stopped, and what sets up a sandbox for it."""


def commands(command: object = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every command and group with its words."""
    command = command or typer.main.get_command(app)
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


EVERY = dict(commands())
LEAVES = {path: command for path, command in EVERY.items() if not hasattr(command, "commands")}


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_every_command_says_what_it_does_and_what_each_option_is_for(path: tuple[str, ...]) -> None:
    ended = CliRunner().invoke(app, [*path, "--help"])
    assert ended.exit_code == 0
    assert "Usage:" in ended.stdout
    for parameter in EVERY[path].params:  # type: ignore[attr-defined]
        assert getattr(parameter, "help", ""), f"{' '.join(path)}: {parameter.name} is not explained"


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_that_answers_can_answer_a_machine(path: tuple[str, ...]) -> None:
    options = {name for parameter in LEAVES[path].params for name in parameter.opts}  # type: ignore[attr-defined]
    assert "--json" in options or path[0] in _ANSWER_NOTHING


def test_without_a_command_the_help_is_shown() -> None:
    assert "Usage:" in CliRunner().invoke(app, []).stdout
