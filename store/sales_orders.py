"""Customer orders: recorded first, whatever the workflows are doing, and delivered only when the credit is granted."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select, update

from finance.billing import EU, gross_total
from finance.obligation import content_digest
from finance.segregation import Function
from models.base import Model
from models.errors import BusinessError, Finding
from models.ids import sale_workflow
from models.money import Money
from models.party import Customer, LegalEntity, Role
from models.sales import SalesOrderContent
from store.approvals import is_approved
from store.cases import involve, open_case
from store.masters import customers, entities
from store.numbers import next_number
from store.outbox import MessageKind, enqueue
from store.people import SignedIn
from store.schema.sales import sales_order
from store.unit_of_work import Store, UnitOfWork


class StoredSalesOrder(Model):
    number: str
    case: str
    taken_by: str
    content: SalesOrderContent
    digest: str
    state: str
    """`filed`, `confirmed`, `rejected` or `completed`."""

    @property
    def total(self) -> Money:
        """With tax: what the customer will owe."""
        return gross_total(self.content.lines, self.content.currency)


def file_sales_order(store: Store, signed_in: SignedIn, content: SalesOrderContent, key: str) -> str:
    """Records `content` as taken by the signed-in seller and returns the order's number.

    The same `key` again returns the first number. Raises BusinessError `sales_order.invalid` with every finding,
    `sales_order.key_reused` when the key stands for other content, `right.missing` without the sales role.
    """
    signed_in.require(Role.SALES)
    digest = content_digest(content)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        known = work.execute(
            select(sales_order.c.number, sales_order.c.digest).where(
                sales_order.c.tenant == work.tenant,
                sales_order.c.taken_by == signed_in.person.id,
                sales_order.c.idempotency_key == key,
            )
        ).one_or_none()
        if known is not None:
            if known.digest != digest:
                raise BusinessError("sales_order.key_reused", f"The key {key!r} was used for {known.number} already.")
            return str(known.number)
        findings = sales_order_findings(work.connection, work.tenant, content, work.now.date())
        if findings:
            raise BusinessError("sales_order.invalid", "The order cannot be taken.", findings)
        return _insert(work, signed_in, content, digest, key)


def sales_order_findings(
    connection: Connection, tenant: str, content: SalesOrderContent, today: date
) -> tuple[Finding, ...]:
    """Everything that stands against taking the order `content`, in the order of its fields."""
    findings: list[Finding] = []
    seller = {entity.id: entity for entity in entities(connection, tenant)}.get(content.entity)
    buyer = {customer.id: customer for customer in customers(connection, tenant)}.get(content.customer)
    if seller is None:
        findings.append(Finding(field="entity", problem=f"{content.entity!r} is not a legal entity of this company"))
    if buyer is None:
        findings.append(Finding(field="customer", problem=f"{content.customer!r} is not in the customer master"))
    else:
        findings += _customer_findings(content, buyer)
    if content.deliver_by is not None and content.deliver_by < today:
        findings.append(
            Finding(field="deliver_by", problem=f"{content.deliver_by} has passed; give a day from {today}")
        )
    numbers = [line.number for line in content.lines]
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        findings.append(Finding(field="lines", problem=f"line numbers must run from 1, not {numbers}"))
    if content.net_total.amount == Decimal(0):
        findings.append(Finding(field="lines", problem="the total rounds to zero; check quantities and prices"))
    if seller is not None and buyer is not None:
        findings += _tax_findings(content, seller, buyer)
    return tuple(findings)


def sales_order_of(connection: Connection, tenant: str, number: str) -> StoredSalesOrder:
    """Raises BusinessError `sales_order.unknown`."""
    query = select(sales_order).where(sales_order.c.tenant == tenant, sales_order.c.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise BusinessError("sales_order.unknown", f"There is no customer order {number!r}.")
    return _stored(row)


def sales_orders(connection: Connection, tenant: str, case: str = "") -> tuple[StoredSalesOrder, ...]:
    """All customer orders, or the one of a case, newest first."""
    query = select(sales_order).where(sales_order.c.tenant == tenant)
    if case:
        query = query.where(sales_order.c.case_id == case)
    return tuple(_stored(row) for row in connection.execute(query.order_by(sales_order.c.number.desc())))


def confirm_sales_order(work: UnitOfWork, order: StoredSalesOrder, approval: str) -> None:
    """Lets the order be delivered; confirming again changes nothing.

    Raises BusinessError `sales_order.not_approved` unless `approval` was given for exactly this content.
    """
    if order.state != "filed":
        return
    if not is_approved(work.connection, work.tenant, approval, order.digest):
        raise BusinessError("sales_order.not_approved", f"{order.number} has no credit for its present content.")
    set_sales_order_state(work, order.number, "confirmed")


def set_sales_order_state(work: UnitOfWork, number: str, state: str) -> None:
    """Moves an order on; what is over stays over."""
    place = (sales_order.c.tenant == work.tenant) & (sales_order.c.number == number)
    movable = sales_order.c.state.not_in((state, "rejected", "completed"))
    if work.execute(update(sales_order).where(place, movable).values(state=state)).rowcount:
        work.record(f"sales_order.{state}", "sales_order", number)


def _customer_findings(content: SalesOrderContent, buyer: Customer) -> list[Finding]:
    findings = []
    if buyer.blocked:
        findings.append(Finding(field="customer", problem=f"{buyer.name} is blocked"))
    currency = buyer.credit_limit.currency
    if content.currency != currency:
        problem = f"{content.currency} is not the currency of {buyer.name}; give {currency}"
        findings.append(Finding(field="currency", problem=problem))
    return findings


def _tax_findings(content: SalesOrderContent, seller: LegalEntity, buyer: Customer) -> list[Finding]:
    country = buyer.address.country
    is_abroad_in_eu = country in EU and country != seller.address.country
    if not is_abroad_in_eu or buyer.vat_id:
        return []
    problem = f"{buyer.name} has no VAT id, so that a delivery to {country} cannot go untaxed; give the tax rate"
    return [
        Finding(field=f"lines[{index}].tax_rate", problem=problem)
        for index, line in enumerate(content.lines)
        if not line.tax_rate
    ]


def _insert(work: UnitOfWork, signed_in: SignedIn, content: SalesOrderContent, digest: str, key: str) -> str:
    number = next_number(work, "SO")
    work.case = number
    title = f"Order {content.customer_reference}"
    total = gross_total(content.lines, content.currency)
    person = signed_in.person.id
    open_case(work, number, "order_to_cash", title, person, "", total, customer=content.customer)
    work.execute(
        insert(sales_order).values(
            tenant=work.tenant,
            number=number,
            case_id=number,
            customer=content.customer,
            taken_by=person,
            login=signed_in.login,
            content=content,
            digest=digest,
            idempotency_key=key,
            state="filed",
            filed_at=work.now,
        )
    )
    involve(work, person, Function.TOOK_ORDER)
    work.record("sales_order.filed", "sales_order", number, after=content.model_dump(mode="json"))
    argument = {"tenant": work.tenant, "order": number}
    enqueue(work, MessageKind.START, sale_workflow(work.tenant, number), "Sale", argument)
    return number


def _stored(row: Any) -> StoredSalesOrder:
    return StoredSalesOrder(
        number=row.number,
        case=row.case_id,
        taken_by=row.taken_by,
        content=row.content,
        digest=row.digest,
        state=row.state,
    )
