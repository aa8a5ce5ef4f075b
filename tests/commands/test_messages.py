"""Places for messages from a terminal: the address comes by standard input and is shown nowhere."""

import json
import os
import subprocess
import sys

import pytest

from sandbox.company import SANDBOX_PASSWORD
from tests.commands.running import ROOT, Terminal
from tests.console.company import Company
from tests.databases import database_in

pytestmark = pytest.mark.behaviour("N1")
_ADDRESS = "json://127.0.0.1:9/canary-77x"


def add(terminal: Terminal, address: str, *words: str, inside: str = "") -> subprocess.CompletedProcess[str]:
    """`message add` as Sofia with the address on standard input."""
    ours = {
        "TALLYWRIGHT_HOME": str(terminal.home),
        "TALLYWRIGHT_DATABASE_URL": database_in(terminal.home),
        "TALLYWRIGHT_LOGIN": "sofia.brandt",
        "TALLYWRIGHT_PASSWORD": SANDBOX_PASSWORD,
        "TALLYWRIGHT_NOTIFY_INSIDE": inside,
    }
    command = [sys.executable, "-m", "cli", "message", "add", *words]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | ours, input=address, capture_output=True, text=True, check=False
    )


def test_a_place_is_added_put_first_tried_and_removed(terminal: Terminal, company: Company) -> None:
    added = add(terminal, f"{_ADDRESS}\n", "Phone", "--without-amounts", "--json", inside="127.0.0.1")
    assert (added.returncode, "canary" in added.stdout + added.stderr) == (0, False), added
    place = json.loads(added.stdout)
    assert (place["service"], place["hides_amounts"]) == ("JSON", True)
    for words in (("first", place["id"]), ("amounts", place["id"], "--show"), ("test", place["id"])):
        assert terminal.run("message", *words, login="sofia.brandt").status == 0
    listed = terminal.run("message", "list", "--json", login="sofia.brandt").document
    assert [(each["name"], each["hides_amounts"], each["last"]) for each in listed] == [
        ("Phone", False, None),
        ("E-mail", False, None),
    ]
    assert terminal.run("message", "remove", place["id"], login="sofia.brandt").status == 0
    assert "Phone" not in terminal.run("message", "list", login="sofia.brandt").out


def test_what_leads_inside_or_is_missing_is_refused(terminal: Terminal, company: Company) -> None:
    refused = add(terminal, f"{_ADDRESS}\n", "Phone")
    assert (refused.returncode, "leads to 127.0.0.1, which is inside" in refused.stderr) == (2, True)
    assert "canary" not in refused.stderr
    assert add(terminal, "", "Phone").returncode == 2
    assert terminal.run("message", "remove", "mail", login="sofia.brandt").status == 2


def test_what_messages_may_say_and_which_come_at_once_is_set_by_an_administrator(
    terminal: Terminal, company: Company
) -> None:
    usual = terminal.run("message", "policy", "--json").document
    assert (usual["amounts"], "cut_off_near" in usual["urgent_tasks"]) == ("everywhere", True)
    assert terminal.run("message", "policy", "--amounts", "in_mail", login="sofia.brandt").status == 2
    assert terminal.run("message", "policy", "--amounts", "in_mail", login="oliver.stein").status == 0
    assert terminal.run("message", "policy", "--urgent", "price", login="oliver.stein").status == 0
    document = terminal.run("message", "policy", "--json").document
    assert document == {"amounts": "in_mail", "urgent_tasks": ["price"]}


def test_times_are_chosen_one_by_one_and_taken_back(terminal: Terminal, company: Company) -> None:
    words = ("message", "times", "--quiet", "22:00-07:00", "--zone", "Asia/Shanghai")
    assert terminal.run(*words, login="sofia.brandt").status == 0
    times = terminal.run("message", "times", "--digest", "08:00", "--json", login="sofia.brandt").document
    assert times == {
        "quiet_from": "22:00:00",
        "quiet_until": "07:00:00",
        "digest_at": "08:00:00",
        "zone": "Asia/Shanghai",
    }
    times = terminal.run("message", "times", "--quiet", "", "--json", login="sofia.brandt").document
    assert (times["quiet_from"], times["digest_at"]) == (None, "08:00:00")
    assert terminal.run("message", "times", "--quiet", "late", login="sofia.brandt").status == 2
