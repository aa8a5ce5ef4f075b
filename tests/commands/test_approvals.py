"""Approvals, absences and controls on the command line."""

from pathlib import Path

import pytest

from tests.commands.running import Terminal
from tests.console.company import Company

pytestmark = pytest.mark.behaviour("C2")


@pytest.mark.behaviour("A7", "A11")
def test_asked_answered_handed_on_and_decided_by_the_delegate(terminal: Terminal, company: Company) -> None:
    request = company.pending(company.file()).request.id
    asked = terminal.run("approval", "ask", request, "Which machine?", "--json", login="ayse.kaya").document
    assert terminal.run("approval", "answer", asked["note"], "The saw.", login="mara.voss").status == 0
    assert terminal.run("approval", "hand-on", request, "henrik.dahl", "He knows.", login="ayse.kaya").status == 0
    assert terminal.run("approval", "decide", request, "approve", login="henrik.dahl").status == 0
    assert terminal.run("approval", "withdraw", request, login="henrik.dahl").status == 0


@pytest.mark.behaviour("A7")
def test_an_absence_is_entered_listed_and_ended(terminal: Terminal) -> None:
    words = ("absence", "enter", "henrik.dahl", "2026-01-01", "2036-01-01", "--limit", "500", "--json")
    made = terminal.run(*words, login="ayse.kaya").document
    assert (made["delegate"], made["limit"]["amount"]) == ("henrik.dahl", "500")
    (listed,) = terminal.run("absence", "list", "--json", login="henrik.dahl").document
    assert listed["id"] == made["id"]
    assert terminal.run("absence", "end", made["id"], login="ayse.kaya").status == 0


@pytest.mark.behaviour("A10")
def test_a_limit_takes_two_signatures_and_a_log_is_checked(terminal: Terminal, tmp_path: Path) -> None:
    words = ("control", "rights", "ayse.kaya", "--limit", "LMT/4000/500 EUR", "--reason", "New", "--json")
    change = terminal.run(*words, login="oliver.stein").document["change"]
    assert terminal.run("control", "sign", change, login="oliver.stein").status != 0
    assert terminal.run("control", "sign", change, login="karl.lindqvist").status == 0
    (listed,) = terminal.run("control", "list", "--json", login="ruth.feldmann").document
    assert listed["signed_by"] == "karl.lindqvist"
    assert terminal.run("control", "conflicts", "--json", login="ruth.feldmann").document["actual"] == []
    log = tmp_path / "log.csv"
    log.write_text("case,activity,person\n1,Create PO,u1\n1,approved_purchase,u1\n")
    ended = terminal.run("control", "conformance", str(log), "--activity", "Create PO=requested_purchase", "--json")
    assert (ended.status, ended.document[0]["severity"]) == (1, "forbidden")
