from pathlib import Path

import pytest
from sqlalchemy import text

from tests.commands.running import Terminal
from tests.console.company import Company
from tests.console.stories import paid, price_differs, rejected
from tests.databases import lose_database


@pytest.mark.behaviour("E3", "D3")
def test_an_untouched_log_is_proven_and_a_damaged_one_named(terminal: Terminal, company: Company, home: Path) -> None:
    paid(company, b"picture")
    good = terminal.run("audit", "verify", "--json")
    assert good.status == 0
    assert good.document == {"ok": True, "entries": good.document["entries"], "first_bad": None, "damage": None}
    assert f"All {good.document['entries']} entries are as they were written." in terminal.run("audit", "verify").out
    with company.store.engines.writer.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET action = 'invoice.approved' WHERE sequence = 40"))
    bad = terminal.run("audit", "verify", "--json")
    assert bad.status == 1
    assert bad.document == {**good.document, "ok": False, "first_bad": "40", "damage": "edited"}
    assert "Entry 40 is damaged (edited)" in terminal.run("audit", "verify").out


@pytest.mark.behaviour("D3")
def test_a_lost_database_is_not_an_empty_log(terminal: Terminal, company: Company, home: Path) -> None:
    company.file()
    company.store.engines.dispose()
    lose_database(home)
    ended = terminal.run("audit", "verify", "--json")
    assert (ended.status, ended.document["damage"], ended.document["first_bad"]) == (1, "truncated", "0")


@pytest.mark.behaviour("E3")
def test_garbage_in_the_file_of_checkpoints_is_damage_and_no_crash(terminal: Terminal, home: Path) -> None:
    with (home / "checkpoints" / "main.checkpoints").open("a") as file:
        file.write("garbage\n")
    ended = terminal.run("audit", "verify", "--json")
    assert (ended.status, ended.document["damage"]) == (1, "bad_outside_checkpoint")


def test_cases_are_listed_newest_first(terminal: Terminal, company: Company) -> None:
    first, second = company.file(), rejected(company)
    documents = terminal.run("case", "list", "--json").document
    assert [case["id"] for case in documents] == [second, first]
    assert (documents[0]["state"], documents[1]["total"]) == ("rejected", "2405.40 EUR")
    shown = terminal.run("case", "list").out
    assert first in shown and "Standing desks" in shown


def test_a_case_is_shown_whole_to_a_machine(terminal: Terminal, company: Company) -> None:
    case = paid(company, b"picture")
    document = terminal.run("case", "show", case, "--json").document
    parts = ("orders", "invoices", "approvals", "intents", "documents", "bot_steps", "history")
    assert all(document[part] for part in parts)
    assert document["history"][0]["action"] == "requisition.filed"
    assert document["tasks"] == []


@pytest.mark.behaviour("E1")
def test_a_case_is_a_time_line_that_fits_a_terminal_of_a_hundred_columns(terminal: Terminal, company: Company) -> None:
    case = price_differs(company)
    shown = terminal.run("case", "show", case).out
    lines = shown.splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[0] == f"{case}  Housings for the LM-4"
    for words in ("Requisition filed", "Purchase approved", "Goods received", "Invoice exception", "mara.voss"):
        assert words in shown
    assert "Task opened" in shown


@pytest.mark.parametrize("words", [("case", "list"), ("order", "list"), ("task", "list")])
def test_an_empty_list_says_so_to_people_and_is_a_list_to_machines(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert terminal.run(*words, "--json").document == []
    assert terminal.run(*words).out.strip() in (
        "There are no cases yet.",
        "There are no orders yet.",
        "Nothing needs a person.",
    )
