"""Sales invoices: one per delivery, numbered without gaps and frozen; their papers, registration and receipt."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from finance.billing import invoice_for
from finance.obligation import content_digest
from models.base import Model
from models.errors import BusinessError
from models.money import Money
from models.sales import GoodsDelivery, InvoiceContact, SalesInvoice, SalesOrderLine
from store.cases import attach
from store.credit import recompute_reservation
from store.goods_deliveries import billed_deliveries, deliveries_of
from store.masters import customer_of, entity_of, local_day
from store.numbers import next_number
from store.people import person_of
from store.sales_orders import StoredSalesOrder
from store.schema.sales import sales_invoice
from store.unit_of_work import UnitOfWork

STATES = ("issued", "registered", "sent")


class StoredSalesInvoice(Model):
    number: str
    case: str
    customer: str
    content: SalesInvoice
    digest: str
    pdf: str
    """SHA-256 of the paper; empty until it is made."""
    ubl: str
    receipt: str
    """SHA-256 of the tax authority's receipt; empty until it is archived."""
    state: str
    """One of `STATES`. It is about the paper alone: what is paid shows in the receivable, and may come early."""
    issued_at: datetime

    @property
    def total(self) -> Money:
        return Money(amount=self.content.document.totals.payable, currency=self.content.document.currency)


def issue_invoice(work: UnitOfWork, order: StoredSalesOrder) -> StoredSalesInvoice | None:
    """Bills the oldest delivery of `order` that is not billed yet; None where everything delivered is."""
    billed = billed_deliveries(work.connection, work.tenant, order.number)
    waiting = [each for each in deliveries_of(work.connection, work.tenant, order.number) if each.id not in billed]
    if not waiting:
        return None
    number = next_number(work, "SI")
    content = _content(work, number, order, waiting[0])
    document = content.document
    work.execute(
        insert(sales_invoice).values(
            tenant=work.tenant,
            number=number,
            case_id=order.case,
            order_number=order.number,
            delivery=waiting[0].id,
            customer=order.content.customer,
            gross=document.totals.gross,
            currency=document.currency,
            due_date=document.due_date,
            content=content,
            digest=content_digest(content),
            pdf="",
            ubl="",
            receipt="",
            state="issued",
            issued_at=work.now,
        )
    )
    after = {"order": order.number, "payable": f"{document.totals.payable} {document.currency}"}
    work.record("sales_invoice.issued", "sales_invoice", number, after=after)
    recompute_reservation(work, order)
    return sales_invoice_of(work.connection, work.tenant, number)


def sales_invoice_of(connection: Connection, tenant: str, number: str) -> StoredSalesInvoice:
    """Raises BusinessError `sales_invoice.unknown`."""
    query = select(sales_invoice).where(sales_invoice.c.tenant == tenant, sales_invoice.c.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise BusinessError("sales_invoice.unknown", f"There is no sales invoice {number!r}.")
    return _stored(row)


def sales_invoices_of_case(connection: Connection, tenant: str, case: str) -> tuple[StoredSalesInvoice, ...]:
    """The invoices of a sale, oldest first."""
    place = (sales_invoice.c.tenant == tenant) & (sales_invoice.c.case_id == case)
    return tuple(_stored(row) for row in connection.execute(select(sales_invoice).where(place).order_by("number")))


def keep_papers(work: UnitOfWork, stored: StoredSalesInvoice, pdf: str, ubl: str) -> None:
    """Notes the files (by SHA-256) that the customer gets; the first ones stay."""
    if not _fill(work, stored.number, sales_invoice.c.pdf, {"pdf": pdf, "ubl": ubl}):
        return
    for title, sha256, kind, name in (("PDF", pdf, "application/pdf", "pdf"), ("XML", ubl, "application/xml", "xml")):
        attach(work, f"Invoice {stored.number} ({title})", sha256, kind, f"{stored.number}.{name}")
    work.record("sales_invoice.papers_made", "sales_invoice", stored.number, after={"pdf": pdf, "ubl": ubl})


def keep_receipt(work: UnitOfWork, stored: StoredSalesInvoice, sha256: str) -> None:
    """Archives the tax authority's receipt with the case; the first one stays."""
    if _fill(work, stored.number, sales_invoice.c.receipt, {"receipt": sha256}):
        attach(
            work,
            f"Registration receipt {stored.number}",
            sha256,
            "application/pdf",
            f"{stored.number}-registration.pdf",
        )
        work.record("sales_invoice.receipt_archived", "sales_invoice", stored.number, after={"receipt": sha256})


def set_sales_invoice_state(work: UnitOfWork, number: str, state: str) -> None:
    """Moves an invoice forward with its audit entry; it never goes back, whatever a workflow does again."""
    earlier = STATES[: STATES.index(state)]
    place = (sales_invoice.c.tenant == work.tenant) & (sales_invoice.c.number == number)
    moved = work.execute(update(sales_invoice).where(place, sales_invoice.c.state.in_(earlier)).values(state=state))
    if moved.rowcount:
        work.record(f"sales_invoice.{state}", "sales_invoice", number)


def _content(work: UnitOfWork, number: str, order: StoredSalesOrder, delivery: GoodsDelivery) -> SalesInvoice:
    seller = entity_of(work.connection, work.tenant, order.content.entity)
    buyer = customer_of(work.connection, work.tenant, order.content.customer)
    contact = person_of(work.connection, work.tenant, order.taken_by)
    return SalesInvoice(
        order_number=order.number,
        delivery=delivery.id,
        document=invoice_for(
            number,
            order.content,
            _delivered(order, delivery),
            seller,
            buyer,
            issued=local_day(work.now, seller),
            delivered_on=local_day(delivery.delivered_at, seller),
        ),
        contact=InvoiceContact(name=contact.name, telephone=seller.telephone, email=contact.email),
        language=buyer.language,
    )


def _delivered(order: StoredSalesOrder, delivery: GoodsDelivery) -> list[SalesOrderLine]:
    """The order's lines with the quantities of one delivery."""
    quantities = {line.order_line: line.quantity for line in delivery.lines}
    return [
        line.model_copy(update={"quantity": quantities[line.number]})
        for line in order.content.lines
        if line.number in quantities
    ]


def _fill(work: UnitOfWork, number: str, empty: Any, values: dict[str, str]) -> bool:
    """Sets `values` while the column `empty` is; False when somebody did so before."""
    place = (sales_invoice.c.tenant == work.tenant) & (sales_invoice.c.number == number)
    return bool(work.execute(update(sales_invoice).where(place, empty == "").values(**values)).rowcount)


def _stored(row: Row[Any]) -> StoredSalesInvoice:
    return StoredSalesInvoice(
        number=row.number,
        case=row.case_id,
        customer=row.customer,
        content=row.content,
        digest=row.digest,
        pdf=row.pdf,
        ubl=row.ubl,
        receipt=row.receipt,
        state=row.state,
        issued_at=row.issued_at,
    )
