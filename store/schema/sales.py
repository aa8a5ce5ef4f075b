"""Customers, their orders and what these reserve of credit, deliveries, sales invoices and the cash applied to them."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from models.party import Customer
from models.sales import SalesInvoice, SalesOrderContent
from store.schema.types import DIGEST, ID, METADATA, NAME, DecimalText, Noun, UtcTime

customer = Table(
    "customer",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("data", Noun(Customer), nullable=False),
)

sales_order = Table(
    "sales_order",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("number", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("customer", ID, nullable=False),
    Column("taken_by", ID, nullable=False),
    Column("login", ID, nullable=False),
    Column("content", Noun(SalesOrderContent), nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("idempotency_key", NAME, nullable=False),
    Column("state", ID, nullable=False),
    Column("filed_at", UtcTime, nullable=False),
    UniqueConstraint("tenant", "taken_by", "idempotency_key"),
    ForeignKeyConstraint(["tenant", "customer"], ["customer.tenant", "customer.id"]),
)

# What an order holds of its customer's credit: all of it that is not invoiced yet.
credit_reservation = Table(
    "credit_reservation",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("sales_order", ID, primary_key=True),
    Column("customer", ID, nullable=False, index=True),
    Column("amount", DecimalText, nullable=False),
    ForeignKeyConstraint(["tenant", "sales_order"], ["sales_order.tenant", "sales_order.number"]),
)

goods_delivery = Table(
    "goods_delivery",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("order_number", ID, nullable=False, index=True),
    Column("delivered_by", ID, nullable=False),
    Column("idempotency_key", NAME, nullable=False),
    Column("delivered_at", UtcTime, nullable=False),
    UniqueConstraint("tenant", "delivered_by", "idempotency_key"),
    ForeignKeyConstraint(["tenant", "order_number"], ["sales_order.tenant", "sales_order.number"]),
)

delivery_line = Table(
    "delivery_line",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("delivery", ID, primary_key=True),
    Column("order_line", Integer, primary_key=True),
    Column("quantity", DecimalText, nullable=False),
    ForeignKeyConstraint(["tenant", "delivery"], ["goods_delivery.tenant", "goods_delivery.id"]),
)

# One invoice per delivery, however often a workflow is reset, restarted or started by hand.
sales_invoice = Table(
    "sales_invoice",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("number", ID, primary_key=True),
    Column("case_id", ID, nullable=False, index=True),
    Column("order_number", ID, nullable=False),
    Column("delivery", ID, nullable=False),
    Column("customer", ID, nullable=False, index=True),
    Column("gross", DecimalText, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("due_date", Date, nullable=False),
    Column("content", Noun(SalesInvoice), nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("pdf", DIGEST, nullable=False),
    Column("ubl", DIGEST, nullable=False),
    Column("receipt", DIGEST, nullable=False),
    Column("state", ID, nullable=False),
    Column("issued_at", UtcTime, nullable=False),
    UniqueConstraint("tenant", "delivery"),
    ForeignKeyConstraint(["tenant", "delivery"], ["goods_delivery.tenant", "goods_delivery.id"]),
)

# One row per incoming transaction: a booking that is imported again finds its row and applies nothing.
cash_application = Table(
    "cash_application",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("account", ID, primary_key=True),
    Column("entry", ID, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("invoice", ID, nullable=False, index=True),
    Column("amount", DecimalText, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("applied", DecimalText, nullable=False),
    Column("rule", ID, nullable=False),
    Column("runners_up", Noun(tuple[str, ...]), nullable=False),
    Column("payer", Text, nullable=False),
    Column("remittance", Text, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    ForeignKeyConstraint(
        ["tenant", "account", "entry"], ["statement_entry.tenant", "statement_entry.account", "statement_entry.id"]
    ),
)
