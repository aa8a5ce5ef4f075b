"""Passwords and seeds are planted as canaries at the portals; after a day's work not one of them is anywhere else.

Real server, real portals, real browser, real mail server. Searched are all files of the installation (databases with
their journals, logs, pictures, messages, what lies in the temporary folder), Temporal's histories as its clients read
them, and the command lines and environments of all processes.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from chaos.processes import descendants
from sandbox import database
from sandbox.bank.app import LOGIN as BANK_LOGIN
from sandbox.erp.app import LOGIN as ERP_LOGIN
from sandbox.faults import Fault
from sandbox.stack import Stack
from store.evidence import RecordedStep, steps_of_case
from store.intents import intent_of
from tests.end_to_end.canaries import Canary, leaks, plant
from tests.end_to_end.office import Office
from tests.end_to_end.play import Play
from tests.end_to_end.stage import Stage, free_ports

pytestmark = [pytest.mark.behaviour("R8"), pytest.mark.timeout(400)]

_OWN_TO_PORTALS = ("bank", "erp")
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Planted(Stage):
    """A stage with a mail server, whose portals have canaries for secrets and whose temporary files stay at home."""

    canaries: tuple[Canary, ...] = field(default=(), init=False)

    def environment(self) -> dict[str, str]:
        here = {"TMPDIR": str(self.home / "tmp")}
        return (
            super().environment() | here | {"TALLYWRIGHT_NOTIFY_URL": Stack.environment(self)["TALLYWRIGHT_NOTIFY_URL"]}
        )

    def open(self) -> None:
        (self.home / "tmp").mkdir(parents=True)
        portals = self.home / "sandbox"
        self.canaries = (
            *plant(portals / "bank" / "credentials.json", BANK_LOGIN, with_totp=True),
            *plant(portals / "erp" / "credentials.json", ERP_LOGIN, with_totp=False),
        )
        super().open()
        self.start("mail")
        self.wait_until_reachable("mail")

    def files(self) -> Iterator[Path]:
        """Every file of the installation; what lies in the portals' own folders is theirs."""
        own = tuple(self.home / "sandbox" / portal for portal in _OWN_TO_PORTALS)
        return (file for file in self.home.rglob("*") if file.is_file() and not any(map(file.is_relative_to, own)))

    def processes(self) -> Iterator[Path]:
        """What is known of the processes that were started here, and of theirs."""
        for process in self._running.values():
            for pid in (process.pid, *descendants(process.pid)):
                yield from (Path(f"/proc/{pid}/cmdline"), Path(f"/proc/{pid}/environ"))


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[Planted]:
    stage = Planted(tmp_path / "home", free_ports())
    try:
        stage.open()
        yield stage
        stage.house.close()
    finally:
        stage.stop()


@pytest.mark.behaviour("R9")
async def test_after_a_days_work_no_planted_secret_is_anywhere(planted: Planted) -> None:
    client = await Client.connect(planted.temporal, data_converter=pydantic_data_converter)
    play = Play(planted, Office(planted.house), client)
    paid = await _work(play)
    found = [*_in_processes(planted), *await _in_histories(planted, client)]
    steps = _steps(play, paid)
    _check_evidence(planted, steps)
    for name in ("bots", "flows"):
        planted.terminate(name)
    assert [*found, *_in_files(planted)] == []


async def _work(play: Play) -> str:
    """A payment, a posting, a payment that a person is asked about, and a password that the bank refuses; the slice of
    the payment that went well."""
    good, posted, stopped, refused = (play.office.bill() for _ in range(4))
    payment, posting = play.office.payment_of(good), play.office.posting_of(posted)
    await play.carried_out(await play.start(payment), payment)
    await play.carried_out(await play.start(posting), posting)
    play.set_fault("bank", Fault.CHANGE_PAYEE_ACCOUNT, stopped)
    await _asked_about(play, play.office.payment_of(stopped))
    with database.transaction(play.stage.ledger("bank")) as connection:
        connection.execute("UPDATE login SET password_hash = x'00'")
    await _asked_about(play, play.office.payment_of(refused))
    await play.until(lambda: list((play.stage.home / "sandbox" / "mail").rglob("*.eml")))
    return payment


async def _asked_about(play: Play, slice_id: str) -> None:
    await play.start(slice_id)
    await play.until(lambda: [task for task in play.tasks(slice_id) if task.state == "open"])


def _steps(play: Play, slice_id: str) -> list[RecordedStep]:
    with play.stage.house.store.read() as view:
        case = intent_of(view, play.office.tenant, slice_id).case
        return [step for step in steps_of_case(view, play.office.tenant, case) if step.run.startswith(slice_id)]


def _check_evidence(planted: Planted, steps: list[RecordedStep]) -> None:
    """A picture and the digest of the page before the final click and after it, kept under their hashes."""
    actions = [step.action for step in steps]
    before, after = actions.index("read back"), actions.index("submitted: answered")
    assert before < after
    for step in (steps[before], steps[after]):
        assert len(step.text_digest) == len(step.screenshot) == 64
        assert planted.house.files.get(planted.house.settings.tenant, step.screenshot).startswith(_PNG)


def _in_files(planted: Planted) -> Iterator[str]:
    files = list(planted.files())
    suffixes = {file.suffix for file in files}
    # The search is worth nothing where it does not look: databases, logs and messages must be among the files.
    assert {".db", ".log", ".eml"} <= suffixes
    for file in files:
        yield from leaks(planted.canaries, str(file.relative_to(planted.home)), file.read_bytes())
    for portal in _OWN_TO_PORTALS:
        known = (planted.home / "sandbox" / portal / "credentials.json").read_bytes()
        assert any(leaks(planted.canaries, "where they were planted", known))


def _in_processes(planted: Planted) -> Iterator[str]:
    for file in planted.processes():
        with suppress(OSError):
            yield from leaks(planted.canaries, str(file), file.read_bytes())


async def _in_histories(planted: Planted, client: Client) -> list[str]:
    found: list[str] = []
    seen = 0
    async for execution in client.list_workflows():
        history = await client.get_workflow_handle(execution.id, run_id=execution.run_id).fetch_history()
        # As JSON and as it is on the wire: the JSON holds payloads in base64.
        for content in (history.to_json().encode(), *(event.SerializeToString() for event in history.events)):
            found += leaks(planted.canaries, f"the history of {execution.id}", content)
        seen += 1
    assert seen >= 4
    return found
