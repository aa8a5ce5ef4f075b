"""The audit log. Every column of `audit_entry` but `data` is derived from it and checked against it."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text

from store.schema.types import DIGEST, ID, METADATA, NAME

audit_entry = Table(
    "audit_entry",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Column("leaf_hash", DIGEST, nullable=False),
    Column("root", DIGEST, nullable=False),
    Column("signature", Text, nullable=False),
    Column("origin", NAME, nullable=False),
    Column("time", String(27), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", ID, nullable=False),
    Column("subject_kind", ID, nullable=False),
    Column("subject_id", NAME, nullable=False),
    Column("case_id", ID, nullable=False, index=True),
    Column("body_commitment", DIGEST, nullable=False),
)

audit_body = Table(
    "audit_body",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("body", Text),
    Column("salt", LargeBinary(32)),
)

audit_head = Table(
    "audit_head",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("frontier", Text, nullable=False),
)
