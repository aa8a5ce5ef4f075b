"""The vault's keys: one that seals, and those that only open what was sealed before."""

import base64
import binascii
import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.errors import BusinessError

KEY_SIZE = 32


@dataclass(frozen=True)
class VaultKeys:
    """Keys that were given, from the environment."""

    current: bytes
    retired: tuple[bytes, ...] = ()

    def all(self) -> tuple[bytes, ...]:
        """The one that seals first."""
        return (self.current, *self.retired)

    @classmethod
    def parse(cls, current: str, retired: str = "") -> "VaultKeys":
        """From base64, as the environment holds them. Raises BusinessError `vault.damaged`."""
        return cls(
            _decoded("TALLYWRIGHT_VAULT_KEY", current),
            (_decoded("TALLYWRIGHT_VAULT_KEY_RETIRED", retired),) if retired else (),
        )


@dataclass(frozen=True)
class VaultKeyFile:
    """A key in a file, read whenever it is used: a worker that runs sees a key that was changed meanwhile.

    While the key is being changed the next one lies beside it and opens, too.
    """

    path: Path

    @classmethod
    def open(cls, path: Path) -> "VaultKeyFile":
        """Made on first use, readable by its owner alone. Raises BusinessError `vault.damaged`."""
        read_or_make(path, _new_key)
        keys = cls(path)
        keys.all()
        return keys

    def all(self) -> tuple[bytes, ...]:
        """The one that seals first."""
        # The next one first: it may take the place of the other meanwhile.
        coming: tuple[bytes, ...] = ()
        with suppress(FileNotFoundError):
            coming = (_checked(self._next),)
        return (_checked(self.path), *coming)

    def begin_change(self) -> bytes:
        """The next key, made now or by a change that broke off; nothing is sealed with it until it is told to."""
        read_or_make(self._next, _new_key)
        return _checked(self._next)

    def end_change(self) -> Path:
        """The next key is the key from now on. The old one is kept, for a backup of the database needs it; where."""
        old = self.path.read_bytes()
        kept = self.path.with_name(f"{self.path.name}.{hashlib.sha256(old).hexdigest()[:8]}.retired")
        with suppress(FileExistsError):
            os.link(self.path, kept)
        self._next.replace(self.path)
        return kept

    @property
    def _next(self) -> Path:
        return self.path.with_name(f"{self.path.name}.next")


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


def _new_key() -> bytes:
    return AESGCM.generate_key(256)


def _checked(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_SIZE:
        raise BusinessError("vault.damaged", f"{path} is no vault key; restore it from the backup.")
    return key


def _decoded(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_SIZE:
        raise BusinessError("vault.damaged", f"{name} is no vault key; it holds 32 bytes in base64.")
    return key
