"""The portals' queues and a stuck bot's task, settled from a terminal with the console's rights and guards."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from audit.entry import Actor
from models.party import Role
from models.portal import Credential, EvidenceStep, Finding, FindingKind
from models.task import Resolution, TaskContent
from store.evidence import record_step
from store.intents import intent_of
from store.tasks import TaskSubject, open_task
from store.vault import Vault
from tests.commands.running import Terminal
from tests.console.company import TENANT, Company
from tests.store.steps import armed_payment

_SYSTEM = Actor(system="test set-up")
_BANK = "sandbox-bank"


@pytest.fixture
def payment(company: Company) -> str:
    """The slice of a payment of 4,414.90 EUR that waits for the bank."""
    with company.store.change(TENANT, _SYSTEM) as work:
        login = Credential(login="L", password=SecretStr("p"))
        Vault.of(bytes(32)).put(work, _BANK, login, "oliver.stein")
    return armed_payment(company)


@pytest.fixture
def task(company: Company, payment: str) -> str:
    subject = TaskSubject(kind="payment_stopped", subject_kind="intent", subject_id=payment, workflow="w")
    content = TaskContent(title="Pay", message="Stopped.", resolutions=(Resolution.DONE, Resolution.CANCEL))
    with company.store.change(TENANT, _SYSTEM) as work:
        work.case = intent_of(work.connection, TENANT, payment).case
        return open_task(work, subject, Role.TREASURER, content, None)


@pytest.mark.behaviour("R4")
def test_the_queue_is_seen_and_steered_by_those_who_may(terminal: Terminal, payment: str) -> None:
    (bank,) = terminal.run("bot", "queue", "--json").document
    (item,) = bank["waiting"]
    assert (bank["portal"], bank["paused"], item["subject"], item["priority"]) == (_BANK, False, payment, 2)
    assert item["reference"] in terminal.run("bot", "queue").out
    reference = item["reference"]
    steps = [
        (("pause", _BANK, "--reason", "Bank holiday"), "sofia.brandt", 0),
        (("pause", _BANK, "--reason", "Bank holiday"), "greta.holm", 2),
        (("pause", "nowhere", "--reason", "Why"), "sofia.brandt", 2),
        (("prioritise", reference), "greta.holm", 0),
        (("prioritise", reference, "--priority", "sky"), "greta.holm", 2),
        (("defer", reference, "--until", "2026-12-24T08:00+01:00"), "greta.holm", 0),
        (("defer", reference, "--until", "2026-12-24T08:00"), "greta.holm", 2),
        (("rules", _BANK, "--per-minute", "6", "--second-person-above", "500"), "ines.lindqvist", 0),
        (("rules", _BANK, "--per-minute", "0"), "ines.lindqvist", 2),
        (("rules", _BANK, "--second-person-above", "1000000"), "marek.hansen", 2),
    ]
    assert [terminal.run("bot", *words, login=login).status for words, login, _ in steps] == [each[2] for each in steps]
    (bank,) = terminal.run("bot", "queue", "--json").document
    (item,) = bank["waiting"]
    assert (bank["paused"], bank["pause_reason"], item["priority"]) == (True, "Bank holiday", 1)
    assert item["defer_until"].startswith("2026-12-24T07:00")
    assert (bank["rules"]["actions_per_minute"], bank["rules"]["second_person_above"]) == (6, "500")
    assert terminal.run("bot", "resume", _BANK, login="marek.hansen").status == 0
    assert not terminal.run("bot", "queue", "--json").document[0]["paused"]


@pytest.mark.behaviour("R6")
def test_what_has_changed_on_a_portal_is_told_and_seen_to(terminal: Terminal, company: Company) -> None:
    assert "Everything stands where the bots know it." in terminal.run("bot", "drift").out
    drift = Finding(kind=FindingKind.DRIFT, sought="[bold]List", expected_by="words", found_by="hint", found="L")
    step = EvidenceStep(action="found another way", target="t", finding=drift)
    with company.store.change(TENANT, _SYSTEM, "", "run") as work:
        record_step(work, company.files, _BANK, 1, step)
    (note,) = terminal.run("bot", "drift", "--json").document
    assert note["finding"]["sought"] == "[bold]List"
    assert "[bold]List" in terminal.run("bot", "drift").out
    mended = ("bot", "mended", note["id"], "--comment", "The bot was mended.")
    assert [terminal.run(*mended, login=login).status for login in ("greta.holm", "sofia.brandt")] == [2, 0]
    assert terminal.run("bot", "drift", "--json").document == []
    assert terminal.run("bot", "drift", "--all", "--json").document[0]["settled_by"] == "sofia.brandt"


@pytest.mark.behaviour("R10")
def test_done_with_proof_counts_once_a_second_person_confirms_what_they_saw(
    terminal: Terminal, task: str, tmp_path: Path
) -> None:
    advice = tmp_path / "advice.pdf"
    advice.write_bytes(b"%PDF-1.7 advice")
    words = ("task", "resolve", task, "done", "--comment", "Paid at the counter.")
    assert terminal.run(*words, login="marek.hansen").status == 2, "without proof"
    answer = terminal.run(*words, "--proof-file", str(advice), "--json", login="marek.hansen").document
    assert answer["settled"] is False
    digest = terminal.run("task", "show", task, "--json").document["proposal_digest"]
    assert digest in terminal.run("task", "show", task).out
    confirm = ("task", "confirm", task, digest, "--comment", "I saw the advice.")
    assert terminal.run(*confirm, login="marek.hansen").status == 2, "nobody confirms their own answer"
    assert terminal.run(*confirm, login="sofia.brandt").status == 2, "who released it attests nothing"
    assert terminal.run(*confirm, login="ines.lindqvist").status == 0
    assert terminal.run("task", "show", task, "--json").document["state"] == "resolved"


@pytest.mark.behaviour("R10")
def test_a_declined_answer_leaves_the_task_open(terminal: Terminal, task: str) -> None:
    said = ("--comment", "The bank says so.", "--proof", "Receipt 88")
    terminal.run("task", "resolve", task, "done", *said, login="marek.hansen")
    digest = terminal.run("task", "show", task, "--json").document["proposal_digest"]
    declined = terminal.run("task", "decline", task, digest, "--comment", "I doubt it.", login="karl.lindqvist")
    found = terminal.run("task", "show", task, "--json").document
    assert (declined.status, found["state"], found["proposal"]) == (0, "open", None)
