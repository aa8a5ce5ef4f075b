"""The watched folder on a real Temporal server: good files are taken in, the others leave a report, none stops it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from activities.invoicing import Invoicing
from sandbox.vendor_invoice import deliver
from store.files import FileStore
from store.invoices import Delivery, StoredInvoice, delivery_of, invoice_of
from tests.formats.documents import UBL_INVOICE
from tests.formats.samples import sample
from tests.workflows.house import House
from worker import flows_worker
from workflows.intake import Intake

pytestmark = pytest.mark.behaviour("P3")
_BOMB = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]><a>&c;&c;</a>'
GOOD = UBL_INVOICE.encode()
HOSTILE = {
    "empty.xml": (b"", "The file is empty; ask the sender to send it again."),
    "zeros.xml": (b"\0" * 4096, "The file is empty"),
    "cut off.xml": (GOOD[:900], ""),
    "bomb.xml": (_BOMB.encode(), "DOCTYPE"),
    "deep.xml": (b"<a>" * 50_000, ""),
    "other schema.xml": (b"<greeting>hello</greeting>", "neither an invoice nor a statement that we know"),
    "text.xml": (b"Dear Sirs", "We cannot tell what this file is"),
    "huge.xml": (GOOD + b" " * 50 * 1024 * 1024, "50.0 MB"),
    "statement.xml": (sample("camt", "camt053.v8.xml").read_bytes(), "This is a bank statement, not an invoice"),
}
_WORDS_OF_PROGRAMMERS = ("Traceback", "lxml", "Exception", "Error:", "pydantic", "None")


class Inbox:
    """The watched folder, and what became of the files in it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.folder = house.installation.settings.inbox_folder
        self.folder.mkdir(parents=True, exist_ok=True)

    def put(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    async def emptied(self, *but: str) -> None:
        await self.house.eventually(
            lambda: {path.name for path in self.folder.iterdir() if not path.is_dir()} <= {*but}
        )

    def filed(self, folder: str) -> list[Path]:
        return sorted(path for path in (self.folder / folder).glob("*") if not path.name.endswith(".report.txt"))

    def reports(self) -> dict[str, str]:
        """What each report says, by the name of its file without the hash before it."""
        found = (self.folder / "rejected").glob("*.report.txt")
        return {path.name[13:].removesuffix(".report.txt"): path.read_text() for path in found}

    def delivery(self, content: bytes) -> Delivery | None:
        installation = self.house.installation
        sha256 = installation.files.put(self.house.tenant, content)
        with installation.store.read() as connection:
            return delivery_of(connection, self.house.tenant, sha256)

    def invoice(self, content: bytes) -> StoredInvoice:
        found = self.delivery(content)
        assert found is not None
        with self.house.installation.store.read() as connection:
            return invoice_of(connection, self.house.tenant, found.invoice)


@pytest.fixture
def inbox(house: House) -> Inbox:
    return Inbox(house)


@pytest.mark.behaviour("P5")
async def test_given_hostile_and_broken_files_each_leaves_a_report_for_a_clerk_and_the_good_one_is_taken_in(
    inbox: Inbox,
) -> None:
    for name, (content, _) in HOSTILE.items():
        inbox.put(name, content)
    inbox.put("z good.xml", GOOD)
    await inbox.emptied()
    reports = inbox.reports()
    assert reports.keys() == HOSTILE.keys()
    for name, (_, reason) in HOSTILE.items():
        first, *rest = reports[name].splitlines()
        assert first == f"{name} was not taken in."
        assert reason in reports[name], reports[name]
        assert len("".join(rest)) > 20
        assert not any(word in reports[name] for word in _WORDS_OF_PROGRAMMERS), reports[name]
    assert [path.name[13:] for path in inbox.filed("processed")] == ["z good.xml"]
    assert inbox.invoice(GOOD).document.number == "R-1001"


@pytest.mark.behaviour("P7")
async def test_given_the_same_content_again_under_another_name_it_is_filed_away_and_the_invoice_is_as_before(
    inbox: Inbox,
) -> None:
    inbox.put("first.xml", GOOD)
    await inbox.emptied()
    await inbox.house.eventually(lambda: inbox.invoice(GOOD).state == "exception")
    before = inbox.invoice(GOOD)
    inbox.put("second.xml", GOOD)
    inbox.put("first.xml", GOOD)
    await inbox.emptied()
    assert inbox.invoice(GOOD) == before
    assert [path.name[13:] for path in inbox.filed("processed")] == ["first.xml", "second.xml"]


@pytest.mark.behaviour("P7")
async def test_given_a_refused_file_again_it_is_refused_again_with_its_report(inbox: Inbox) -> None:
    for name in ("one.xml", "two.xml"):
        inbox.put(name, b"Dear Sirs")
        await inbox.emptied()
    assert inbox.reports().keys() == {"one.xml", "two.xml"}


async def test_given_twenty_copies_at_once_there_is_one_invoice(inbox: Inbox) -> None:
    for number in range(20):
        inbox.put(f"copy {number}.xml", GOOD)
    await inbox.emptied()
    assert len(inbox.filed("processed")) == 20
    assert inbox.invoice(GOOD).id == "IN-2026-0001"


NAMES = (
    "Rechnung Müller & Söhne (2).xml",
    "发票 2026年11月.xml",
    "line\nbreak.xml",
    "a'; DROP TABLE invoice; --.xml",
    f"{'ä' * 120}.xml",
    f"x.{'y' * 253}",
    "'$(reboot)'.XML",
)


async def test_given_any_names_files_are_taken_in_or_refused_like_any_other(inbox: Inbox) -> None:
    for at, name in enumerate(NAMES):
        inbox.put(name, GOOD.replace(b"R-1001", f"R-{at}".encode()))
    await inbox.emptied()
    for name in NAMES:
        inbox.put(name, f"Dear Sirs of {name}".encode())
    await inbox.emptied()
    many = len(NAMES)
    assert (len(inbox.filed("processed")), len(inbox.filed("rejected")), len(inbox.reports())) == (many, many, many)


async def test_given_a_name_that_is_not_utf_8_the_file_is_taken_in_under_a_readable_one(inbox: Inbox) -> None:
    inbox.put("M\udcfcller.xml", GOOD)
    await inbox.emptied()
    assert [path.name[13:] for path in inbox.filed("processed")] == ["M�ller.xml"]


@asynccontextmanager
async def looking(house: House, files: FileStore | None = None) -> AsyncIterator[Intake]:
    """Workers without the watcher: the test says when it looks."""
    installation = house.installation
    folder = installation.settings.inbox_folder
    invoicing = Invoicing(installation.store, installation.files, folder)
    async with flows_worker(installation, house.client, house.wall):
        yield Intake(house.client, invoicing, files or installation.files, house.tenant, folder)


async def test_given_a_file_that_is_still_written_it_is_not_taken_before_it_rests(idle_house: House) -> None:
    inbox = Inbox(idle_house)
    async with looking(idle_house) as intake:
        with inbox.put("slow.xml", b"").open("ab") as file:
            for at in range(0, len(GOOD), 1000):
                file.write(GOOD[at : at + 1000])
                file.flush()
                await intake.look()
        assert inbox.delivery(GOOD) is None
        await intake.look()
        await inbox.emptied()
    assert inbox.invoice(GOOD).document.number == "R-1001"
    assert inbox.filed("rejected") == []


async def test_given_names_of_files_that_are_not_finished_they_are_left_alone(inbox: Inbox) -> None:
    for name in ("copy.part", "copy.xml.tmp", ".hidden.xml"):
        inbox.put(name, GOOD[:100])
    (inbox.folder / "folder.xml").mkdir()
    deliver(inbox.folder, "whole", GOOD)
    await inbox.emptied("copy.part", "copy.xml.tmp", ".hidden.xml")
    assert inbox.reports() == {}


async def test_given_a_link_what_it_leads_to_is_neither_read_nor_moved(inbox: Inbox, tmp_path: Path) -> None:
    (tmp_path / "secret.xml").write_bytes(b"a key")
    (inbox.folder / "link.xml").symlink_to(tmp_path / "secret.xml")
    (inbox.folder / "nowhere.xml").symlink_to(tmp_path / "nothing")
    inbox.put("good.xml", GOOD)
    await inbox.emptied("link.xml", "nowhere.xml")
    assert (tmp_path / "secret.xml").exists()
    assert inbox.delivery(b"a key") is None


class FullDisk(FileStore):
    """Cannot keep the files that begin with these bytes."""

    def put(self, tenant: str, content: bytes) -> str:
        if content.startswith(b"unlucky"):
            raise PermissionError(13, "Permission denied", "unlucky.xml")
        return super().put(tenant, content)


async def test_given_a_file_that_cannot_be_read_the_others_are_taken_in_and_it_is_said_once(idle_house: House) -> None:
    inbox = Inbox(idle_house)
    inbox.put("a unlucky.xml", b"unlucky")
    inbox.put("b good.xml", GOOD)
    async with looking(idle_house, FullDisk(idle_house.installation.settings.home / "files")) as intake:
        with capture_logs() as logs:
            for _ in range(5):
                await intake.look()
        await inbox.emptied("a unlucky.xml")
    told = [entry for entry in logs if entry["event"] == "not taken in yet"]
    assert [entry["file"] for entry in told] == ["a unlucky.xml"]
    assert "Permission denied" in told[0]["problem"]


async def test_given_a_folder_that_vanishes_the_watcher_goes_on_when_it_is_back(idle_house: House) -> None:
    inbox = Inbox(idle_house)
    async with looking(idle_house) as intake:
        watching = asyncio.create_task(intake.watch(pause=0.02))
        inbox.folder.rmdir()
        inbox.folder.write_bytes(b"a file where the folder was")
        with capture_logs() as logs:
            await idle_house.eventually(lambda: logs)
        inbox.folder.unlink()
        await idle_house.eventually(inbox.folder.is_dir)
        inbox.put("good.xml", GOOD)
        await inbox.emptied()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    assert len(inbox.filed("processed")) == 1
