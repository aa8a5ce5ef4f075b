"""Goods receipts, recorded by the person who took the goods in."""

import uuid
from decimal import Decimal

from sqlalchemy import Connection, insert, select

from finance.segregation import Function
from models.errors import BusinessError, Finding
from models.party import Role
from models.purchasing import GoodsReceipt, ReceiptLine
from store.cases import involve
from store.invoices import waiting_invoice_workflows
from store.orders import StoredOrder, open_lines, order_of
from store.outbox import MessageKind, enqueue
from store.people import SignedIn
from store.schema.purchasing import goods_receipt, receipt_line
from store.segregation import clashes
from store.unit_of_work import Store, UnitOfWork


def record_receipt(
    store: Store, signed_in: SignedIn, order_number: str, lines: tuple[ReceiptLine, ...], key: str
) -> str:
    """Records what came in for an order and returns the receipt's id; the same `key` again returns the first id.

    Raises BusinessError `receipt.invalid` with every finding, `receipt.segregation`, `order.unknown` or
    `right.missing` without the receiving or requester role.
    """
    signed_in.require(Role.RECEIVING, Role.REQUESTER)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        known = work.execute(
            select(goods_receipt.c.id).where(
                goods_receipt.c.tenant == work.tenant,
                goods_receipt.c.received_by == signed_in.person.id,
                goods_receipt.c.idempotency_key == key,
            )
        ).scalar_one_or_none()
        if known is not None:
            return str(known)
        stored = order_of(work.connection, work.tenant, order_number)
        work.case = stored.case
        findings = _findings(work.connection, work.tenant, stored, lines)
        if findings:
            raise BusinessError("receipt.invalid", "The receipt cannot be recorded.", findings)
        refusal = clashes(work, signed_in.person.id, Function.RECEIVED_GOODS)
        if refusal:
            raise BusinessError("receipt.segregation", " ".join(refusal))
        return _insert(work, signed_in, order_number, lines, key)


def receipts_of(connection: Connection, tenant: str, order_number: str) -> tuple[GoodsReceipt, ...]:
    """The receipts of an order, oldest first."""
    query = select(goods_receipt).where(goods_receipt.c.tenant == tenant, goods_receipt.c.order_number == order_number)
    return tuple(
        GoodsReceipt(
            id=row.id,
            order_number=row.order_number,
            received_by=row.received_by,
            received_at=row.received_at,
            lines=_lines(connection, tenant, row.id),
        )
        for row in connection.execute(query.order_by(goods_receipt.c.received_at)).all()
    )


def _lines(connection: Connection, tenant: str, receipt: str) -> tuple[ReceiptLine, ...]:
    query = select(receipt_line).where(receipt_line.c.tenant == tenant, receipt_line.c.receipt == receipt)
    rows = connection.execute(query.order_by(receipt_line.c.order_line))
    return tuple(ReceiptLine(order_line=row.order_line, quantity=row.quantity) for row in rows)


def _findings(
    connection: Connection, tenant: str, stored: StoredOrder, lines: tuple[ReceiptLine, ...]
) -> tuple[Finding, ...]:
    still_open = {
        line.number: line.ordered - line.received for line in open_lines(connection, tenant, stored.order.number)
    }
    findings = []
    if not lines:
        findings.append(Finding(field="lines", problem="say for at least one line how much came in"))
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
            findings.append(Finding(field=field, problem=f"{line.quantity} is more than the {left} still to come"))
        seen.add(line.order_line)
    return tuple(findings)


def _insert(work: UnitOfWork, signed_in: SignedIn, order_number: str, lines: tuple[ReceiptLine, ...], key: str) -> str:
    receipt = uuid.uuid4().hex
    work.execute(
        insert(goods_receipt).values(
            tenant=work.tenant,
            id=receipt,
            order_number=order_number,
            received_by=signed_in.person.id,
            idempotency_key=key,
            received_at=work.now,
        )
    )
    for line in lines:
        values = {"tenant": work.tenant, "receipt": receipt, "order_number": order_number, **line.model_dump()}
        work.execute(insert(receipt_line).values(**values))
    involve(work, signed_in.person.id, Function.RECEIVED_GOODS)
    work.record(
        "goods.received",
        "order",
        order_number,
        after={"receipt": receipt, "lines": [line.model_dump(mode="json") for line in lines]},
    )
    for workflow in waiting_invoice_workflows(work.connection, work.tenant, work.case):
        enqueue(work, MessageKind.CHANGED, workflow)
    return receipt
