"""A bot from its first command to its first entry, as its author goes about it, in a copy of the checkout."""

import json
from pathlib import Path

import pytest

from sandbox.serving import serve_in_thread
from sandbox.stand_in import StandIn
from tests.commands.checkout import Checkout
from tests.commands.running import Terminal

pytestmark = [
    pytest.mark.behaviour("R11"),
    pytest.mark.xdist_group("bot writing"),
    pytest.mark.timeout(600),
]

_KINDS = {"acme-bank": "payment", "a-ledger-with-a-long-name-of-3": "posting"}
_EXAMPLE = "sandbox/stand_ins/acme_bank.json"


def module(portal: str) -> str:
    return portal.replace("-", "_")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """With a bot begun for each kind of content, under a short and under the longest name."""
    copied = Checkout.copied_to(tmp_path_factory.mktemp("checkout"))
    for portal, kind in _KINDS.items():
        made = copied.tallywright("bot", "new", portal, "--kind", kind)
        assert made.status == 0, made
        assert f"tests/bots/portals/test_{module(portal)}.py" in made.out
    return copied


@pytest.fixture(scope="module")
def made(checkout: Checkout) -> list[str]:
    """The files of both bots."""
    names = [module(portal) for portal in _KINDS]
    return [str(path.relative_to(checkout.root)) for name in names for path in checkout.root.rglob(f"*{name}*.py")]


def test_what_is_begun_is_in_the_projects_style(checkout: Checkout, made: list[str]) -> None:
    assert len(made) == 8
    for words in (("format", "--check"), ("check",)):
        ended = checkout.python("ruff", *words, "--no-cache", *made)
        assert ended.status == 0, ended


def test_what_is_begun_passes_the_strict_type_check(checkout: Checkout, made: list[str]) -> None:
    ended = checkout.python("mypy", "--cache-dir", str(checkout.root / ".types"), *made)
    assert ended.status == 0, ended


def test_what_is_begun_passes_its_own_test(checkout: Checkout, made: list[str]) -> None:
    tests = [file for file in made if "/test_" in file]
    ended = checkout.python("pytest", "-q", "-n0", "-p", "no:cacheprovider", *tests)
    assert (ended.status, "10 passed" in ended.out) == (0, True), ended


def test_a_second_beginning_overwrites_nothing(checkout: Checkout) -> None:
    again = checkout.tallywright("bot", "new", "acme-bank")
    assert again.status == 2
    assert "bots/portals/acme_bank.py" in again.err and "choose another name" in again.err


@pytest.mark.parametrize("name", ["Acme", "acme_bank", "../acme", "acme--bank", "x" * 31])
def test_a_name_that_is_none_is_refused(checkout: Checkout, name: str) -> None:
    refused = checkout.tallywright("bot", "new", name)
    assert (refused.status, "is no name for a portal" in refused.err) == (2, True)


def test_a_run_reads_back_what_was_meant_and_saves_nothing(checkout: Checkout, tmp_path: Path) -> None:
    ended = checkout.tallywright(
        "bot", "run", "acme-bank", "--input", _EXAMPLE, "--pictures", str(tmp_path / "p"), "--json"
    )
    assert ended.status == 0, ended
    document = ended.document
    assert (document["stand_in"], document["right"], document["committed"]) == (True, True, None)
    amount = next(each for each in document["fields"] if each["field"] == "Amount")
    assert amount == {"field": "Amount", "meant": "1469.06", "shown": "1469.06", "right": True}
    assert len(list((tmp_path / "p").glob("*.png"))) == 3


def test_on_the_stand_in_a_run_may_go_through_to_the_end(checkout: Checkout) -> None:
    ended = checkout.tallywright("bot", "run", "acme-bank", "--input", _EXAMPLE, "--commit", "--json")
    assert ended.status == 0, ended
    assert (ended.document["committed"]["outcome"], ended.document["committed"]["state"]) == ("answered", "executed")


def test_step_by_step_it_waits_after_every_step_and_stops_when_told(checkout: Checkout) -> None:
    words = ("bot", "run", "acme-bank", "--input", _EXAMPLE, "--step")
    through = checkout.tallywright(*words, lines="\n\n\n")
    assert (through.status, through.err.count("Enter goes on")) == (0, 3), through
    stopped = checkout.tallywright(*words, lines="\nq\n")
    assert (stopped.status, stopped.err.count("Enter goes on")) == (2, 2), stopped
    assert "Stopped." in stopped.err


def test_what_the_portal_refuses_is_told_in_its_words(checkout: Checkout, tmp_path: Path) -> None:
    content = json.loads((checkout.root / "sandbox/stand_ins/a_ledger_with_a_long_name_of_3.json").read_text())
    wrong = tmp_path / "posting.json"
    wrong.write_text(json.dumps(content | {"vendor": ""}))
    ended = checkout.tallywright("bot", "run", "a-ledger-with-a-long-name-of-3", "--input", str(wrong))
    assert (ended.status, "Refused: Vendor is missing." in ended.out) == (1, True), ended


def test_on_a_real_portal_it_stops_after_the_read_back(checkout: Checkout) -> None:
    fields = ("From account", "Payee", "To account", "Amount", "Currency", "Purpose", "Reference")
    real = StandIn("acme", fields=fields, listed=("Payee", "Amount"), password="canary-real")
    words = ("bot", "run", "acme-bank", "--input", _EXAMPLE)
    with serve_in_thread(real.application) as url:
        there = ("--url", url, "--user", real.login)
        committed = checkout.tallywright(*words, *there, "--commit", lines="canary-real\n")
        right = checkout.tallywright(*words, *there, lines="canary-real\n")
        real.shows_instead = {"Amount": "1.00"}
        wrong = checkout.tallywright(*words, *there, lines="canary-real\n")
        refused = checkout.tallywright(*words, *there, lines="canary-wrong\n")
    assert (committed.status, "only the workflow commits" in committed.err) == (2, True)
    assert (right.status, "only the workflow commits" in right.out) == (0, True), right
    assert (wrong.status, "differs" in wrong.out) == (1, True), wrong
    assert (refused.status, real.wrong_passwords) == (2, 1)
    assert (real.saves, real.entries) == (0, [])
    assert "canary" not in "".join(each.out + each.err for each in (committed, right, wrong, refused))


def test_without_a_display_a_window_is_refused_and_told_why(checkout: Checkout) -> None:
    headed = checkout.tallywright("bot", "run", "acme-bank", "--input", _EXAMPLE, "--headed")
    recorder = checkout.tallywright("bot", "record", "https://portal.example")
    for ended in (headed, recorder):
        assert (ended.status, "This machine has no display" in ended.err) == (2, True), ended


def test_a_display_that_does_not_answer_is_told_in_one_sentence(checkout: Checkout) -> None:
    nowhere = {"DISPLAY": ":9999"}
    headed = checkout.tallywright("bot", "run", "acme-bank", "--input", _EXAMPLE, "--headed", **nowhere)
    recorder = checkout.tallywright("bot", "record", "https://portal.example", **nowhere)
    for ended in (headed, recorder):
        assert (ended.status, "closed" in ended.err, ended.err.count("\n")) == (2, True, 1), ended


def test_a_recording_becomes_a_page_object(terminal: Terminal, tmp_path: Path) -> None:
    recording = Path(__file__).parents[1] / "bots" / "authoring" / "recorded_test_ids.txt"
    file = tmp_path / "pages.py"
    words = ("bot", "record", "--recording", str(recording), "--class-name", "AcmePages")
    written = terminal.run(*words, "--output", str(file))
    assert (written.status, "class AcmePages:" in file.read_text()) == (0, True)
    assert "add a second, independent one" in written.err
    assert terminal.run(*words, "--json").document["source"] == file.read_text()
    assert terminal.run("bot", "record").status == 2
    assert terminal.run(*words[:-1], "no class").status == 2


def test_a_bot_that_is_not_there_is_named_with_how_to_begin_it(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"kind": "payment"}')
    assert terminal.run("bot", "run", "nowhere", "--input", str(tmp_path / "c.json")).status == 2
    example = Path(__file__).parents[2] / "bots/authoring/templates/payment.json.txt"
    ended = terminal.run("bot", "run", "nowhere", "--input", str(example))
    assert (ended.status, "`tallywright bot new nowhere` makes one" in ended.err) == (2, True), ended
