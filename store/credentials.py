"""The stored logins as people see them, without a secret; and what people have to be told about them."""

from datetime import date, datetime, timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection, Row, select, union

from audit.entry import Actor
from models.base import Model
from models.party import Role
from models.portal import Credential
from models.task import Resolution, TaskContent
from store.people import SignedIn, person_of
from store.schema.messages import message_target
from store.schema.people import credential
from store.tasks import TaskSubject, close_tasks, open_announced_task, tasks_about
from store.unit_of_work import Store, UnitOfWork
from store.vault import Vault, park
from store.vault_keys import VaultKeyFile

KEEPERS = (Role.ADMINISTRATOR,)
"""Who stores logins and changes the vault's key."""

TOLD_AHEAD = timedelta(days=14)
"""How long before it expires people hear of it."""

PARKED, EXPIRES = "credential_parked", "credential_expires"
"""Kinds of the tasks about a credential."""


class StoredCredential(Model):
    """A login without its secrets."""

    portal: str
    owner: str
    parked: bool
    park_reason: str
    stored_at: datetime | None
    expires_on: date | None


def credentials(connection: Connection, tenant: str) -> tuple[StoredCredential, ...]:
    query = select(credential).where(credential.c.tenant == tenant).order_by(credential.c.portal)
    return tuple(_stored(row) for row in connection.execute(query))


def store_login(
    store: Store, vault: Vault, signed_in: SignedIn, portal: str, secret: Credential, owner: str, until: date | None
) -> None:
    """Stores or replaces a login. Raises BusinessError `right.missing` or `person.unknown`."""
    signed_in.require(*KEEPERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        person_of(work.connection, work.tenant, owner)
        vault.put(work, portal, secret, owner, until)
        close_tasks(work, "credential", portal, "The login was stored again.")


def renew_password(
    store: Store, vault: Vault, signed_in: SignedIn, portal: str, password: SecretStr, until: date | None
) -> None:
    """Replaces a password; a parked login is in use again. Raises BusinessError `right.missing`,
    `portal.no_credential`."""
    signed_in.require(*KEEPERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        vault.renew_password(work, portal, password, until)
        close_tasks(work, "credential", portal, "The password was renewed.")


def change_key(store: Store, vault: Vault, signed_in: SignedIn) -> int:
    """Seals every tenant's secrets with a new key; how many there are. One that broke off is taken up again.

    With keys from the environment everything is sealed with the current one. Raises BusinessError `right.missing`.
    """
    signed_in.require(*KEEPERS)
    keys = vault.keys
    new = keys.begin_change() if isinstance(keys, VaultKeyFile) else keys.all()[0]
    with store.read() as connection:
        sealed = union(select(credential.c.tenant), select(message_target.c.tenant))
        tenants = connection.execute(sealed).scalars().all()
    count = 0
    for tenant in tenants:
        with store.change(tenant, signed_in.actor) as work:
            count += vault.seal_anew(work, new)
    if isinstance(keys, VaultKeyFile):
        keys.end_change()
    return count


def park_refused(store: Store, tenant: str, actor: Actor, portal: str, reason: str) -> None:
    """The portal refused the password: it is not tried again, and those who can put it right are told."""
    with store.change(tenant, actor) as work:
        park(work, portal, reason)
        message = (
            f"The portal said: {reason} It was tried once and is not tried again, so that the login is not locked. "
            f"Store the right password with `tallywright vault rotate {portal}`."
        )
        _ask(work, PARKED, portal, f"The login of {portal} was refused", message)


def remind_of_expiry(work: UnitOfWork) -> None:
    """Tells people once about every login of the tenant that expires soon."""
    soon = work.now.date() + TOLD_AHEAD
    for known in credentials(work.connection, work.tenant):
        if known.expires_on is None or known.expires_on > soon or _is_told(work, known):
            continue
        message = (
            f"The password of {known.portal} expires on {known.expires_on}. Change it on the portal, then store it "
            f"with `tallywright vault rotate {known.portal}`."
        )
        _ask(work, EXPIRES, known.portal, f"The login of {known.portal} expires on {known.expires_on}", message)


def _is_told(work: UnitOfWork, known: StoredCredential) -> bool:
    return any(
        task.kind == EXPIRES and (known.stored_at is None or task.created_at >= known.stored_at)
        for task in tasks_about(work.connection, work.tenant, "credential", known.portal)
    )


def _ask(work: UnitOfWork, kind: str, portal: str, title: str, message: str) -> None:
    subject = TaskSubject(kind=kind, subject_kind="credential", subject_id=portal, workflow="")
    content = TaskContent(title=title[:200], message=message[:2000], resolutions=(Resolution.NOTED,))
    open_announced_task(work, subject, Role.ADMINISTRATOR, content)


def _stored(row: Row[Any]) -> StoredCredential:
    values = {name: getattr(row, name) for name in StoredCredential.model_fields}
    return StoredCredential.model_validate(values | {"park_reason": row.park_reason or ""})
