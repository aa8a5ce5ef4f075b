"""Portal credentials and the addresses of people's message services, sealed with AES-GCM.

The key lies in a file or in the environment, outside the database.
"""

import base64
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr
from sqlalchemy import Connection, Update, delete, insert, select, update

from audit.entry import Actor
from models.errors import BusinessError
from models.portal import Credential
from store.schema.messages import message_target
from store.schema.people import credential
from store.unit_of_work import UnitOfWork
from store.vault_keys import VaultKeyFile, VaultKeys

LOGIN_LASTS = timedelta(minutes=15)
"""How long a login state is kept; portals forget theirs sooner or later, too."""


class Keys(Protocol):
    def all(self) -> tuple[bytes, ...]:
        """The one that seals first, then those that only open."""


@dataclass(frozen=True)
class Vault:
    keys: Keys

    @classmethod
    def open(cls, key_file: Path) -> "Vault":
        """The vault whose key lies in `key_file`, made on first use and readable by its owner alone."""
        return cls(VaultKeyFile.open(key_file))

    @classmethod
    def of(cls, key: bytes) -> "Vault":
        return cls(VaultKeys(key))

    def put(
        self,
        work: UnitOfWork,
        portal: str,
        secret: Credential,
        owner: str,
        expires_on: date | None = None,
        action: str = "credential.stored",
    ) -> None:
        """Stores or replaces the credential of `portal`; `owner` is the person who answers for the bot that uses it.

        The audit entry names the login and no secret. A code's window that was used stays used.
        """
        place = (credential.c.tenant == work.tenant) & (credential.c.portal == portal)
        window = work.execute(select(credential.c.totp_window).where(place)).scalar_one_or_none()
        work.execute(delete(credential).where(place))
        values = {
            "sealed": self._seal(work.tenant, portal, secret),
            "owner": owner,
            "parked": False,
            "park_reason": "",
            "expires_on": expires_on,
            "stored_at": work.now,
            "totp_window": window,
        }
        work.execute(insert(credential).values(tenant=work.tenant, portal=portal, **values))
        after = {"login": secret.login, "owner": owner, "expires_on": expires_on and expires_on.isoformat()}
        work.record(action, "credential", portal, after=after)

    def get(self, connection: Connection, tenant: str, portal: str) -> Credential:
        """Raises BusinessError `portal.no_credential` when none is stored, it is parked or its seal is broken."""
        query = select(credential).where(credential.c.tenant == tenant, credential.c.portal == portal)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise BusinessError("portal.no_credential", f"No login is stored for the portal {portal!r}.")
        if row.parked:
            raise BusinessError("portal.no_credential", f"The login of {portal!r} is parked after a refused password.")
        return self._unseal(tenant, portal, row.sealed)

    def renew_password(self, work: UnitOfWork, portal: str, password: SecretStr, expires_on: date | None) -> None:
        """Replaces the password alone and takes a parked credential into use again.

        Raises BusinessError `portal.no_credential` where none is stored or it does not open.
        """
        query = select(credential).where(credential.c.tenant == work.tenant, credential.c.portal == portal)
        row = work.execute(query).one_or_none()
        if row is None:
            raise BusinessError("portal.no_credential", f"No login is stored for the portal {portal!r}.")
        known = self._unseal(work.tenant, portal, row.sealed)
        renewed = known.model_copy(update={"password": password})
        self.put(work, portal, renewed, row.owner, expires_on, "credential.rotated")

    def seal_anew(self, work: UnitOfWork, key: bytes) -> int:
        """Seals every secret of the tenant with `key`, whatever opens it now; how many there are.

        Raises BusinessError `portal.no_credential` or `target.sealed` for one that no key opens; then nothing changes.
        """
        anew = Vault.of(key)
        rows = work.execute(select(credential).where(credential.c.tenant == work.tenant)).all()
        for row in rows:
            sealed = anew._seal(work.tenant, row.portal, self._unseal(work.tenant, row.portal, row.sealed))
            work.execute(_of(work.tenant, row.portal).values(sealed=sealed, login_state=None, login_kept_at=None))
        addresses = self._seal_addresses_anew(work, anew)
        work.record("vault.key_changed", "vault", work.tenant, after={"credentials": len(rows), "addresses": addresses})
        return len(rows) + addresses

    def _seal_addresses_anew(self, work: UnitOfWork, anew: "Vault") -> int:
        stored = (message_target.c.tenant == work.tenant) & (message_target.c.sealed != "")
        rows = work.execute(select(message_target).where(stored)).all()
        for row in rows:
            sealed = anew.seal_address(work.tenant, row.id, self.open_address(work.tenant, row.id, row.sealed))
            place = (message_target.c.tenant == work.tenant) & (message_target.c.id == row.id)
            work.execute(update(message_target).where(place).values(sealed=sealed))
        return len(rows)

    def seal_address(self, tenant: str, target: str, address: SecretStr) -> str:
        """The address of a person's message target, as it is kept."""
        return self._sealed(_target_place(tenant, target), address.get_secret_value())

    def open_address(self, tenant: str, target: str, sealed: str) -> SecretStr:
        """Raises BusinessError `target.sealed` when no key opens it."""
        try:
            return SecretStr(self._opened(_target_place(tenant, target), sealed))
        except (InvalidTag, ValueError):
            message = "The stored address cannot be opened with this vault key; remove it and add it again."
            raise BusinessError("target.sealed", message) from None

    def keep_login(self, work: UnitOfWork, portal: str, state: SecretStr, wall: datetime) -> None:
        """Keeps a browser's login state, sealed, for the next case; a parked credential has none.

        Plumbing, not state: it opens nothing that the credential does not open, and what is done with it is on record.
        """
        sealed = self._sealed(_login_place(work.tenant, portal), state.get_secret_value())
        kept = _of(work.tenant, portal).where(~credential.c.parked).values(login_state=sealed, login_kept_at=wall)
        work.connection.execute(kept)

    def take_login(self, work: UnitOfWork, portal: str, wall: datetime) -> SecretStr | None:
        """The state that was kept last, to whoever asks first and to nobody after; None when there is none, when it is
        older than `LOGIN_LASTS`, or when it does not open."""
        query = select(credential).where(credential.c.tenant == work.tenant, credential.c.portal == portal)
        row = work.connection.execute(query).one_or_none()
        if row is None or row.login_state is None:
            return None
        work.connection.execute(_of(work.tenant, portal).values(login_state=None, login_kept_at=None))
        if wall - row.login_kept_at > LOGIN_LASTS:
            return None
        with suppress(InvalidTag):
            return SecretStr(self._opened(_login_place(work.tenant, portal), row.login_state))
        return None

    def _seal(self, tenant: str, portal: str, secret: Credential) -> str:
        totp_seed = secret.totp_seed.get_secret_value() if secret.totp_seed else None
        plain = secret.model_dump() | {"password": secret.password.get_secret_value(), "totp_seed": totp_seed}
        return self._sealed(_place(tenant, portal), json.dumps(plain))

    def _unseal(self, tenant: str, portal: str, sealed: str) -> Credential:
        try:
            return Credential.model_validate_json(self._opened(_place(tenant, portal), sealed))
        except (InvalidTag, ValueError) as error:
            message = f"The stored login of {portal!r} cannot be opened with this vault key; store it again."
            raise BusinessError("portal.no_credential", message) from error

    def _sealed(self, place: bytes, text: str) -> str:
        nonce = os.urandom(12)
        return base64.b64encode(nonce + AESGCM(self.keys.all()[0]).encrypt(nonce, text.encode(), place)).decode()

    def _opened(self, place: bytes, sealed: str) -> str:
        """Raises InvalidTag when it was sealed with another key or for another place."""
        data = base64.b64decode(sealed)
        for key in self.keys.all():
            with suppress(InvalidTag):
                return AESGCM(key).decrypt(data[:12], data[12:], place).decode()
        raise InvalidTag


def bot_of(connection: Connection, tenant: str, portal: str) -> Actor:
    """The bot that works on `portal`, with the person who answers for it."""
    owner = owner_of(connection, tenant, portal)
    if not owner:
        raise BusinessError("portal.no_credential", f"No login is stored for the portal {portal!r}.")
    return Actor(bot=f"{portal} bot", owner=owner)


def owner_of(connection: Connection, tenant: str, portal: str) -> str:
    """The person to whom the credential of `portal` belongs; empty where none is stored."""
    query = select(credential.c.owner).where(credential.c.tenant == tenant, credential.c.portal == portal)
    return connection.execute(query).scalar_one_or_none() or ""


def owners_of_bots(connection: Connection, tenant: str) -> dict[str, str]:
    """By portal, whoever answers for the bot that works on it."""
    query = select(credential.c.portal, credential.c.owner).where(credential.c.tenant == tenant)
    return {row.portal: row.owner for row in connection.execute(query.order_by(credential.c.portal))}


def park(work: UnitOfWork, portal: str, reason: str) -> None:
    """Takes a refused credential out of use, so that a second try cannot lock the login."""
    values = {"parked": True, "park_reason": reason[:500], "login_state": None, "login_kept_at": None}
    work.execute(_of(work.tenant, portal).values(**values))
    work.record("credential.parked", "credential", portal, after={"reason": reason})


def claim_window(work: UnitOfWork, portal: str, window: int) -> bool:
    """Whether the code of this time window may be sent: nobody, on whatever host, has sent this or a later one.

    Plumbing, not state: which steps a bot takes with it is on record.
    """
    unused = credential.c.totp_window.is_(None) | (credential.c.totp_window < window)
    claimed = work.connection.execute(_of(work.tenant, portal).where(unused).values(totp_window=window))
    return bool(claimed.rowcount)


def _of(tenant: str, portal: str) -> Update:
    return update(credential).where(credential.c.tenant == tenant, credential.c.portal == portal)


def _place(tenant: str, portal: str) -> bytes:
    return f"{tenant}/{portal}".encode()


def _target_place(tenant: str, target: str) -> bytes:
    return _place(tenant, target) + b"/message target"


def _login_place(tenant: str, portal: str) -> bytes:
    """No login state opens as a credential, and no credential as a login state."""
    return _place(tenant, portal) + b"/login"
