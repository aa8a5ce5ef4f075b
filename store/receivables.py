"""What customers owe: invoices with what is still open of them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, select

from models.base import Model
from models.money import Amount, Currency
from store.schema.sales import cash_application, sales_invoice


class Receivable(Model):
    invoice: str
    """Its number."""
    case: str
    order_number: str
    customer: str
    currency: Currency
    gross: Amount
    applied: Amount
    due_date: date

    @property
    def open_amount(self) -> Decimal:
        return self.gross - self.applied


def open_receivables(connection: Connection, tenant: str, customer: str = "") -> tuple[Receivable, ...]:
    """Every invoice of which something is open, of one customer where one is given."""
    wanted = (sales_invoice.c.customer == customer,) if customer else ()
    return tuple(each for each in _receivables(connection, tenant, *wanted) if each.open_amount > 0)


def receivables_of_case(connection: Connection, tenant: str, case: str) -> tuple[Receivable, ...]:
    return _receivables(connection, tenant, sales_invoice.c.case_id == case)


def _receivables(connection: Connection, tenant: str, *wanted: ColumnElement[bool]) -> tuple[Receivable, ...]:
    conditions = (sales_invoice.c.tenant == tenant, *wanted)
    rows = connection.execute(select(sales_invoice).where(*conditions).order_by(sales_invoice.c.number)).all()
    applied = _applied(connection, conditions)
    return tuple(
        Receivable(
            invoice=row.number,
            case=row.case_id,
            order_number=row.order_number,
            customer=row.customer,
            currency=row.currency,
            gross=row.gross,
            applied=applied.get(row.number, Decimal(0)),
            due_date=row.due_date,
        )
        for row in rows
    )


def _applied(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> dict[str, Decimal]:
    """What was applied to each invoice."""
    own_invoice = (sales_invoice.c.tenant == cash_application.c.tenant) & (
        sales_invoice.c.number == cash_application.c.invoice
    )
    query = select(cash_application.c.invoice, cash_application.c.applied)
    totals: dict[str, Decimal] = {}
    for row in connection.execute(
        query.select_from(cash_application.join(sales_invoice, own_invoice)).where(*conditions)
    ):
        totals[row.invoice] = totals.get(row.invoice, Decimal(0)) + row.applied
    return totals
