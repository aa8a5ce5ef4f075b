"""Deliveries of invoice files, the invoices in them, and what an invoice reserves of its order."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from finance.duplicates import KnownInvoice
from finance.obligation import content_digest
from models.base import Model
from models.errors import BusinessError
from models.ids import invoice_workflow, purchase_workflow
from models.invoice import Invoice
from models.matching import LineMatch
from models.money import Money
from store.cases import attach, open_case
from store.numbers import next_number
from store.outbox import MessageKind, enqueue
from store.schema.payables import delivery, invoice, invoice_match
from store.schema.purchasing import purchase_order
from store.unit_of_work import UnitOfWork

_UNDECIDED = ("received", "waiting", "exception")
_ON_ITS_WAY = ("matched", "approved", "posted", "released", "paid", "closed")
LIVE_STATES = (*_UNDECIDED, *_ON_ITS_WAY)
PAID_STATES = ("released", "paid", "closed")
OVER_STATES = ("closed", "rejected", "sent_back")


class Delivery(Model):
    """One file that arrived. Its state is apart from the document's: a repeated file changes no invoice."""

    sha256: str
    file_name: str
    state: str
    """`accepted` or `rejected`."""
    reason: str
    invoice: str
    case: str


class StoredInvoice(Model):
    id: str
    case: str
    vendor: str
    """Vendor id; empty while the seller is not in the vendor master."""
    sha256: str
    document: Invoice
    digest: str
    state: str
    received_at: datetime

    @property
    def is_on_its_way(self) -> bool:
        """Whether it was matched; from then on it is not matched again."""
        return self.state in _ON_ITS_WAY

    @property
    def due_date(self) -> date:
        return self.document.due_date or self.document.issue_date

    @property
    def total(self) -> Money:
        return Money(amount=self.document.totals.payable, currency=self.document.currency)


def delivery_of(connection: Connection, tenant: str, sha256: str) -> Delivery | None:
    query = select(delivery).where(delivery.c.tenant == tenant, delivery.c.sha256 == sha256)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    case = invoice_of(connection, tenant, row.invoice).case if row.invoice else ""
    return _delivery(row, case)


def reject_delivery(work: UnitOfWork, sha256: str, file_name: str, reason: str) -> Delivery:
    """Notes that a file is no invoice we can read, and why."""
    _insert_delivery(work, sha256, file_name, "rejected", reason, "")
    work.record("delivery.rejected", "delivery", sha256, after={"file": file_name}, reasons=(reason,))
    return Delivery(sha256=sha256, file_name=file_name, state="rejected", reason=reason, invoice="", case="")


def accept_delivery(work: UnitOfWork, sha256: str, file_name: str, document: Invoice, vendor: str) -> Delivery:
    """Takes in the invoice that a file holds. It joins the case of its order, or opens one of its own."""
    number = next_number(work, "IN")
    work.case = _case_of_order(work.connection, work.tenant, document, vendor) or number
    if work.case == number:
        total = Money(amount=document.totals.payable, currency=document.currency)
        title = f"Invoice {document.number} of {document.seller.name}"
        open_case(work, number, "procure_to_pay", title, "", vendor, total)
    work.execute(
        insert(invoice).values(
            tenant=work.tenant,
            id=number,
            case_id=work.case,
            vendor=vendor,
            number=document.number,
            gross=document.totals.gross,
            currency=document.currency,
            due_date=document.due_date,
            data=document,
            digest=content_digest(document),
            sha256=sha256,
            state="received",
            received_at=work.now,
        )
    )
    attach(work, f"Invoice {document.number}", sha256, "application/xml", file_name)
    _insert_delivery(work, sha256, file_name, "accepted", "", number)
    work.record(
        "invoice.received",
        "invoice",
        number,
        after={
            "number": document.number,
            "seller": document.seller.name,
            "payable": f"{document.totals.payable} {document.currency}",
            "file": file_name,
            "sha256": sha256,
        },
    )
    return Delivery(sha256=sha256, file_name=file_name, state="accepted", reason="", invoice=number, case=work.case)


def invoice_of(connection: Connection, tenant: str, invoice_id: str) -> StoredInvoice:
    """Raises BusinessError `invoice.unknown`."""
    query = select(invoice).where(invoice.c.tenant == tenant, invoice.c.id == invoice_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise BusinessError("invoice.unknown", f"There is no invoice {invoice_id!r}.")
    return _invoice(row)


def invoices_of_case(connection: Connection, tenant: str, case: str) -> tuple[StoredInvoice, ...]:
    query = select(invoice).where(invoice.c.tenant == tenant, invoice.c.case_id == case)
    return tuple(_invoice(row) for row in connection.execute(query.order_by(invoice.c.id)))


def earlier_invoices(connection: Connection, tenant: str, stored: StoredInvoice) -> tuple[KnownInvoice, ...]:
    """What `stored` could be a duplicate of: live invoices that came before it, and later ones already paid out."""
    query = select(invoice).where(
        invoice.c.tenant == tenant,
        (invoice.c.id < stored.id) & invoice.c.state.in_(LIVE_STATES) | invoice.c.state.in_(PAID_STATES),
        invoice.c.id != stored.id,
    )
    return tuple(known_invoice(_invoice(row)) for row in connection.execute(query))


def known_invoice(stored: StoredInvoice) -> KnownInvoice:
    means = stored.document.payment_means
    return KnownInvoice(
        id=stored.id,
        vendor=stored.vendor or stored.document.seller.name,
        number=stored.document.number,
        issue_date=stored.document.issue_date,
        gross=stored.document.totals.gross,
        currency=stored.document.currency,
        iban=means[0].iban if means else "",
        tax_id=stored.document.seller.vat_id,
    )


def set_invoice_state(
    work: UnitOfWork, invoice_id: str, state: str, reasons: tuple[str, ...] = (), after: dict[str, Any] | None = None
) -> bool:
    """Moves an invoice to `state` with its audit entry; False when it is there already or further on.

    An invoice never goes back on its way, whatever a workflow that was reset or started again does.
    """
    place = (invoice.c.tenant == work.tenant) & (invoice.c.id == invoice_id)
    moved = work.execute(update(invoice).where(place, invoice.c.state.not_in(_barring(state))).values(state=state))
    if moved.rowcount:
        work.record(f"invoice.{state}", "invoice", invoice_id, after=after, reasons=reasons)
        if state in OVER_STATES:
            enqueue(work, MessageKind.CHANGED, purchase_workflow(work.tenant, work.case))
    return bool(moved.rowcount)


def _barring(state: str) -> tuple[str, ...]:
    """The states from which no invoice moves to `state`."""
    if state in _UNDECIDED:
        return (*OVER_STATES, *_ON_ITS_WAY, state)
    if state in _ON_ITS_WAY:
        return (*OVER_STATES, *_ON_ITS_WAY[_ON_ITS_WAY.index(state) :])
    return (*OVER_STATES, "paid")


def reserve(work: UnitOfWork, invoice_id: str, matches: Iterable[LineMatch]) -> None:
    """Holds what `matches` take of their order lines for this invoice, in place of what it held before."""
    release(work, invoice_id)
    for match in matches:
        work.execute(insert(invoice_match).values(tenant=work.tenant, invoice=invoice_id, **match.model_dump()))


def release(work: UnitOfWork, invoice_id: str) -> None:
    """Frees what an invoice holds of its order lines."""
    place = (invoice_match.c.tenant == work.tenant) & (invoice_match.c.invoice == invoice_id)
    work.execute(delete(invoice_match).where(place))


def waiting_invoice_workflows(connection: Connection, tenant: str, case: str) -> tuple[str, ...]:
    """The workflows of the case's invoices that are not over."""
    waiting = [stored for stored in invoices_of_case(connection, tenant, case) if stored.state not in OVER_STATES]
    return tuple(invoice_workflow(tenant, stored.sha256) for stored in waiting)


def _case_of_order(connection: Connection, tenant: str, document: Invoice, vendor: str) -> str:
    query = select(purchase_order.c.case_id).where(
        purchase_order.c.tenant == tenant,
        purchase_order.c.number == document.order_reference,
        purchase_order.c.vendor == vendor,
    )
    return str(connection.execute(query).scalar_one_or_none() or "")


def _insert_delivery(work: UnitOfWork, sha256: str, file_name: str, state: str, reason: str, invoice_id: str) -> None:
    values = {"sha256": sha256, "file_name": file_name, "state": state, "reason": reason, "invoice": invoice_id}
    work.execute(insert(delivery).values(tenant=work.tenant, received_at=work.now, **values))


def _delivery(row: Any, case: str) -> Delivery:
    return Delivery(
        sha256=row.sha256,
        file_name=row.file_name,
        state=row.state,
        reason=row.reason,
        invoice=row.invoice,
        case=case,
    )


def _invoice(row: Any) -> StoredInvoice:
    return StoredInvoice(
        id=row.id,
        case=row.case_id,
        vendor=row.vendor,
        sha256=row.sha256,
        document=row.data,
        digest=row.digest,
        state=row.state,
        received_at=row.received_at,
    )
