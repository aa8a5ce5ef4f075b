"""Commands that change something: each signs in as a person and has that person's rights, no more."""

import json
from pathlib import Path

import pytest

from tests.commands.running import Terminal
from tests.console.company import Company
from tests.console.stories import ordered, price_differs, releasing

pytestmark = pytest.mark.behaviour("C2")
_FILE = ("requisition", "file", "--vendor", "KAB", "--cost-centre", "4000", "--reason", "Cable", "--line")


def last_actions(terminal: Terminal, case: str) -> list[tuple[str, str]]:
    history = terminal.run("case", "show", case, "--json").document["history"]
    return [(event["action"], event["actor"]["person"] or "") for event in history]


@pytest.mark.behaviour("P1")
def test_a_requisition_is_filed_once_per_key(terminal: Terminal) -> None:
    words = (*_FILE, "Sensor;4;120.50", "--key", "k1", "--json")
    ended = terminal.run(*words, login="mara.voss")
    assert ended.document == {"requisition": "PR-2026-0001", "total": "482.00 EUR"}
    assert terminal.run(*words, login="mara.voss").document == ended.document
    assert last_actions(terminal, "PR-2026-0001")[0] == ("requisition.filed", "mara.voss")


def test_a_requisition_can_come_from_a_file(terminal: Terminal, tmp_path: Path) -> None:
    content = {
        "entity": "LMT",
        "vendor": "KAB",
        "cost_centre": "4000",
        "category": "goods",
        "currency": "EUR",
        "reason": "Cable",
        "lines": [{"number": 1, "description": "Cable", "quantity": "2", "unit_price": "0.10"}],
    }
    (tmp_path / "r.json").write_text(json.dumps(content))
    words = ("requisition", "file", "--from-file", str(tmp_path / "r.json"))
    assert "PR-2026-0001" in terminal.run(*words, login="mara.voss").out
    (tmp_path / "r.json").write_text(json.dumps(content | {"lines": [], "colour": "red"}))
    refused = terminal.run(*words, login="mara.voss")
    assert refused.status == 2 and "lines: " in refused.err and "colour: " in refused.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Sensor;4", "is not DESCRIPTION;QUANTITY;UNIT PRICE"),
        ("Sensor;four;1", "is not DESCRIPTION;QUANTITY;UNIT PRICE"),
        ("Sensor;-4;1", "with numbers above 0"),
        ("Sensor;NaN;1", "with numbers above 0"),
        (";4;1", "is not DESCRIPTION"),
    ],
)
def test_a_line_that_cannot_be_read_is_shown_with_what_is_expected(terminal: Terminal, line: str, said: str) -> None:
    ended = terminal.run(*_FILE, line, login="mara.voss")
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err and repr(line) in ended.err


def test_everything_wrong_with_a_requisition_is_said_at_once(terminal: Terminal) -> None:
    words = ("requisition", "file", "--vendor", "X", "--cost-centre", "Y", "--category", "Z", "--reason", "r")
    ended = terminal.run(*words, "--line", "A;1;1", login="mara.voss")
    assert ended.status == 2
    assert all(f"  - {field}: " in ended.err for field in ("vendor", "cost_centre", "category"))


@pytest.mark.parametrize("password", ["wrong", "", "\udcff"])
def test_a_wrong_password_is_refused_in_words(terminal: Terminal, password: str) -> None:
    ended = terminal.run("approval", "list", "--json", login="mara.voss", password=password)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == "This login and password do not fit, or the login is locked for a while.\n"


def test_without_password_and_terminal_the_command_says_where_it_would_look(terminal: Terminal) -> None:
    ended = terminal.run("approval", "list", "--login", "mara.voss")
    assert ended.status == 2 and "TALLYWRIGHT_PASSWORD" in ended.err and "Traceback" not in ended.err


def test_a_password_is_no_option_and_stands_in_no_answer(terminal: Terminal) -> None:
    ended = terminal.run("approval", "list", "--password", "x", login="mara.voss")
    assert ended.status == 2 and "No such option: --password" in ended.err


@pytest.mark.behaviour("A11")
def test_an_approval_is_listed_and_decided_by_whom_it_waits_for(terminal: Terminal, company: Company) -> None:
    case = company.file()
    (waiting,) = terminal.run("approval", "list", "--json", login="ayse.kaya").document
    assert waiting["case"] == case and waiting["why"]
    words = ("approval", "decide", waiting["id"], "approve")
    refused = terminal.run(*words, login="mara.voss")
    assert (refused.status, refused.err) == (2, "This approval is not yours to give.\n")
    assert "needs a reason" in terminal.run("approval", "decide", waiting["id"], "reject", login="ayse.kaya").err
    assert terminal.run(*words, "--json", login="ayse.kaya").document["outcome"] == "approve"
    again = terminal.run(*words, login="ayse.kaya")
    assert again.status == 2 and again.err.startswith("Already decided by Ayşe Kaya on ")
    assert ("purchase.approved", "ayse.kaya") in last_actions(terminal, case)
    assert "Nothing waits for your decision." in terminal.run("approval", "list", login="ayse.kaya").out


@pytest.mark.behaviour("P9", "A10")
def test_a_payment_is_released_by_a_treasurer_and_by_no_administrator(terminal: Terminal, company: Company) -> None:
    request = company.pending(releasing(company)).request.id
    for person in ("oliver.stein", "mara.voss", "ayse.kaya", "tom.behrens"):
        assert terminal.run("approval", "decide", request, "approve", login=person).status == 2
    assert terminal.run("approval", "decide", request, "approve", login="marek.hansen").status == 0


@pytest.mark.behaviour("P2")
def test_goods_are_received_by_line(terminal: Terminal, company: Company) -> None:
    _, order = ordered(company)
    assert order in terminal.run("order", "list").out
    words = ("order", "receive", order, "--line", "1:4", "--line", "2:1.5", "--key", "k")
    receipt = terminal.run(*words, "--json", login="tom.behrens").document["receipt"]
    assert terminal.run(*words, "--json", login="tom.behrens").document["receipt"] == receipt
    for line, said in (
        ("1:40", "still to come"),
        ("9:1", "no line 9"),
        ("1", "'1' is not LINE:QUANTITY"),
        ("1:-2", ""),
    ):
        ended = terminal.run("order", "receive", order, "--line", line, login="tom.behrens")
        assert ended.status == 2 and said in ended.err
    assert "takes the role" in terminal.run(*words, login="sofia.brandt").err


@pytest.mark.behaviour("P5")
def test_a_task_is_settled_by_its_owner_with_one_of_its_resolutions(terminal: Terminal, company: Company) -> None:
    case = price_differs(company)
    (task,) = terminal.run("task", "list", "--json").document
    words = ("task", "resolve", task["id"], "accept_variance", "--comment", "Agreed by phone")
    assert "takes the role purchasing" in terminal.run(*words, login="mara.voss").err
    other = terminal.run("task", "resolve", task["id"], "wait", "--comment", "x", login="piotr.nowak")
    assert other.status == 2 and "choose one of: accept_variance, send_back, reject" in other.err
    answer = terminal.run(*words, "--json", login="piotr.nowak").document
    assert answer == {"task": task["id"], "resolution": "accept_variance", "settled": True}
    assert "Somebody settled this task already." in terminal.run(*words, login="piotr.nowak").err
    assert ("task.resolved", "piotr.nowak") in last_actions(terminal, case)


@pytest.mark.behaviour("B1")
def test_a_statement_is_asked_for_by_a_treasurer(terminal: Terminal) -> None:
    ended = terminal.run("statement", "fetch", "--day", "2026-11-02", "--json", login="sofia.brandt")
    assert ended.document == {"request": "ST-2026-0001"}
    assert terminal.run("statement", "fetch", login="mara.voss").status == 2
    assert "does not match" in terminal.run("statement", "fetch", "--day", "yesterday", login="sofia.brandt").err


def test_every_signing_in_and_out_by_command_is_on_record(terminal: Terminal, company: Company) -> None:
    terminal.run("approval", "list", login="mara.voss")
    terminal.run("approval", "list", login="mara.voss", password="wrong")
    with company.store.read() as connection:
        actions = [row.action for row in connection.exec_driver_sql("SELECT action FROM audit_entry ORDER BY sequence")]
    assert actions[-3:] == ["session.opened", "session.closed", "session.refused"]
