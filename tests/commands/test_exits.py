"""The one way out: what a command prints where, and the status it ends with."""

import os
from pathlib import Path

import pytest

from tests.commands.running import Terminal


def test_of_fifty_short_commands_in_a_row_none_dies(terminal: Terminal) -> None:
    commands = [
        ("case", "list"),
        ("audit", "verify"),
        ("order", "list", "--json"),
        ("task", "list"),
        ("case", "--help"),
    ]
    assert [terminal.run(*commands[number % 5]).status for number in range(50)] == [0] * 50


@pytest.mark.parametrize("command", [("worker", "--role", "flows"), ("worker", "--role", "bots")])
def test_a_worker_without_its_server_says_so_and_ends_in_order(terminal: Terminal, command: tuple[str, ...]) -> None:
    ended = terminal.run(*command, TEMPORAL_ADDRESS="127.0.0.1:9")
    assert (ended.status, ended.out) == (2, "")
    assert "TEMPORAL_ADDRESS" in ended.err and "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("TALLYWRIGHT_CONSOLE_PORT", "abc", "valid integer"),
        ("TALLYWRIGHT_CONSOLE_PORT", "70000", "less than or equal to 65535"),
        ("TALLYWRIGHT_CLOCK_SPEED", "5", "needs TALLYWRIGHT_CLOCK_START"),
        ("TALLYWRIGHT_CLOCK_SPEED", "0", "greater than 0"),
        ("TALLYWRIGHT_CLOCK_EPOCH", "2026-11-20T00:00:00Z", "set together"),
        ("TALLYWRIGHT_CLOCK_START", "2026-11-20T00:00:00", "timezone"),
        ("TALLYWRIGHT_TENANT", "../other", "match pattern"),
        ("TALLYWRIGHT_BANK_URL", "bank", "is not a web address such as https://portal.example"),
        ("TALLYWRIGHT_SETTLE_SECONDS", "-1", "greater than or equal to 1"),
    ],
)
def test_a_bad_setting_is_named_with_its_value_and_the_remedy(
    terminal: Terminal, setting: str, value: str, remedy: str
) -> None:
    ended = terminal.run("case", "list", "--json", **{setting: value})
    assert (ended.status, ended.out) == (2, "")
    for word in (setting, remedy, "docs/reference/settings.md"):
        assert word in ended.err
    assert value in ended.err or setting == "TALLYWRIGHT_CLOCK_EPOCH"
    assert "Traceback" not in ended.err and "pydantic" not in ended.err


def test_all_bad_settings_are_said_at_once(terminal: Terminal) -> None:
    ended = terminal.run("case", "list", TALLYWRIGHT_CONSOLE_PORT="abc", TALLYWRIGHT_SESSION_HOURS="never")
    assert "TALLYWRIGHT_CONSOLE_PORT" in ended.err and "TALLYWRIGHT_SESSION_HOURS" in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("case", "list", "--jsn"), "No such option: --jsn"),
        (("caes", "list"), "No such command 'caes'"),
        (("case", "show"), "Missing argument 'case'"),
        (("worker", "--role", "boss"), "'boss' is not one of 'flows', 'bots', 'all'"),
        (("documents", "read", "/nowhere/x.xml"), "does not exist"),
        (("approval", "decide", "AP-1", "maybe", "--login", "x"), "is not one of 'approve', 'reject'"),
        (("case", "show", "PR-2026-9999"), "There is no case 'PR-2026-9999'."),
    ],
)
def test_bad_input_is_answered_in_words_on_standard_error_with_status_2(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    ended = terminal.run(*words)
    assert (ended.status, ended.out) == (2, "")
    assert said in " ".join(ended.err.split()), ended.err
    assert "Traceback" not in ended.err


def test_text_in_brackets_is_shown_as_it_stands(terminal: Terminal) -> None:
    assert "'[bold]x[/]'" in terminal.run("case", "show", "[bold]x[/]").err


def test_an_error_that_nobody_expected_is_shown_whole_with_status_3(terminal: Terminal, home: Path) -> None:
    (home / "tallywright.db").write_bytes(b"this is no database, however long one makes it" * 100)
    ended = terminal.run("case", "list", "--json", TALLYWRIGHT_DATABASE_URL="")
    assert (ended.status, ended.out) == (3, "")
    assert "Traceback" in ended.err and "file is not a database" in ended.err


def test_a_home_that_cannot_be_made_is_named(terminal: Terminal, home: Path) -> None:
    (home.parent / "file").write_text("")
    ended = terminal.run("case", "list", TALLYWRIGHT_HOME=str(home.parent / "file" / "home"))
    assert ended.status == 2
    assert "file/home: Not a directory" in ended.err and "Traceback" not in ended.err


def test_a_fresh_home_is_opened_by_the_first_command_and_its_keys_are_private(
    terminal: Terminal, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh"
    assert (
        terminal.run("case", "list", TALLYWRIGHT_HOME=str(fresh), TALLYWRIGHT_DATABASE_URL="").out.strip()
        == "There are no cases yet."
    )
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (fresh, *(fresh / "keys").glob("*.key"))}
    assert modes == {"fresh": "0o700", "audit.key": "0o600", "vault.key": "0o600"}


def test_a_reader_that_goes_away_ends_a_command_quietly(terminal: Terminal) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = terminal.run_alone("case", "list", out=writing)
    os.close(writing)
    assert (ended.status, ended.err) == (1, "")
