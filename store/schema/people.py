"""Entities, people, their accounts and sessions, and the masters they keep."""

from sqlalchemy import Boolean, Column, Date, ForeignKeyConstraint, Integer, String, Table, Text, text

from models.party import LegalEntity, Vendor
from store.schema.types import DIGEST, ID, METADATA, NAME, DecimalText, Noun, UtcTime

entity = Table(
    "entity",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("data", Noun(LegalEntity), nullable=False),
)

person = Table(
    "person",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("email", NAME, nullable=False),
    Column("language", String(8), nullable=False),
    Column("manager", ID, nullable=False, server_default=text("''")),
    Column("timezone", ID, nullable=False, server_default=text("''")),
)

person_role = Table(
    "person_role",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("person", ID, primary_key=True),
    Column("role", ID, primary_key=True),
    ForeignKeyConstraint(["tenant", "person"], ["person.tenant", "person.id"]),
)

account = Table(
    "account",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("login", ID, primary_key=True),
    Column("person", ID, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", UtcTime),
    ForeignKeyConstraint(["tenant", "person"], ["person.tenant", "person.id"]),
)

session = Table(
    "session",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("token_hash", DIGEST, primary_key=True),
    Column("login", ID, nullable=False),
    Column("person", ID, nullable=False),
    Column("csrf_token", DIGEST, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("proven_at", UtcTime),
)

passkey = Table(
    "passkey",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", DIGEST, primary_key=True),
    Column("credential_id", Text, nullable=False),
    Column("login", ID, nullable=False),
    Column("person", ID, nullable=False),
    Column("name", NAME, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("last_used_at", UtcTime),
    ForeignKeyConstraint(["tenant", "login"], ["account.tenant", "account.login"]),
)

second_factor = Table(
    "second_factor",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("above", DecimalText, nullable=False),
)

passkey_challenge = Table(
    "passkey_challenge",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("challenge", NAME, primary_key=True),
    Column("session", DIGEST, nullable=False),
    Column("until", UtcTime, nullable=False),
)

cost_centre = Table(
    "cost_centre",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("owner", ID, nullable=False),
)

budget = Table(
    "budget",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("cost_centre", ID, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("amount", DecimalText, nullable=False),
)

budget_reservation = Table(
    "budget_reservation",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("requisition", ID, primary_key=True),
    Column("cost_centre", ID, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("amount", DecimalText, nullable=False),
)

vendor = Table(
    "vendor",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("vat_id", ID, nullable=False),
    Column("data", Noun(Vendor), nullable=False),
    Column("account_since", UtcTime, nullable=False),
)

credential = Table(
    "credential",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("portal", ID, primary_key=True),
    Column("owner", ID, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("parked", Boolean, nullable=False, default=False),
    Column("park_reason", Text),
    Column("expires_on", Date),
    Column("stored_at", UtcTime),
    Column("totp_window", Integer),
    Column("login_state", Text),
    Column("login_kept_at", UtcTime),
)

api_token = Table(
    "api_token",
    METADATA,
    Column("tenant", ID, primary_key=True),
    Column("id", ID, primary_key=True),
    Column("token_hash", DIGEST, nullable=False, unique=True),
    Column("label", NAME, nullable=False),
    Column("login", ID, nullable=False),
    Column("person", ID, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
)
