"""A customer order with what of it was delivered, billed and paid."""

from datetime import date, datetime
from decimal import Decimal

from console.names import Names
from models.base import Model
from models.money import Money
from models.sales import DeliveryLine, OpenSalesLine
from store.goods_deliveries import deliveries_of, open_sales_lines
from store.reads import View
from store.receivables import receivables_of_case
from store.sales_invoices import sales_invoices_of_case
from store.sales_orders import StoredSalesOrder


class GoodsDeliveryView(Model):
    delivered_by: str
    delivered_at: datetime
    lines: tuple[DeliveryLine, ...]


class SalesOrderView(Model):
    number: str
    state: str
    taken_by: str
    customer: str
    customer_reference: str
    deliver_by: date | None
    total: Money
    """With tax."""
    lines: tuple[OpenSalesLine, ...]
    deliveries: tuple[GoodsDeliveryView, ...]


class SalesInvoiceView(Model):
    number: str
    state: str
    """`issued`, `registered` or `sent`; `paid` once nothing is open of it."""
    issued: date
    due: date
    total: Money
    open: Money
    """What the customer still owes."""


def sales_order_view(view: View, tenant: str, names: Names, stored: StoredSalesOrder) -> SalesOrderView:
    content = stored.content
    return SalesOrderView(
        number=stored.number,
        state=stored.state,
        taken_by=names.person(stored.taken_by),
        customer=names.customer(content.customer),
        customer_reference=content.customer_reference,
        deliver_by=content.deliver_by,
        total=stored.total,
        lines=open_sales_lines(view, tenant, stored),
        deliveries=tuple(
            GoodsDeliveryView(
                delivered_by=names.person(delivery.delivered_by),
                delivered_at=delivery.delivered_at,
                lines=delivery.lines,
            )
            for delivery in deliveries_of(view, tenant, stored.number)
        ),
    )


def sales_invoice_views(view: View, tenant: str, case_id: str) -> tuple[SalesInvoiceView, ...]:
    """The invoices of a sale, oldest first."""
    owed = {each.invoice: each.open_amount for each in receivables_of_case(view, tenant, case_id)}
    shown = []
    for stored in sales_invoices_of_case(view, tenant, case_id):
        document, left = stored.content.document, owed.get(stored.number, Decimal(0))
        shown.append(
            SalesInvoiceView(
                number=stored.number,
                state="paid" if stored.state == "sent" and not left else stored.state,
                issued=document.issue_date,
                due=document.due_date or document.issue_date,
                total=stored.total,
                open=Money(amount=left, currency=document.currency),
            )
        )
    return tuple(shown)
