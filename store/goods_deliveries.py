"""Deliveries to customers, recorded by the person who sent the goods off."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import Connection, insert, select

from finance.segregation import Function
from models.errors import BusinessError, Finding
from models.ids import sale_workflow
from models.party import Role
from models.sales import DeliveryLine, GoodsDelivery, OpenSalesLine
from store.cases import involve
from store.outbox import MessageKind, enqueue
from store.people import SignedIn
from store.sales_orders import StoredSalesOrder, sales_order_of
from store.schema.sales import delivery_line, goods_delivery, sales_invoice
from store.segregation import clashes
from store.unit_of_work import Store, UnitOfWork


def record_delivery(
    store: Store, signed_in: SignedIn, order_number: str, lines: tuple[DeliveryLine, ...], key: str
) -> str:
    """Records what left the house for an order and returns the delivery's id; the same `key` again returns the first.

    Raises BusinessError `delivery.invalid` with every finding, `delivery.not_confirmed` before the credit is granted,
    `delivery.segregation`, `sales_order.unknown` or `right.missing` without the shipping role.
    """
    signed_in.require(Role.SHIPPING)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        known = work.execute(
            select(goods_delivery.c.id).where(
                goods_delivery.c.tenant == work.tenant,
                goods_delivery.c.delivered_by == signed_in.person.id,
                goods_delivery.c.idempotency_key == key,
            )
        ).scalar_one_or_none()
        if known is not None:
            return str(known)
        order = sales_order_of(work.connection, work.tenant, order_number)
        work.case = order.case
        if order.state != "confirmed":
            raise BusinessError("delivery.not_confirmed", f"{order_number} is {order.state}; nothing may be delivered.")
        findings = _findings(open_sales_lines(work.connection, work.tenant, order), lines)
        if findings:
            raise BusinessError("delivery.invalid", "The delivery cannot be recorded.", findings)
        refusal = clashes(work, signed_in.person.id, Function.DELIVERED_GOODS)
        if refusal:
            raise BusinessError("delivery.segregation", " ".join(refusal))
        return _insert(work, signed_in, order_number, lines, key)


def deliveries_of(connection: Connection, tenant: str, order_number: str) -> tuple[GoodsDelivery, ...]:
    """The deliveries of an order, oldest first."""
    place = (goods_delivery.c.tenant == tenant) & (goods_delivery.c.order_number == order_number)
    rows = connection.execute(select(goods_delivery).where(place).order_by(goods_delivery.c.delivered_at)).all()
    return tuple(
        GoodsDelivery(
            id=row.id,
            order_number=row.order_number,
            delivered_by=row.delivered_by,
            delivered_at=row.delivered_at,
            lines=_lines(connection, tenant, row.id),
        )
        for row in rows
    )


def billed_deliveries(connection: Connection, tenant: str, order_number: str) -> frozenset[str]:
    place = (sales_invoice.c.tenant == tenant) & (sales_invoice.c.order_number == order_number)
    return frozenset(connection.execute(select(sales_invoice.c.delivery).where(place)).scalars())


def open_sales_lines(connection: Connection, tenant: str, order: StoredSalesOrder) -> tuple[OpenSalesLine, ...]:
    """What of each line of an order was delivered and invoiced so far."""
    billed = billed_deliveries(connection, tenant, order.number)
    delivered, invoiced = dict[int, Decimal](), dict[int, Decimal]()
    for delivery in deliveries_of(connection, tenant, order.number):
        for line in delivery.lines:
            delivered[line.order_line] = delivered.get(line.order_line, Decimal(0)) + line.quantity
            if delivery.id in billed:
                invoiced[line.order_line] = invoiced.get(line.order_line, Decimal(0)) + line.quantity
    return tuple(
        OpenSalesLine(
            number=line.number,
            description=line.description,
            unit=line.unit,
            ordered=line.quantity,
            delivered=delivered.get(line.number, Decimal(0)),
            invoiced=invoiced.get(line.number, Decimal(0)),
            unit_price=line.unit_price,
            tax_rate=line.tax_rate,
        )
        for line in order.content.lines
    )


def _lines(connection: Connection, tenant: str, delivery: str) -> tuple[DeliveryLine, ...]:
    place = (delivery_line.c.tenant == tenant) & (delivery_line.c.delivery == delivery)
    rows = connection.execute(select(delivery_line).where(place).order_by(delivery_line.c.order_line))
    return tuple(DeliveryLine(order_line=row.order_line, quantity=row.quantity) for row in rows)


def _findings(open_lines: Sequence[OpenSalesLine], lines: tuple[DeliveryLine, ...]) -> tuple[Finding, ...]:
    still_open = {line.number: line.still_to_deliver for line in open_lines}
    findings = []
    if not lines:
        findings.append(Finding(field="lines", problem="say for at least one line how much was delivered"))
    seen: set[int] = set()
    for index, line in enumerate(lines):
        field = f"lines[{index}].quantity"
        left = still_open.get(line.order_line, Decimal(0))
        if line.order_line not in still_open:
            problem = f"the order has no line {line.order_line}"
            findings.append(Finding(field=f"lines[{index}].order_line", problem=problem))
        elif line.order_line in seen:
            findings.append(Finding(field=field, problem=f"line {line.order_line} is given twice; give its sum once"))
        elif line.quantity > left:
            findings.append(Finding(field=field, problem=f"{line.quantity} is more than the {left} still to deliver"))
        seen.add(line.order_line)
    return tuple(findings)


def _insert(work: UnitOfWork, signed_in: SignedIn, order_number: str, lines: tuple[DeliveryLine, ...], key: str) -> str:
    delivery = uuid.uuid4().hex
    work.execute(
        insert(goods_delivery).values(
            tenant=work.tenant,
            id=delivery,
            order_number=order_number,
            delivered_by=signed_in.person.id,
            idempotency_key=key,
            delivered_at=work.now,
        )
    )
    for line in lines:
        work.execute(insert(delivery_line).values(tenant=work.tenant, delivery=delivery, **line.model_dump()))
    involve(work, signed_in.person.id, Function.DELIVERED_GOODS)
    work.record(
        "goods.delivered",
        "sales_order",
        order_number,
        after={"delivery": delivery, "lines": [line.model_dump(mode="json") for line in lines]},
    )
    enqueue(work, MessageKind.CHANGED, sale_workflow(work.tenant, order_number))
    return delivery
