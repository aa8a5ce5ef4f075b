"""Sign-in, sessions and the directory of people. Every refusal is on record."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from audit.entry import Actor
from models.errors import BusinessError
from models.party import Person, Role
from store.schema.people import account, person, person_role, session
from store.unit_of_work import Store, UnitOfWork

_HASHER = PasswordHasher()
_FAILURES_BEFORE_LOCK = 5
_LOCK = timedelta(minutes=15)
_LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class SignedIn:
    """A person who proved who they are, and the account they did it with."""

    tenant: str
    login: str
    person: Person
    csrf_token: str
    proven_at: datetime | None = None
    """When the person last proved with a passkey that it is them."""

    @property
    def actor(self) -> Actor:
        return Actor(person=self.person.id, account=self.login)

    def require(self, *roles: Role) -> None:
        """Raises BusinessError `right.missing` unless the person holds one of `roles`."""
        if not self.person.roles & set(roles):
            wanted = " or ".join(role.replace("_", " ") for role in roles)
            raise BusinessError("right.missing", f"{self.person.name} may not do this; it takes the role {wanted}.")


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def sign_in(store: Store, tenant: str, login: str, password: str, lasts: timedelta) -> str:
    """A new session's token. Raises BusinessError `sign_in.refused` with the same words for every cause."""
    login = _as_text(login)
    with store.read() as connection:
        found = _account(connection, tenant, login)
    is_right = _password_fits(found.password_hash if found else _hash_of_nobody(), password)
    token = open_session(store, tenant, found.login, lasts) if found and is_right else ""
    if not token:
        note_refused_sign_in(store, tenant, login)
        raise BusinessError(
            "sign_in.refused", "This login and password do not fit, or the login is locked for a while."
        )
    return token


def sign_out(store: Store, signed_in: SignedIn, token: str) -> None:
    with store.change(signed_in.tenant, signed_in.actor) as work:
        work.execute(update(session).where(session_place(work.tenant, token)).values(expires_at=work.now))
        work.record("session.closed", "account", signed_in.login)


def session_of(store: Store, tenant: str, token: str) -> SignedIn | None:
    """Who holds the session with this token; None when there is none or it ended."""
    with store.read() as connection:
        query = select(session).where(session_place(tenant, token))
        row = connection.execute(query).one_or_none()
        if row is None or row.expires_at <= store.now():
            return None
        return SignedIn(tenant, row.login, person_of(connection, tenant, row.person), row.csrf_token, row.proven_at)


def session_place(tenant: str, token: str) -> ColumnElement[bool]:
    """Where the session with this token is kept, which knows its hash alone."""
    return (session.c.tenant == tenant) & (session.c.token_hash == _digest(token))


def person_of(connection: Connection, tenant: str, person_id: str) -> Person:
    """Raises BusinessError `person.unknown`."""
    found = [someone for someone in people(connection, tenant) if someone.id == person_id]
    if not found:
        raise BusinessError("person.unknown", f"There is no person {person_id!r}.")
    return found[0]


def people(connection: Connection, tenant: str) -> tuple[Person, ...]:
    """Everyone of the tenant with their roles, by name."""
    roles: dict[str, set[Role]] = {}
    for row in connection.execute(select(person_role).where(person_role.c.tenant == tenant)):
        roles.setdefault(row.person, set()).add(Role(row.role))
    rows = connection.execute(select(person).where(person.c.tenant == tenant).order_by(person.c.name))
    return tuple(
        Person(
            id=row.id,
            name=row.name,
            email=row.email,
            language=row.language,
            roles=frozenset(roles.get(row.id, ())),
            manager=row.manager,
            timezone=row.timezone,
        )
        for row in rows
    )


def add_person(work: UnitOfWork, someone: Person, login: str, password: str) -> None:
    """Adds a person with their roles and a first account."""
    key = {"tenant": work.tenant}
    work.execute(insert(person).values(**key, **someone.model_dump(exclude={"roles"})))
    for role in sorted(someone.roles):
        work.execute(insert(person_role).values(**key, person=someone.id, role=role))
    work.execute(
        insert(account).values(**key, login=login, person=someone.id, password_hash=hash_password(password), failures=0)
    )
    work.record("person.added", "person", someone.id, after={"login": login, "roles": sorted(someone.roles)})


def set_manager(work: UnitOfWork, person_id: str, manager: str) -> None:
    """Says who is above a person, who then may be asked as their manager."""
    before = person_of(work.connection, work.tenant, person_id).manager
    place = (person.c.tenant == work.tenant) & (person.c.id == person_id)
    work.execute(update(person).where(place).values(manager=manager))
    work.record("person.manager_set", "person", person_id, before={"manager": before}, after={"manager": manager})


@cache
def _hash_of_nobody() -> str:
    return hash_password("so that an unknown login takes as long as a wrong password")


def _password_fits(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, _as_text(password))
    except VerificationError:
        return False


def _account(connection: Connection, tenant: str, login: str) -> Row[Any] | None:
    query = select(account).where(account.c.tenant == tenant, account.c.login == login)
    return connection.execute(query).one_or_none()


def note_refused_sign_in(store: Store, tenant: str, login: str) -> None:
    """Counts in the transaction that writes, so that guesses made at once are all counted."""
    with store.change(tenant, Actor(system="sign-in")) as work:
        found = _account(work.connection, tenant, login)
        if found is not None:
            failures = found.failures + 1
            locked_until = work.now + _LOCK if failures >= _FAILURES_BEFORE_LOCK else found.locked_until
            work.execute(_account_of(found).values(failures=failures, locked_until=locked_until))
        work.record("session.refused", "account", login[:_LONGEST_SUBJECT] or "(no login)")


def open_session(store: Store, tenant: str, login: str, lasts: timedelta, *, is_proven: bool = False) -> str:
    """The token of a new session of somebody who proved who they are; empty while the login is locked, which is looked
    up in the transaction that opens the session."""
    token = secrets.token_urlsafe(32)
    with store.read() as view:
        known = _account(view, tenant, login)
    if known is None:
        return ""
    with store.change(tenant, Actor(person=known.person, account=login)) as work:
        found = _account(work.connection, tenant, login)
        if found is None or (found.locked_until is not None and found.locked_until > work.now):
            return ""
        work.execute(_account_of(found).values(failures=0, locked_until=None))
        work.execute(
            insert(session).values(
                tenant=found.tenant,
                token_hash=_digest(token),
                login=found.login,
                person=found.person,
                csrf_token=secrets.token_hex(32),
                created_at=work.now,
                expires_at=work.now + lasts,
                proven_at=work.now if is_proven else None,
            )
        )
        work.record("session.opened", "account", found.login)
    return token


def _account_of(found: Row[Any]) -> Any:
    return update(account).where(account.c.tenant == found.tenant, account.c.login == found.login)


def _as_text(typed: str) -> str:
    """What a terminal may pass on as broken characters, in characters that every database can keep."""
    return typed.encode(errors="replace").decode().replace("\0", "\ufffd")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
