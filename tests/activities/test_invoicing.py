"""What becomes of a file in the watched folder, whatever it is called and whoever asks."""

from pathlib import Path

import pytest

from activities.invoicing import DeliveredFile, Invoicing
from installation import Installation


@pytest.fixture
def invoicing(installation: Installation) -> Invoicing:
    installation.settings.inbox_folder.mkdir()
    return Invoicing(installation.store, installation.files, installation.settings.inbox_folder)


def _deliver(invoicing: Invoicing, name: str, content: bytes) -> DeliveredFile:
    (invoicing.inbox / name).write_bytes(content)
    return DeliveredFile(tenant="main", sha256=invoicing.files.put("main", content), name=name)


@pytest.mark.behaviour("P3")
def test_given_a_file_that_is_no_invoice_it_lies_in_rejected_with_a_report_for_a_clerk(invoicing: Invoicing) -> None:
    file = _deliver(invoicing, "letter.xml", b"Dear Sir or Madam")
    invoicing.receive_invoice(file)
    invoicing.file_away(file)
    (kept,) = (invoicing.inbox / "rejected").glob("*letter.xml")
    report = kept.with_name(f"{kept.name}.report.txt").read_text()
    assert report.startswith("letter.xml was not taken in.")
    assert not (invoicing.inbox / "letter.xml").exists()


@pytest.mark.behaviour("P7")
def test_the_same_file_read_again_gives_the_first_answer(invoicing: Invoicing) -> None:
    file = _deliver(invoicing, "letter.xml", b"Dear Sir or Madam")
    assert invoicing.receive_invoice(file) == invoicing.receive_invoice(file)


@pytest.mark.parametrize("name", ["../keys/vault.key", "/etc/hostname", "..", "", "processed"])
def test_a_name_made_up_by_hand_moves_nothing(invoicing: Invoicing, name: str) -> None:
    file = _deliver(invoicing, "letter.xml", b"Dear Sir or Madam")
    invoicing.receive_invoice(file)
    before = _files(invoicing.inbox.parent)
    invoicing.file_away(file.model_copy(update={"name": name}))
    assert _files(invoicing.inbox.parent) == before


def test_another_file_that_came_under_the_same_name_is_left_for_its_own_reading(invoicing: Invoicing) -> None:
    first = _deliver(invoicing, "invoice.xml", b"the first")
    invoicing.receive_invoice(first)
    (invoicing.inbox / "invoice.xml").write_bytes(b"the second")
    invoicing.file_away(first)
    assert (invoicing.inbox / "invoice.xml").read_bytes() == b"the second"


def test_filing_away_again_what_is_filed_away_changes_nothing(invoicing: Invoicing) -> None:
    file = _deliver(invoicing, "letter.xml", b"Dear Sir or Madam")
    invoicing.receive_invoice(file)
    invoicing.file_away(file)
    before = _files(invoicing.inbox)
    invoicing.file_away(file)
    assert _files(invoicing.inbox) == before


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and "tallywright.db" not in path.name}
