"""Deliveries, invoices and what they reserve; payments, intents, attempts, probes; statements; bot evidence."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from models.invoice import Invoice
from models.payment import IntentContent
from models.portal import ProbeResult
from models.statement import Statement, StatementEntry
from store.schema.types import DIGEST, ID, METADATA, NAME, DecimalText, Noun, UtcTime

delivery = Table(
    "delivery",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("sha256", DIGEST, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("state", ID, nullable=False),
    Column("reason", Text, nullable=False),
    Column("invoice", ID, nullable=False),
    Column("received_at", UtcTime, nullable=False),
)

invoice = Table(
    "invoice",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("vendor", ID, nullable=False),
    Column("number", NAME, nullable=False),
    Column("gross", DecimalText, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("due_date", Date),
    Column("data", Noun(Invoice), nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("sha256", DIGEST, nullable=False),
    Column("state", ID, nullable=False),
    Column("received_at", UtcTime, nullable=False),
)

invoice_match = Table(
    "invoice_match",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("invoice", ID, primary_key=True),
    Column("invoice_line", ID, primary_key=True),
    Column("order_number", ID, primary_key=True),
    Column("order_line", Integer, primary_key=True),
    Column("quantity", DecimalText, nullable=False),
    Column("amount", DecimalText, nullable=False),
    Column("variance", DecimalText, nullable=False),
    ForeignKeyConstraint(["tenant", "invoice"], ["invoice.tenant", "invoice.id"]),
)

# One intent per obligation slice, however often a workflow is reset, restarted or started by hand.
intent = Table(
    "intent",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("slice", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("invoice", ID, nullable=False),
    Column("portal", ID, nullable=False),
    Column("content", Noun(IntentContent), nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("payee_fingerprint", DIGEST, nullable=False),
    Column("approval", ID, nullable=False),
    Column("approved_digest", DIGEST, nullable=False),
    Column("state", ID, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

attempt = Table(
    "attempt",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("slice", ID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("reference", String(16), nullable=False),
    Column("state", ID, nullable=False),
    Column("claim_token", DIGEST),
    Column("claimed_at", UtcTime),
    Column("deadline", UtcTime),
    Column("sent_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("taken_over_by", ID),
    UniqueConstraint("tenant", "reference"),
    ForeignKeyConstraint(["tenant", "slice"], ["intent.tenant", "intent.slice"]),
)

# At most one attempt of an intent is alive.
Index(
    "one_live_attempt",
    attempt.c.tenant,
    attempt.c.slice,
    unique=True,
    sqlite_where=attempt.c.closed_at.is_(None),
    postgresql_where=attempt.c.closed_at.is_(None),
)

probe = Table(
    "probe",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("slice", ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("data", Noun(ProbeResult), nullable=False),
)

evidence = Table(
    "evidence",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("run", ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("portal", ID, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("text_digest", DIGEST, nullable=False),
    Column("screenshot", DIGEST, nullable=False),
    Column("download", DIGEST, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
)

Index("evidence_of_a_portal", evidence.c.tenant, evidence.c.portal, evidence.c.recorded_at)
Index("evidence_of_a_run", evidence.c.tenant, evidence.c.run)

statement = Table(
    "statement",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("account", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("sha256", DIGEST, nullable=False),
    Column("data", Noun(Statement), nullable=False),
    Column("imported_at", UtcTime, nullable=False),
)

statement_entry = Table(
    "statement_entry",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("account", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("statement", ID, nullable=False),
    Column("data", Noun(StatementEntry), nullable=False),
)

reconciliation = Table(
    "reconciliation",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("slice", ID, primary_key=True),
    Column("account", ID, nullable=False),
    Column("entry", ID, nullable=False),
    Column("reconciled_at", UtcTime, nullable=False),
)
