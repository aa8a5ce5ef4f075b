"""Schedules and calendars from a terminal, with the console's rights."""

import pytest

from tests.commands.running import Terminal
from tests.console.company import Company

pytestmark = pytest.mark.behaviour("S1")
_SET = ("schedule", "set", "bank-morning", "--title", "Statements", "--job", "statements", "--target", "LMT")


def keep(terminal: Terminal) -> None:
    assert terminal.run(*_SET, "--at", "07:00", login="sofia.brandt").status == 0


def test_a_schedule_is_set_listed_and_steered(terminal: Terminal, company: Company) -> None:
    assert terminal.run("schedule", "list").out.strip() == "Nothing runs by itself yet."
    keep(terminal)
    (listed,) = terminal.run("schedule", "list", "--json").document
    assert (listed["schedule"], listed["timing"]) == ("bank-morning", "every business day at 07:00 (Europe/Berlin)")
    for words in (
        ("pause", "bank-morning", "--reason", "Bank moves"),
        ("resume", "bank-morning"),
        ("run", "bank-morning"),
    ):
        assert terminal.run("schedule", *words, login="sofia.brandt").status == 0
        assert terminal.run("schedule", *words, login="greta.holm").status == 2
    assert terminal.run("schedule", "list", "--json").document[0]["state"] == "asked"


def test_the_preview_says_why_each_run_is_when_it_is(terminal: Terminal, company: Company) -> None:
    keep(terminal)
    words = ("schedule", "preview", "bank-morning", "--number", "2", "--since", "2026-04-02")
    document = terminal.run(*words, "--json").document
    assert [run["at"] for run in document["runs"]] == ["2026-04-02T07:00:00+02:00", "2026-04-07T07:00:00+02:00"]
    assert "Good Friday (TARGET2)" in document["runs"][1]["why"][0]
    assert "Good Friday" in terminal.run(*words).out
    assert len(terminal.run("schedule", "preview", "bank-morning", "--json").document["runs"]) == 20


def test_a_calendar_takes_sources_and_the_companys_own_days(terminal: Terminal, company: Company) -> None:
    login = {"login": "sofia.brandt"}
    assert terminal.run("calendar", "set", "works", "--name", "Works", "--source", "DE-SH", **login).status == 0
    day = ("calendar", "day", "works", "2026-12-28", "--name", "Works holidays")
    assert terminal.run(*day, **login).status == 0
    assert terminal.run("calendar", "set", "moon", "--name", "Moon", "--source", "Moon", **login).status == 2
    found = {each["id"]: each for each in terminal.run("calendar", "list", "--json").document}
    assert found["works"]["company_days"] == [{"day": "2026-12-28", "name": "Works holidays", "is_working": False}]
    assert "Works holidays" in terminal.run("calendar", "list").out


def test_what_cannot_be_meant_is_refused(terminal: Terminal, company: Company) -> None:
    assert terminal.run(*_SET, "--at", "soon", login="sofia.brandt").status == 2
    assert terminal.run("schedule", "preview", "nothing").status == 2
