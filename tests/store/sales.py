"""Sales of the sample company in the store, step by step, by the store's own functions."""

import uuid
from datetime import date
from decimal import Decimal

from models.sales import DeliveryLine, SalesOrderContent
from models.statement import Balance, BalanceKind, Statement, StatementEntry, StatementTransaction
from sandbox.company import ENTITY
from store.approvals import StoredRequest
from store.credit import CreditPosition, credit_position, route_sale
from store.goods_deliveries import record_delivery
from store.masters import customer_of
from store.receivables import Receivable, open_receivables
from store.sales_invoices import StoredSalesInvoice, issue_invoice
from store.sales_orders import StoredSalesOrder, confirm_sales_order, file_sales_order, sales_order_of
from store.statements import ImportedStatement, import_statement
from store.unit_of_work import Store
from tests.console.company import TENANT
from tests.store.houses import SYSTEM, signed_in

DAY = date(2026, 11, 2)


def content(customer: str = "SIM", quantity: str = "4", price: str = "1000.00", **changes: object) -> SalesOrderContent:
    """One line at 19 %: EUR 4,760.00 with tax; SIM has a limit of EUR 20,000."""
    line = {"number": 1, "description": "Depth gauge", "quantity": quantity, "unit_price": price}
    values = {"entity": ENTITY.id, "customer": customer, "customer_reference": "B-77", "currency": "EUR"}
    return SalesOrderContent.model_validate(values | {"lines": [line]} | changes)


def filed(store: Store, person: str = "david.okafor", **changes: str) -> StoredSalesOrder:
    return order(store, file_sales_order(store, signed_in(store, person), content(**changes), uuid.uuid4().hex))


def order(store: Store, number: str) -> StoredSalesOrder:
    with store.read() as view:
        return sales_order_of(view, TENANT, number)


def route(store: Store, number: str) -> StoredRequest:
    with store.change(TENANT, SYSTEM, number) as work:
        return route_sale(work, sales_order_of(work.connection, TENANT, number))


def confirmed(store: Store, **changes: str) -> StoredSalesOrder:
    """An order within the limit, which goes by itself."""
    number = filed(store, **changes).number
    request = route(store, number).request.id
    with store.change(TENANT, SYSTEM, number) as work:
        confirm_sales_order(work, sales_order_of(work.connection, TENANT, number), request)
    return order(store, number)


def deliver(store: Store, number: str, quantity: str = "4", key: str = "", person: str = "emil.kruse") -> str:
    lines = (DeliveryLine(order_line=1, quantity=Decimal(quantity)),)
    return record_delivery(store, signed_in(store, person), number, lines, key or uuid.uuid4().hex)


def bill(store: Store, number: str) -> StoredSalesInvoice | None:
    with store.change(TENANT, SYSTEM, number) as work:
        return issue_invoice(work, sales_order_of(work.connection, TENANT, number))


def billed(store: Store, **changes: str) -> StoredSalesInvoice:
    number = confirmed(store, **changes).number
    deliver(store, number)
    invoice = bill(store, number)
    assert invoice is not None
    return invoice


def position(store: Store, customer: str = "SIM") -> CreditPosition:
    with store.read() as view:
        return credit_position(view, TENANT, customer_of(view, TENANT, customer), store.now().date())


def owed(store: Store) -> dict[str, Receivable]:
    with store.read() as view:
        return {each.invoice: each for each in open_receivables(view, TENANT)}


def paid_in(amount: str, remittance: str, reference: str = "", **changes: object) -> StatementEntry:
    """A booking of money that came in."""
    transaction = StatementTransaction(
        amount=Decimal(amount),
        currency="EUR",
        end_to_end_id=reference,
        counterparty="Seeland Institut",
        counterparty_iban="DE02120300000000202051",
        remittance=remittance,
    )
    values = {"id": "000000000001", "amount": Decimal(amount), "currency": "EUR", "transactions": (transaction,)}
    return StatementEntry.model_validate(values | changes)


def statement(*entries: StatementEntry, number: str = "S1", message_type: str = "camt.053.001.08") -> Statement:
    total = sum((entry.amount for entry in entries), start=Decimal(0))
    return Statement(
        id=number,
        message_type=message_type,
        account=ENTITY.iban,
        currency="EUR",
        balances=(
            Balance(kind=BalanceKind.OPENING, code="OPBD", amount=Decimal(0), currency="EUR", day=DAY),
            Balance(kind=BalanceKind.CLOSING, code="CLBD", amount=total, currency="EUR", day=DAY),
        ),
        entries=entries,
    )


def take_in(store: Store, document: Statement) -> ImportedStatement:
    with store.change(TENANT, SYSTEM) as work:
        return import_statement(work, document, "0" * 64, ())
