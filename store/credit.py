"""A customer's credit: what of it is used, decided and reserved in one transaction, so that no two orders get it."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, delete, insert, select

from finance.billing import gross_total
from models.approval import ApprovalScope, ApprovalSubject, ApprovalWanted
from models.base import Model
from models.money import Amount
from models.party import Customer
from models.sales import SalesOrderLine
from store.approvals import StoredRequest, request_approval
from store.goods_deliveries import open_sales_lines
from store.masters import customer_of
from store.receivables import open_receivables
from store.rule_versions import evaluate
from store.sales_orders import StoredSalesOrder
from store.schema.sales import credit_reservation
from store.unit_of_work import UnitOfWork


class CreditPosition(Model):
    """Amounts in the currency of the customer's credit limit."""

    limit: Amount
    open_orders: Amount
    """Reserved by orders for what is not invoiced yet."""
    open_invoices: Amount
    overdue_days: int
    """By how much the oldest open invoice is past due."""

    @property
    def exposure(self) -> Decimal:
        return self.open_orders + self.open_invoices


def credit_position(
    connection: Connection, tenant: str, customer: Customer, today: date, but: str = ""
) -> CreditPosition:
    """Where `customer` stands, the order `but` not counted."""
    place = (credit_reservation.c.tenant == tenant) & (credit_reservation.c.customer == customer.id)
    query = select(credit_reservation.c.amount).where(place, credit_reservation.c.sales_order != but)
    owed = open_receivables(connection, tenant, customer.id)
    return CreditPosition(
        limit=customer.credit_limit.amount,
        open_orders=sum(connection.execute(query).scalars(), start=Decimal(0)),
        open_invoices=sum((each.open_amount for each in owed), start=Decimal(0)),
        overdue_days=max((0, *((today - each.due_date).days for each in owed))),
    )


def route_sale(work: UnitOfWork, order: StoredSalesOrder) -> StoredRequest:
    """Evaluates the credit table, reserves the order's total and stores the chain; once per content.

    Raises BusinessError of the rules engine or `approval.*`; no match is an error.
    """
    customer = customer_of(work.connection, work.tenant, order.content.customer)
    position = credit_position(work.connection, work.tenant, customer, work.now.date(), but=order.number)
    amount = order.total.amount
    inputs = {
        "amount": amount,
        "exposure_after": position.exposure + amount,
        "credit_limit": position.limit,
        "overdue_days": Decimal(position.overdue_days),
    }
    evaluation = evaluate(work, "credit_approval", "sales_order", order.number, order.digest, inputs)
    wanted = ApprovalWanted(
        subject=ApprovalSubject.SALE,
        subject_id=order.number,
        title=f"Order {order.content.customer_reference} of {customer.name}",
        digest=order.digest,
        requester=order.taken_by,
        scope=ApprovalScope(entity=order.content.entity, cost_centres=(), amount=order.total),
    )
    request = request_approval(work, wanted, evaluation)
    if order.state in ("filed", "confirmed"):
        recompute_reservation(work, order)
    return request


def recompute_reservation(work: UnitOfWork, order: StoredSalesOrder) -> None:
    """Holds of the customer's credit what the order still has to bring, in place of what it held before."""
    lines = [
        SalesOrderLine(
            number=line.number,
            description=line.description,
            quantity=line.ordered - line.invoiced,
            unit_price=line.unit_price,
            tax_rate=line.tax_rate,
        )
        for line in open_sales_lines(work.connection, work.tenant, order)
        if line.invoiced < line.ordered
    ]
    wanted = gross_total(lines, order.content.currency)
    if wanted.amount == _reserved(work, order):
        return
    _free(work, order)
    if wanted.amount:
        values = {"sales_order": order.number, "customer": order.content.customer, "amount": wanted.amount}
        work.execute(insert(credit_reservation).values(tenant=work.tenant, **values))
    work.record("credit.reserved", "customer", order.content.customer, after={"amount": str(wanted)})


def free_credit(work: UnitOfWork, order: StoredSalesOrder) -> None:
    """Gives back what the order holds."""
    if _reserved(work, order) is not None:
        _free(work, order)
        work.record("credit.freed", "customer", order.content.customer)


def _reserved(work: UnitOfWork, order: StoredSalesOrder) -> Decimal | None:
    place = (credit_reservation.c.tenant == work.tenant) & (credit_reservation.c.sales_order == order.number)
    found: Decimal | None = work.execute(select(credit_reservation.c.amount).where(place)).scalar_one_or_none()
    return found


def _free(work: UnitOfWork, order: StoredSalesOrder) -> None:
    place = (credit_reservation.c.tenant == work.tenant) & (credit_reservation.c.sales_order == order.number)
    work.execute(delete(credit_reservation).where(place))
