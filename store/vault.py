"""Portal credentials, sealed with AES-GCM. The key lies in a file outside the database."""

import base64
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, insert, select

from audit.entry import Actor
from models.errors import BusinessError
from models.portal import Credential
from store.schema.people import credential
from store.unit_of_work import UnitOfWork

_KEY_SIZE = 32


@dataclass(frozen=True)
class Vault:
    key: bytes

    @classmethod
    def open(cls, key_file: Path) -> "Vault":
        """The vault whose key lies in `key_file`, made on first use and readable by its owner alone."""
        key = read_or_make(key_file, lambda: AESGCM.generate_key(256))
        if len(key) != _KEY_SIZE:
            raise BusinessError("vault.damaged", f"{key_file} is no vault key; restore it from the backup.")
        return cls(key)

    def put(self, work: UnitOfWork, portal: str, secret: Credential, owner: str) -> None:
        """Stores or replaces the credential of `portal`; `owner` is the person who answers for the bot that uses it.

        The audit entry names the login and no secret.
        """
        work.execute(delete(credential).where(credential.c.tenant == work.tenant, credential.c.portal == portal))
        sealed = self._seal(work.tenant, portal, secret)
        work.execute(
            insert(credential).values(tenant=work.tenant, portal=portal, sealed=sealed, owner=owner, parked=False)
        )
        work.record("credential.stored", "credential", portal, after={"login": secret.login, "owner": owner})

    def get(self, connection: Connection, tenant: str, portal: str) -> Credential:
        """Raises BusinessError `portal.no_credential` when none is stored, it is parked or its seal is broken."""
        query = select(credential).where(credential.c.tenant == tenant, credential.c.portal == portal)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise BusinessError("portal.no_credential", f"No login is stored for the portal {portal!r}.")
        if row.parked:
            raise BusinessError("portal.no_credential", f"The login of {portal!r} is parked after a refused password.")
        return self._unseal(tenant, portal, row.sealed)

    def _seal(self, tenant: str, portal: str, secret: Credential) -> str:
        totp_seed = secret.totp_seed.get_secret_value() if secret.totp_seed else None
        plain = secret.model_dump() | {"password": secret.password.get_secret_value(), "totp_seed": totp_seed}
        nonce = os.urandom(12)
        text = json.dumps(plain).encode()
        return base64.b64encode(nonce + AESGCM(self.key).encrypt(nonce, text, _place(tenant, portal))).decode()

    def _unseal(self, tenant: str, portal: str, sealed: str) -> Credential:
        try:
            data = base64.b64decode(sealed)
            text = AESGCM(self.key).decrypt(data[:12], data[12:], _place(tenant, portal))
        except (InvalidTag, ValueError) as error:
            message = f"The stored login of {portal!r} cannot be opened with this vault key; store it again."
            raise BusinessError("portal.no_credential", message) from error
        return Credential.model_validate_json(text)


def bot_of(connection: Connection, tenant: str, portal: str) -> Actor:
    """The bot that works on `portal`, with the person who answers for it."""
    query = select(credential.c.owner).where(credential.c.tenant == tenant, credential.c.portal == portal)
    owner = connection.execute(query).scalar_one_or_none()
    if owner is None:
        raise BusinessError("portal.no_credential", f"No login is stored for the portal {portal!r}.")
    return Actor(bot=f"{portal} bot", owner=owner)


def park(work: UnitOfWork, portal: str, reason: str) -> None:
    """Takes a refused credential out of use, so that a second try cannot lock the login."""
    work.execute(
        credential.update().where(credential.c.tenant == work.tenant, credential.c.portal == portal).values(parked=True)
    )
    work.record("credential.parked", "credential", portal, after={"reason": reason})


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of a key file that only its owner can read, made when it is not there.

    Of several processes that make it at once one wins, and no other ever sees half a key.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent) as draft, suppress(FileExistsError):
            draft.write(make())
            draft.flush()
            os.fsync(draft.fileno())
            os.link(draft.name, path)
    return path.read_bytes()


def _place(tenant: str, portal: str) -> bytes:
    return f"{tenant}/{portal}".encode()
