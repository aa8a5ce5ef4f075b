"""What must have a running workflow according to the store, which is the truth about what is open."""

from typing import Any

from sqlalchemy import Connection, select

from models.base import Model
from models.ids import held_messages_workflow, invoice_workflow, purchase_workflow, sale_workflow
from store.held_messages import HELD
from store.invoices import OVER_STATES
from store.schema.messages import held_message
from store.schema.payables import delivery, invoice
from store.schema.purchasing import case_record, requisition
from store.schema.sales import sales_order


class Unfinished(Model):
    workflow: str
    workflow_id: str
    argument: dict[str, Any]


def unfinished(connection: Connection) -> tuple[Unfinished, ...]:
    """Every open purchase, invoice and sale of all tenants, and every hour for which messages are held, with what its
    workflow is started with."""
    return (*_purchases(connection), *_invoices(connection), *_sales(connection), *_held(connection))


def _purchases(connection: Connection) -> tuple[Unfinished, ...]:
    own_case = (case_record.c.tenant == requisition.c.tenant) & (case_record.c.id == requisition.c.case_id)
    query = select(requisition.c.tenant, requisition.c.id).select_from(requisition.join(case_record, own_case))
    return tuple(
        Unfinished(
            workflow="Purchase",
            workflow_id=purchase_workflow(row.tenant, row.id),
            argument={"tenant": row.tenant, "requisition": row.id},
        )
        for row in connection.execute(query.where(case_record.c.closed_at.is_(None)))
    )


def _invoices(connection: Connection) -> tuple[Unfinished, ...]:
    own_file = (delivery.c.tenant == invoice.c.tenant) & (delivery.c.sha256 == invoice.c.sha256)
    query = select(invoice.c.tenant, invoice.c.sha256, delivery.c.file_name)
    open_ones = query.select_from(invoice.join(delivery, own_file)).where(invoice.c.state.not_in(OVER_STATES))
    return tuple(
        Unfinished(
            workflow="SupplierInvoice",
            workflow_id=invoice_workflow(row.tenant, row.sha256),
            argument={"tenant": row.tenant, "sha256": row.sha256, "name": row.file_name},
        )
        for row in connection.execute(open_ones)
    )


def _sales(connection: Connection) -> tuple[Unfinished, ...]:
    own_case = (case_record.c.tenant == sales_order.c.tenant) & (case_record.c.id == sales_order.c.case_id)
    query = select(sales_order.c.tenant, sales_order.c.number).select_from(sales_order.join(case_record, own_case))
    return tuple(
        Unfinished(
            workflow="Sale",
            workflow_id=sale_workflow(row.tenant, row.number),
            argument={"tenant": row.tenant, "order": row.number},
        )
        for row in connection.execute(query.where(case_record.c.closed_at.is_(None)))
    )


def _held(connection: Connection) -> tuple[Unfinished, ...]:
    columns = (held_message.c.tenant, held_message.c.person, held_message.c.due_at)
    query = select(*columns).where(held_message.c.state == HELD).distinct()
    return tuple(
        Unfinished(
            workflow="HeldMessages",
            workflow_id=held_messages_workflow(row.tenant, row.person, row.due_at),
            argument={"tenant": row.tenant, "person": row.person, "due_at": row.due_at.isoformat()},
        )
        for row in connection.execute(query)
    )
