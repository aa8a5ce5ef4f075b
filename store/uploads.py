"""A document that a person or a program hands in instead of putting it into the watched folder."""

from pathlib import PurePath

from models.ids import invoice_workflow
from models.party import Role
from store.files import FileStore
from store.invoices import delivery_of
from store.outbox import MessageKind, enqueue
from store.people import SignedIn
from store.unit_of_work import Store


def hand_in_invoice(store: Store, files: FileStore, signed_in: SignedIn, name: str, content: bytes) -> str:
    """Keeps the file and has it taken in; returns its SHA-256, under which its delivery is found.

    The same content again changes nothing. Raises BusinessError `right.missing`.
    """
    signed_in.require(Role.ACCOUNTS_PAYABLE, Role.PURCHASING)
    sha256 = files.put(signed_in.tenant, content)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        if delivery_of(work.connection, work.tenant, sha256) is None:
            enqueue(
                work,
                MessageKind.START,
                invoice_workflow(work.tenant, sha256),
                "SupplierInvoice",
                {"tenant": work.tenant, "sha256": sha256, "name": PurePath(name).name},
            )
        work.record("document.handed_in", "delivery", sha256, after={"file": name, "bytes": len(content)})
    return sha256
