"""customers, sales and the cash applied to them"""

import sqlalchemy as sa
from alembic import op

revision = "fbd88cfb14ff"
down_revision = "01b9ba8916fc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_table(
        "cash_application",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("entry", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("invoice", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("applied", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("runners_up", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("remittance", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "account", "entry"],
            ["statement_entry.tenant", "statement_entry.account", "statement_entry.id"],
        ),
        sa.PrimaryKeyConstraint("tenant", "account", "entry", "position"),
    )
    op.create_index(op.f("ix_cash_application_invoice"), "cash_application", ["invoice"], unique=False)
    op.create_table(
        "sales_order",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("case_id", sa.String(length=80), nullable=False),
        sa.Column("customer", sa.String(length=80), nullable=False),
        sa.Column("taken_by", sa.String(length=80), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("filed_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "customer"],
            ["customer.tenant", "customer.id"],
        ),
        sa.PrimaryKeyConstraint("tenant", "number"),
        sa.UniqueConstraint("tenant", "taken_by", "idempotency_key"),
    )
    op.create_table(
        "credit_reservation",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("sales_order", sa.String(length=80), nullable=False),
        sa.Column("customer", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "sales_order"],
            ["sales_order.tenant", "sales_order.number"],
        ),
        sa.PrimaryKeyConstraint("tenant", "sales_order"),
    )
    op.create_index(op.f("ix_credit_reservation_customer"), "credit_reservation", ["customer"], unique=False)
    op.create_table(
        "goods_delivery",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("order_number", sa.String(length=80), nullable=False),
        sa.Column("delivered_by", sa.String(length=80), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column("delivered_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "order_number"],
            ["sales_order.tenant", "sales_order.number"],
        ),
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "delivered_by", "idempotency_key"),
    )
    op.create_index(op.f("ix_goods_delivery_order_number"), "goods_delivery", ["order_number"], unique=False)
    op.create_table(
        "delivery_line",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("delivery", sa.String(length=80), nullable=False),
        sa.Column("order_line", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "delivery"],
            ["goods_delivery.tenant", "goods_delivery.id"],
        ),
        sa.PrimaryKeyConstraint("tenant", "delivery", "order_line"),
    )
    op.create_table(
        "sales_invoice",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("case_id", sa.String(length=80), nullable=False),
        sa.Column("order_number", sa.String(length=80), nullable=False),
        sa.Column("delivery", sa.String(length=80), nullable=False),
        sa.Column("customer", sa.String(length=80), nullable=False),
        sa.Column("gross", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("pdf", sa.String(length=64), nullable=False),
        sa.Column("ubl", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("issued_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "delivery"],
            ["goods_delivery.tenant", "goods_delivery.id"],
        ),
        sa.PrimaryKeyConstraint("tenant", "number"),
        sa.UniqueConstraint("tenant", "delivery"),
    )
    op.create_index(op.f("ix_sales_invoice_case_id"), "sales_invoice", ["case_id"], unique=False)
    op.create_index(op.f("ix_sales_invoice_customer"), "sales_invoice", ["customer"], unique=False)
    op.add_column("case_record", sa.Column("customer", sa.String(length=80), nullable=True))
