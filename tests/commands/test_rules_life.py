"""A rule changed from the command line, as two finance people and an auditor do it."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.company import SANDBOX_PASSWORD
from store.rule_publications import content_of, publications
from tests.commands.running import ROOT, Terminal
from tests.console.company import TENANT, Company
from tests.store.rule_steps import LATHE, STRICTER, TABLE, changed

pytestmark = pytest.mark.behaviour("A5")
_TABLES = ROOT / "rules" / "tables"


@pytest.fixture
def stricter(company: Company, tmp_path: Path) -> Path:
    """The table in force with the managing director from EUR 20,000."""
    with company.store.read() as connection:
        version = publications(connection, TENANT, TABLE)[0].version
        xml = content_of(connection, TENANT, TABLE, version)
    file = tmp_path / "stricter.dmn"
    file.write_bytes(changed(xml, STRICTER))
    return file


def saved(terminal: Terminal, file: Path, login: str = "greta.holm") -> Any:
    """A draft with the content of `file` and the golden cases that still hold."""
    draft = terminal.run("rules", "draft", "create", TABLE, "--name", "From 20,000", "--json", login=login).document
    cases = file.with_suffix(".json")
    terminal.run("rules", "draft", "cases", draft["id"], "-o", str(cases))
    holding = [case for case in json.loads(cases.read_text()) if case["input"]["amount"] != 24999.99]
    cases.write_text(json.dumps(holding))
    words = ("rules", "draft", "save", draft["id"], "1", "--file", str(file), "--cases", str(cases), "--json")
    return terminal.run(*words, login=login).document


def submitted(terminal: Terminal, file: Path, login: str = "greta.holm", *more: str) -> Any:
    draft = saved(terminal, file, login)
    words = ("rules", "draft", "submit", draft["id"], str(draft["revision"]), "--reason", "Lesson of March")
    return terminal.run(*words, *more, "--json", login=login).document


@pytest.mark.behaviour("A4")
def test_a_table_is_changed_by_one_person_tried_and_published_by_another(
    terminal: Terminal, company: Company, stricter: Path
) -> None:
    company.file(lines=LATHE)
    draft = submitted(terminal, stricter)
    who = {"login": "ines.lindqvist"}
    publish = ("rules", "publish", draft["id"], str(draft["revision"]), "--json")
    early = terminal.run(*publish, **who)
    assert early.status != 0 and "back-test" in early.err
    tried = terminal.run("rules", "backtest", draft["id"], "--json", **who).document
    assert tried["summary"]["by_kind"] == {"escalated": {"count": 1, "value": "22000.00"}}
    assert tried["changes"][0]["after"]["stages"] == ["cost_centre_owner", "finance_director", "managing_director"]
    published = terminal.run(*publish, **who).document
    assert (published["number"], published["submitted_by"], published["published_by"]) == (
        2,
        "greta.holm",
        "ines.lindqvist",
    )
    history = terminal.run("rules", "history", TABLE, "--json").document
    assert [each["reason"][:6] for each in history] == ["Lesson", "Shippe"]
    cells = terminal.run("rules", "diff", TABLE, "1", "2", "--json").document["rows"]
    assert {row["row"] for row in cells} == {"medium", "it_medium", "large", "it_large"}
    states = {state["name"]: state for state in terminal.run("rules", "list", "--json").document}
    assert states[TABLE]["in_force"]["number"] == 2


def test_four_eyes_cannot_be_got_around_from_the_command_line(terminal: Terminal, stricter: Path) -> None:
    draft = submitted(terminal, stricter, "ines.lindqvist")
    publish = ("rules", "publish", draft["id"], str(draft["revision"]), "--json")
    terminal.run("rules", "backtest", draft["id"], login="ines.lindqvist")
    same = terminal.run(*publish, login="ines.lindqvist")
    assert same.status != 0 and "wrote in the draft" in same.err
    terminal.run("rules", "backtest", draft["id"], login="greta.holm")
    other = terminal.run(*publish, login="greta.holm")
    assert other.status != 0 and "may not do this" in other.err
    nobody = terminal.run(*publish)
    assert nobody.status != 0 and "--login" in nobody.err
    wrong = terminal.run(*publish, login="karl.lindqvist", password=f"{SANDBOX_PASSWORD}!")
    assert wrong.status != 0
    assert len(terminal.run("rules", "history", TABLE, "--json").document) == 1


def test_a_version_begins_on_its_day_and_is_taken_back_by_two(
    terminal: Terminal, company: Company, stricter: Path
) -> None:
    draft = submitted(terminal, stricter, "greta.holm", "--from", "2099-01-01")
    terminal.run("rules", "backtest", draft["id"], login="karl.lindqvist")
    words = ("rules", "publish", draft["id"], str(draft["revision"]), "--json")
    assert terminal.run(*words, login="karl.lindqvist").document["in_force_from"] == "2099-01-01T00:00:00Z"
    recall = ("rules", "recall", TABLE, "2", "--json")
    assert terminal.run(*recall, "--confirm", login="karl.lindqvist").status != 0
    asked = terminal.run(*recall, "--reason", "A slip", login="sofia.brandt").document
    assert asked["recall_asked_by"] == "sofia.brandt"
    assert terminal.run(*recall, "--confirm", login="karl.lindqvist").document == []
    assert terminal.run("rules", "history", TABLE, "--json").document[0]["recalled_by"] == "karl.lindqvist"


def test_a_decision_of_any_age_is_taken_again(terminal: Terminal, company: Company) -> None:
    case = company.file(lines=LATHE)
    (again,) = terminal.run("rules", "rerun", TABLE, case, "--json").document
    assert again["same"] is True
    assert again["kept"] == again["again"]
    shown = terminal.run("rules", "rerun", TABLE, case)
    assert (shown.status, "the same, byte for byte" in shown.out) == (0, True)
    assert terminal.run("rules", "rerun", TABLE, "PR-0", "--json").status != 0


@pytest.mark.behaviour("A4")
def test_golden_cases_are_run_from_files(terminal: Terminal, stricter: Path) -> None:
    passed = terminal.run("rules", "test", str(_TABLES / f"{TABLE}.dmn"), "--json")
    assert (passed.status, passed.document["ok"]) == (0, True)
    golden = str(_TABLES / f"{TABLE}.golden.json")
    words = ("rules", "test", str(stricter), "--cases", golden, "--decision", TABLE)
    failed = terminal.run(*words, "--json")
    assert (failed.status, failed.document["ok"]) == (1, False)
    assert [each["name"] for each in failed.document["cases"] if not each["passed"]] == [
        "Services just below EUR 25,000 over budget"
    ]
    assert "1 failed" in terminal.run(*words).out
    broken = terminal.run("rules", "test", golden, "--cases", golden, "--json")
    assert (broken.status, list(broken.document)) == (2, ["errors"])


@pytest.mark.behaviour("A4")
def test_a_candidate_runs_beside_a_table(terminal: Terminal, company: Company, stricter: Path) -> None:
    draft = saved(terminal, stricter)
    terminal.run("rules", "shadow", "start", draft["id"], login="greta.holm")
    case = company.file(lines=LATHE)
    document = terminal.run("rules", "shadow", "show", TABLE, "--json").document
    assert [(each["decisions"], each["differing"]) for each in document["shadows"]] == [(1, 1)]
    assert [each["case"] for each in document["differing"]] == [case]
    assert case in terminal.run("rules", "shadow", "show", TABLE).out
    assert terminal.run("rules", "shadow", "end", TABLE, "--json", login="greta.holm").document == {"ended": TABLE}


def test_a_draft_is_shown_with_what_it_changes_and_what_keeps_it(
    terminal: Terminal, company: Company, stricter: Path, tmp_path: Path
) -> None:
    draft = saved(terminal, stricter)
    shown = terminal.run("rules", "draft", "show", draft["id"], "--json").document
    assert (shown["findings"], len(shown["difference"]["rows"])) == ([], 4)
    gap = tmp_path / "gap.dmn"
    gap.write_bytes(stricter.read_bytes().replace(b"[5000..20000)", b"[5000..19000)"))
    terminal.run("rules", "draft", "save", draft["id"], "2", "--file", str(gap), login="greta.holm")
    shown_now = terminal.run("rules", "draft", "show", draft["id"], "--json").document
    assert {finding["code"] for finding in shown_now["findings"]} == {"rules.gap"}
    for_people = terminal.run("rules", "draft", "show", draft["id"])
    assert "medium" in for_people.out and "19,000" in for_people.out
    listed = terminal.run("rules", "draft", "list", "--json").document
    assert [(each["id"], each["revision"]) for each in listed] == [(draft["id"], 3)]
    discarded = terminal.run("rules", "draft", "discard", draft["id"], "3", "--json", login="greta.holm")
    assert discarded.document == {"discarded": draft["id"]}
    assert "no drafts" in terminal.run("rules", "draft", "list").out


def test_a_draft_is_given_back_and_put_on_the_newest_version(terminal: Terminal, stricter: Path) -> None:
    draft = submitted(terminal, stricter)
    words = ("rules", "draft", "return", draft["id"], str(draft["revision"]), "--reason", "Not yet", "--json")
    back = terminal.run(*words, login="karl.lindqvist").document
    assert (back["state"], back["reason"]) == ("editing", "Not yet")
    moved = terminal.run("rules", "draft", "rebase", draft["id"], str(back["revision"]), "--json", login="greta.holm")
    assert moved.document["based_on"] == 1


def test_what_people_read_tells_of_every_step(terminal: Terminal, company: Company, stricter: Path) -> None:
    company.file(lines=LATHE)
    draft = submitted(terminal, stricter)
    tried = terminal.run("rules", "backtest", draft["id"], login="ines.lindqvist").out
    assert "1 decision worth 22,000.00 would change" in " ".join(tried.split())
    assert "ask somebody more" in tried
    published = terminal.run("rules", "publish", draft["id"], str(draft["revision"]), login="ines.lindqvist").out
    assert "greta.h" in published
    company.file(lines=LATHE)
    assert "Asked" in terminal.run("rules", "recall", TABLE, "2", "--reason", "x", login="greta.holm").out
    recalled = terminal.run("rules", "recall", TABLE, "2", "--confirm", login="karl.lindqvist").out
    assert "rerouted" in recalled
    assert "purchase_a" in terminal.run("rules", "list").out
    assert "x" in terminal.run("rules", "history", TABLE).out
    assert "medium" in terminal.run("rules", "diff", TABLE, "1", "2").out
