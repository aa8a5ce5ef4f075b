"""Cases, requisitions, orders and receipts."""

from sqlalchemy import Column, Date, ForeignKeyConstraint, Integer, String, Table, Text, UniqueConstraint

from models.purchasing import RequisitionContent
from store.schema.types import DIGEST, ID, METADATA, NAME, DecimalText, Noun, UtcTime

case_record = Table(
    "case_record",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("process", ID, nullable=False),
    Column("title", NAME, nullable=False),
    Column("owner", ID, nullable=False),
    Column("vendor", ID, nullable=False),
    Column("customer", ID),
    Column("amount", DecimalText, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", ID, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
)

requisition = Table(
    "requisition",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("requester", ID, nullable=False),
    Column("login", ID, nullable=False),
    Column("content", Noun(RequisitionContent), nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("idempotency_key", NAME, nullable=False),
    Column("state", ID, nullable=False),
    Column("filed_at", UtcTime, nullable=False),
    UniqueConstraint("tenant", "requester", "idempotency_key"),
)

purchase_order = Table(
    "purchase_order",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("number", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("requisition", ID, nullable=False),
    Column("vendor", ID, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("content", Noun(RequisitionContent), nullable=False),
    Column("state", ID, nullable=False),
    UniqueConstraint("tenant", "requisition"),
)

goods_receipt = Table(
    "goods_receipt",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("order_number", ID, nullable=False),
    Column("received_by", ID, nullable=False),
    Column("idempotency_key", NAME, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    UniqueConstraint("tenant", "received_by", "idempotency_key"),
    ForeignKeyConstraint(["tenant", "order_number"], ["purchase_order.tenant", "purchase_order.number"]),
)

receipt_line = Table(
    "receipt_line",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("receipt", ID, primary_key=True),
    Column("order_line", Integer, primary_key=True),
    Column("order_number", ID, nullable=False),
    Column("quantity", DecimalText, nullable=False),
    ForeignKeyConstraint(["tenant", "receipt"], ["goods_receipt.tenant", "goods_receipt.id"]),
)

number_series = Table(
    "number_series",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("series", ID, primary_key=True),
    Column("last", Integer, nullable=False),
)

document = Table(
    "document",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("title", NAME, nullable=False),
    Column("sha256", DIGEST, nullable=False),
    Column("media_type", NAME, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
)
