"""A request that waits for approval, changed on the command line."""

import json
from pathlib import Path

import pytest

from models.purchasing import RequisitionContent
from store.orders import requisition_of
from tests.commands.running import Terminal
from tests.console.company import TENANT, Company
from tests.store.asking import actions

pytestmark = pytest.mark.behaviour("A9")
_SERVER = {"number": 1, "description": "Server", "quantity": "2", "unit": "HUR", "unit_price": "4000.00"}


@pytest.fixture
def case(company: Company) -> str:
    """IT over EUR 8,000, of which purchasing has approved its part and the cost centre's owner hers."""
    filed = company.file(category="it", lines=[_SERVER])
    for person in ("piotr.nowak", "ayse.kaya"):
        company.decide(filed, person)
    return filed


def content(company: Company, case: str) -> RequisitionContent:
    with company.store.read() as connection:
        return requisition_of(connection, TENANT, case).content


def test_it_shows_what_changes_and_whose_approval_falls_away_and_goes_ahead_when_told(
    terminal: Terminal, company: Company, case: str
) -> None:
    words = (
        "requisition",
        "change",
        case,
        "--cost-centre",
        "1000",
        "--reason",
        "For the archive",
        "--comment",
        "Moved",
    )
    ended = terminal.run_alone(*words, login="mara.voss", lines="y\n")
    assert (ended.status, ended.err.count("Go ahead?")) == (0, 1), ended
    for told in (ended.err, ended.out):
        assert "Asked again: Cost centre owner" in told and "Approval stands: Purchasing" in told
        assert "For the archive" in told and "(1000)" in told and "(4000)" in told
    assert (content(company, case).cost_centre, content(company, case).reason) == ("1000", "For the archive")
    assert actions(company).count("requisition.amended") == 1


@pytest.mark.parametrize("lines", ["n\n", "", "\n"], ids=["no", "nobody there", "only Enter"])
def test_without_a_yes_nothing_is_changed(terminal: Terminal, company: Company, case: str, lines: str) -> None:
    before, known = content(company, case), actions(company)
    ended = terminal.run_alone("requisition", "change", case, "--vendor", "DLT", login="mara.voss", lines=lines)
    assert (ended.status, ended.out, "Nothing was changed." in ended.err) == (2, "", True), ended
    assert "Asked again: Purchasing, Cost centre owner" in ended.err
    assert content(company, case) == before
    assert actions(company)[len(known) :] == ["session.opened", "session.closed"]


def test_lines_take_the_place_of_all_and_keep_what_is_not_typed(
    terminal: Terminal, company: Company, case: str
) -> None:
    words = ("requisition", "change", case, "--line", "Server;1;4000", "--line", "Rack;1;300", "--yes", "--json")
    document = terminal.run(*words, login="mara.voss").document
    assert (document["requisition"], document["voided"]) == (case, ["purchasing", "cost_centre_owner"])
    assert [each["field"] for each in document["changes"]] == ["net_total", "lines"]
    server, rack = content(company, case).lines
    assert (server.description, server.unit, str(server.quantity)) == ("Server", "HUR", "1")
    assert (rack.number, rack.description, rack.unit) == (2, "Rack", "C62")


def test_the_whole_can_come_from_a_file(terminal: Terminal, company: Company, case: str, tmp_path: Path) -> None:
    wanted = content(company, case).model_dump(mode="json") | {"needed_by": "2036-12-18"}
    (tmp_path / "r.json").write_text(json.dumps(wanted))
    words = ("requisition", "change", case, "--from-file", str(tmp_path / "r.json"), "--yes", "--json")
    assert terminal.run(*words, login="mara.voss").document["voided"] == []
    assert str(content(company, case).needed_by) == "2036-12-18"
    cleared = terminal.run("requisition", "change", case, "--needed-by", "", "--yes", login="mara.voss")
    assert (cleared.status, content(company, case).needed_by) == (0, None)


@pytest.mark.parametrize(
    ("person", "words", "said"),
    [
        ("lin.yue", ("--vendor", "DLT"), "Only whoever asked for this may change it."),
        ("mara.voss", (), "Nothing was changed"),
        ("mara.voss", ("--vendor", "nobody"), "nobody"),
        ("mara.voss", ("--needed-by", "soon"), "needed_by"),
        ("mara.voss", ("--line", "Server;two;1"), "is not DESCRIPTION;QUANTITY;UNIT PRICE"),
    ],
)
def test_what_may_not_be_is_refused(
    terminal: Terminal, company: Company, case: str, person: str, words: tuple[str, ...], said: str
) -> None:
    before = content(company, case)
    for confirmed in ((), ("--yes",)):
        ended = terminal.run("requisition", "change", case, *words, *confirmed, login=person)
        assert (ended.status, said in ended.err) == (2, True), ended
    assert content(company, case) == before


def test_what_is_decided_is_asked_for_anew(terminal: Terminal, company: Company, case: str) -> None:
    company.decide(case, "ines.lindqvist")
    ended = terminal.run("requisition", "change", case, "--vendor", "DLT", "--yes", login="mara.voss")
    assert (ended.status, "is decided; ask for what you need anew" in ended.err) == (2, True), ended
