"""API tokens: a person lends a program part of what they may do, for a while."""

import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from models.errors import BusinessError
from store.people import SignedIn, person_of
from store.schema.people import api_token
from store.unit_of_work import Store

PREFIX = "tally_"
"""Makes a leaked token easy to recognise."""
LONGEST = timedelta(days=366)


class Scope(StrEnum):
    """What a token may be used for; within it the person's own rights and segregation of duties hold as always."""

    READ = "read"
    REQUISITIONS = "requisitions"
    RECEIPTS = "receipts"
    INVOICES = "invoices"
    SALES = "sales"
    DELIVERIES = "deliveries"
    STATEMENTS = "statements"
    TASKS = "tasks"
    DECISIONS = "decisions"


ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True)
class ApiToken:
    id: str
    label: str
    person: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def create_token(store: Store, signed_in: SignedIn, label: str, scopes: frozenset[Scope], lasts: timedelta) -> str:
    """A new token of the signed-in person, shown this once. Raises BusinessError `token.invalid`."""
    if not label.strip() or not scopes or not timedelta() < lasts <= LONGEST:
        raise BusinessError(
            "token.invalid", f"A token needs a label, at least one scope, and a life of 1 to {LONGEST.days} days."
        )
    token, token_id = f"{PREFIX}{secrets.token_urlsafe(32)}", uuid.uuid4().hex[:12]
    with store.change(signed_in.tenant, signed_in.actor) as work:
        values = {"label": label.strip(), "login": signed_in.login, "person": signed_in.person.id}
        work.execute(
            insert(api_token).values(
                tenant=work.tenant,
                id=token_id,
                token_hash=_digest(token),
                scopes=json.dumps(sorted(scopes)),
                created_at=work.now,
                expires_at=work.now + lasts,
                **values,
            )
        )
        work.record("token.created", "token", token_id, after={**values, "scopes": sorted(scopes)})
    return token


def revoke_token(store: Store, signed_in: SignedIn, token_id: str) -> None:
    """Ends one of the signed-in person's own tokens. Raises BusinessError `token.unknown`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        place = (api_token.c.tenant == work.tenant) & (api_token.c.id == token_id)
        own = place & (api_token.c.person == signed_in.person.id) & api_token.c.revoked_at.is_(None)
        if not work.execute(update(api_token).where(own).values(revoked_at=work.now)).rowcount:
            raise BusinessError("token.unknown", f"You have no live token {token_id!r}.")
        work.record("token.revoked", "token", token_id)


def tokens_of(connection: Connection, tenant: str, person: str) -> tuple[ApiToken, ...]:
    """All tokens a person ever made, newest first."""
    query = select(api_token).where(api_token.c.tenant == tenant, api_token.c.person == person)
    return tuple(_token(row) for row in connection.execute(query.order_by(api_token.c.created_at.desc())))


def holder_of(store: Store, tenant: str, token: str) -> tuple[SignedIn, frozenset[Scope]] | None:
    """Whom a live token stands for and what it may be used for; None for any other text."""
    if not token.startswith(PREFIX):
        return None
    with store.read() as connection:
        query = select(api_token).where(api_token.c.tenant == tenant, api_token.c.token_hash == _digest(token))
        row = connection.execute(query).one_or_none()
        if row is None or row.revoked_at is not None or row.expires_at <= store.now():
            return None
        person = person_of(connection, tenant, row.person)
    return SignedIn(tenant, row.login, person, csrf_token=""), _token(row).scopes


def _token(row: Any) -> ApiToken:
    scopes = frozenset(Scope(name) for name in json.loads(row.scopes))
    return ApiToken(row.id, row.label, row.person, scopes, row.created_at, row.expires_at, row.revoked_at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
