"""From a file in the watched folder to a matched invoice."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from temporalio import activity

from activities.references import InvoiceRef
from audit.entry import Actor
from models.base import Model
from models.document import ReadResult
from models.invoice import Invoice
from reading.document import read_document
from store.files import FileStore, digest_of
from store.invoice_matching import MatchOutcome, match_invoice
from store.invoices import (
    Delivery,
    accept_delivery,
    delivery_of,
    invoice_of,
    reject_delivery,
    release,
    set_invoice_state,
)
from store.masters import vendors
from store.unit_of_work import Store, UnitOfWork

_READINGS = 3
"""How often a file that takes too long is read before it is refused."""

_INTAKE = Actor(system="invoice intake")
_MATCHING = Actor(system="invoice matching")
_LARGEST = 64 * 1024 * 1024
_LONGEST_STEM, _LONGEST_SUFFIX = 160, 16


class DeliveredFile(Model):
    tenant: str
    sha256: str
    name: str
    """Of the file in the watched folder."""


class EndInvoice(Model):
    ref: InvoiceRef
    why: str


@dataclass(frozen=True)
class Invoicing:
    store: Store
    files: FileStore
    inbox: Path

    @activity.defn
    def receive_invoice(self, file: DeliveredFile) -> Delivery:
        """Reads the file in a child process and takes the invoice in, or notes why it is none; once per content."""
        with self.store.read() as connection:
            known = delivery_of(connection, file.tenant, file.sha256)
        if known is not None:
            return known
        result = read_document(self.files.path(file.tenant, file.sha256))
        if result.code == "document.too_slow" and activity.info().attempt < _READINGS:
            raise TimeoutError(f"{file.name} was not read in time; a busy machine is no reason to refuse it yet")
        with self.store.change(file.tenant, _INTAKE) as work:
            if result.invoice is None:
                return reject_delivery(work, file.sha256, file.name, _why_rejected(result))
            return accept_delivery(work, file.sha256, file.name, result.invoice, _vendor_of(work, result.invoice))

    @activity.defn
    def file_away(self, file: DeliveredFile) -> None:
        """Moves the delivered file to `processed/` or `rejected/`; a rejected one gets a report beside it."""
        with self.store.read() as connection:
            delivery = delivery_of(connection, file.tenant, file.sha256)
        # Whoever can start a workflow chooses the name: it must not reach a file outside the watched folder.
        source = self.inbox / Path(file.name).name
        # A vendor may meanwhile have put another invoice there under the same name; that one is still to be read.
        if delivery is None or not source.is_file() or digest_of(kept_part(source)) != file.sha256:
            return
        is_accepted = delivery.state == "accepted"
        folder = source.parent / ("processed" if is_accepted else "rejected")
        folder.mkdir(exist_ok=True)
        target = folder / f"{file.sha256[:12]}-{_shortened(source)}"
        if not is_accepted:
            # Whole from the first moment, for a clerk who opens it at once, also where two attempts write it.
            part = target.with_name(f"{target.name}.report.part")
            part.write_text(f"{source.name} was not taken in.\n\n{delivery.reason}\n", encoding="utf-8")
            part.replace(target.with_name(f"{target.name}.report.txt"))
        shutil.move(source, target)

    @activity.defn
    def match_invoice(self, ref: InvoiceRef) -> MatchOutcome:
        """Checks and matches with everything known now, reserving what it takes of the order."""
        with self.store.change(ref.tenant, _MATCHING) as work:
            return match_invoice(work, ref.invoice)

    @activity.defn
    def end_invoice(self, command: EndInvoice) -> None:
        """Ends an invoice that is not going to be paid, and frees what it held of its order."""
        with self.store.change(command.ref.tenant, _MATCHING) as work:
            stored = invoice_of(work.connection, work.tenant, command.ref.invoice)
            work.case = stored.case
            if set_invoice_state(work, stored.id, "rejected", reasons=(command.why,)):
                release(work, stored.id)

    @activity.defn
    def invoice_state(self, ref: InvoiceRef) -> str:
        with self.store.read() as connection:
            return invoice_of(connection, ref.tenant, ref.invoice).state


def _shortened(path: Path) -> str:
    """The file's name with room for what is put before and after it: a file system takes 255 bytes."""
    stem = path.stem.encode()[:_LONGEST_STEM].decode(errors="ignore")
    return f"{stem}{path.suffix[:_LONGEST_SUFFIX]}"


def kept_part(path: Path) -> bytes:
    """The content of a delivered file; of one beyond all measure only as much as shows that it is too large."""
    with path.open("rb") as file:
        return file.read(_LARGEST)


def _vendor_of(work: UnitOfWork, document: Invoice) -> str:
    """The vendor with the seller's VAT id; empty where none or several have it."""
    vat_id = document.seller.vat_id.replace(" ", "").upper()
    found = [vendor.id for vendor in vendors(work.connection, work.tenant) if vat_id and vendor.vat_id == vat_id]
    return found[0] if len(found) == 1 else ""


def _why_rejected(result: ReadResult) -> str:
    """A report for a clerk: the reason, then every finding."""
    reason = result.reason or "This is a bank statement, not an invoice; put it where statements are taken in."
    return "\n".join([reason, *(f"- {finding}" for finding in result.findings)])
