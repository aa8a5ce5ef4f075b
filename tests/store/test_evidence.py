from pathlib import Path

import pytest

from audit.entry import Actor
from models.portal import EvidenceStep
from store.evidence import last_screenshot, record_step, steps_of_case
from store.log import history
from tests.console.company import TENANT, Company

pytestmark = pytest.mark.behaviour("R8", "E1")
_BOT = Actor(bot="bank", owner="oliver.stein")


def record(company: Company, case: str, position: int, step: EvidenceStep) -> None:
    company.clock.move(seconds=1)
    with company.store.change(TENANT, _BOT, case, "run-1") as work:
        record_step(work, company.files, "sandbox-bank", position, step)


def test_each_step_is_kept_with_its_picture_and_its_entry_in_the_order_it_was_done(company: Company) -> None:
    case = company.file()
    steps = [
        EvidenceStep(action="signed in", target="Sign in", screenshot=b"one"),
        EvidenceStep(action="entered", target="Payment", text_digest="d" * 64),
        EvidenceStep(action="read back", target="Confirm", screenshot=b"three", download_sha256="e" * 64),
    ]
    for position, step in enumerate(steps, 1):
        record(company, case, position, step)
    with company.store.read() as connection:
        kept = steps_of_case(connection, TENANT, case)
        newest = last_screenshot(connection, TENANT, case)
        entries = [entry for entry in history(connection, TENANT, case) if entry.action == "bot.step_done"]
    assert [(step.position, step.action, step.run) for step in kept] == [
        (1, "signed in", "run-1"),
        (2, "entered", "run-1"),
        (3, "read back", "run-1"),
    ]
    assert company.files.get(TENANT, newest) == b"three"
    assert [entry.body["after"]["screenshot"] for entry in entries] == [step.screenshot for step in kept]
    assert {entry.actor.owner for entry in entries} == {"oliver.stein"}


def test_a_case_without_pictures_has_none(company: Company) -> None:
    case = company.file()
    record(company, case, 1, EvidenceStep(action="signed in", target="Sign in"))
    with company.store.read() as connection:
        assert last_screenshot(connection, TENANT, case) == ""


def test_a_picture_that_cannot_be_kept_leaves_no_step_behind(company: Company, folder: Path) -> None:
    case = company.file()
    blocked = folder / "files"

    blocked.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="files"):
        record(company, case, 1, EvidenceStep(action="signed in", target="Sign in", screenshot=b"one"))
    with company.store.read() as connection:
        assert steps_of_case(connection, TENANT, case) == ()
