"""Purchase orders: issued once per approved requisition, and what of each line is still open."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select, update

from models.base import Model
from models.errors import BusinessError
from models.matching import OpenOrderLine
from models.money import Money
from models.purchasing import PurchaseOrder, RequisitionContent
from store.approvals import is_approved
from store.numbers import next_number
from store.schema.payables import invoice_match
from store.schema.people import budget_reservation
from store.schema.purchasing import purchase_order, receipt_line, requisition
from store.unit_of_work import UnitOfWork


class FiledRequisition(Model):
    id: str
    case: str
    requester: str
    content: RequisitionContent
    digest: str
    state: str
    """`filed`, `ordered` or `rejected`."""


class StoredOrder(Model):
    order: PurchaseOrder
    case: str
    requisition: str
    state: str
    """`issued`, `sent` or `completed`."""


def requisition_of(connection: Connection, tenant: str, requisition_id: str) -> FiledRequisition:
    """Raises BusinessError `requisition.unknown`: without a person's filing there is nothing to buy."""
    query = select(requisition).where(requisition.c.tenant == tenant, requisition.c.id == requisition_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise BusinessError("requisition.unknown", f"There is no requisition {requisition_id!r}.")
    return FiledRequisition(
        id=row.id,
        case=row.case_id,
        requester=row.requester,
        content=row.content,
        digest=row.digest,
        state=row.state,
    )


def reserve_budget(work: UnitOfWork, filed: FiledRequisition) -> None:
    """Commits what each cost centre pays of the requisition against its budget of this year, once."""
    place = (budget_reservation.c.tenant == work.tenant) & (budget_reservation.c.requisition == filed.id)
    if work.execute(select(budget_reservation.c.amount).where(place)).first() is not None:
        return
    for centre, net in filed.content.net_by_cost_centre.items():
        work.execute(
            insert(budget_reservation).values(
                tenant=work.tenant, requisition=filed.id, cost_centre=centre, year=work.now.year, amount=net
            )
        )
        amount = Money(amount=net, currency=filed.content.currency)
        work.record("budget.reserved", "cost_centre", centre, after={"amount": str(amount)})


def free_budget(work: UnitOfWork, filed: FiledRequisition) -> None:
    """Gives back whatever the requisition holds of any budget."""
    place = (budget_reservation.c.tenant == work.tenant) & (budget_reservation.c.requisition == filed.id)
    work.execute(budget_reservation.delete().where(place))


def reject_requisition(work: UnitOfWork, filed: FiledRequisition) -> None:
    """Ends a requisition and frees its budget."""
    if filed.state == "rejected":
        return
    _set_requisition_state(work, filed.id, "rejected")
    free_budget(work, filed)
    work.record("requisition.rejected", "requisition", filed.id)


def issue_order(work: UnitOfWork, filed: FiledRequisition, approval: str) -> StoredOrder:
    """Gives the approved requisition its order number; issuing again returns the first order.

    Raises BusinessError `order.not_approved` unless `approval` was given for exactly this content.
    """
    known = _order(work.connection, purchase_order.c.tenant == work.tenant, purchase_order.c.requisition == filed.id)
    if known is not None:
        return known
    if not is_approved(work.connection, work.tenant, approval, filed.digest):
        raise BusinessError("order.not_approved", f"{filed.id} has no approval for its present content.")
    number = next_number(work, "PO")
    work.execute(
        insert(purchase_order).values(
            tenant=work.tenant,
            number=number,
            case_id=filed.case,
            requisition=filed.id,
            vendor=filed.content.vendor,
            issued_on=work.now.date(),
            content=filed.content,
            state="issued",
        )
    )
    _set_requisition_state(work, filed.id, "ordered")
    work.record("order.issued", "order", number, after={"requisition": filed.id, "approval": approval})
    return order_of(work.connection, work.tenant, number)


def set_order_state(work: UnitOfWork, number: str, state: str) -> bool:
    """Moves an order on; False when it is there already."""
    place = (purchase_order.c.tenant == work.tenant) & (purchase_order.c.number == number)
    moved = work.execute(update(purchase_order).where(place, purchase_order.c.state != state).values(state=state))
    if moved.rowcount:
        work.record(f"order.{state}", "order", number)
    return bool(moved.rowcount)


def order_of(connection: Connection, tenant: str, number: str) -> StoredOrder:
    """Raises BusinessError `order.unknown`."""
    found = _order(connection, purchase_order.c.tenant == tenant, purchase_order.c.number == number)
    if found is None:
        raise BusinessError("order.unknown", f"There is no order {number!r}.")
    return found


def orders(connection: Connection, tenant: str, case: str = "") -> tuple[StoredOrder, ...]:
    """All orders, or those of one case, newest first."""
    query = select(purchase_order).where(purchase_order.c.tenant == tenant)
    if case:
        query = query.where(purchase_order.c.case_id == case)
    return tuple(_stored(row) for row in connection.execute(query.order_by(purchase_order.c.number.desc())))


def open_lines(connection: Connection, tenant: str, number: str) -> tuple[OpenOrderLine, ...]:
    """What of each line of an order was received and invoiced so far, by all receipts and invoices."""
    stored = order_of(connection, tenant, number)
    received, invoiced, variance = (dict[int, Decimal]() for _ in range(3))
    for line in connection.execute(
        select(receipt_line).where(receipt_line.c.tenant == tenant, receipt_line.c.order_number == number)
    ):
        received[line.order_line] = received.get(line.order_line, Decimal(0)) + line.quantity
    for match in connection.execute(
        select(invoice_match).where(invoice_match.c.tenant == tenant, invoice_match.c.order_number == number)
    ):
        invoiced[match.order_line] = invoiced.get(match.order_line, Decimal(0)) + match.quantity
        variance[match.order_line] = variance.get(match.order_line, Decimal(0)) + match.variance
    return tuple(
        OpenOrderLine(
            order_number=number,
            number=line.number,
            description=line.description,
            unit=line.unit,
            ordered=line.quantity,
            received=received.get(line.number, Decimal(0)),
            invoiced=invoiced.get(line.number, Decimal(0)),
            invoiced_variance=variance.get(line.number, Decimal(0)),
            unit_price=line.unit_price,
            tax_rate=line.tax_rate,
        )
        for line in stored.order.content.lines
    )


def _set_requisition_state(work: UnitOfWork, requisition_id: str, state: str) -> None:
    place = (requisition.c.tenant == work.tenant) & (requisition.c.id == requisition_id)
    work.execute(update(requisition).where(place).values(state=state))


def _order(connection: Connection, *conditions: Any) -> StoredOrder | None:
    row = connection.execute(select(purchase_order).where(*conditions)).one_or_none()
    return _stored(row) if row is not None else None


def _stored(row: Any) -> StoredOrder:
    order = PurchaseOrder(number=row.number, issued=row.issued_on, content=row.content)
    return StoredOrder(order=order, case=row.case_id, requisition=row.requisition, state=row.state)
