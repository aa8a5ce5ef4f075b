"""A box that anybody can put something into and one process alone can open: the key never leaves its memory."""

import base64
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_LENGTH = 32


@dataclass(frozen=True)
class BoxKey:
    """The private half, made anew for every box."""

    _private: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate, repr=False)

    @property
    def public(self) -> str:
        return base64.b64encode(self._private.public_key().public_bytes_raw()).decode()

    def opened(self, sealed: str, place: str) -> str:
        """What was put in. Raises InvalidTag when it was sealed for another key or another place."""
        data = base64.b64decode(sealed)
        theirs, nonce, rest = data[:_KEY_LENGTH], data[_KEY_LENGTH : _KEY_LENGTH + 12], data[_KEY_LENGTH + 12 :]
        shared = self._private.exchange(X25519PublicKey.from_public_bytes(theirs))
        return AESGCM(_derived(shared, place)).decrypt(nonce, rest, place.encode()).decode()


def sealed_for(public: str, text: str, place: str) -> str:
    """`text` for the holder of `public`'s private half, bound to `place`."""
    ours = X25519PrivateKey.generate()
    shared = ours.exchange(X25519PublicKey.from_public_bytes(base64.b64decode(public)))
    nonce = os.urandom(12)
    rest = AESGCM(_derived(shared, place)).encrypt(nonce, text.encode(), place.encode())
    return base64.b64encode(ours.public_key().public_bytes_raw() + nonce + rest).decode()


def _derived(shared: bytes, place: str) -> bytes:
    return HKDF(SHA256(), _KEY_LENGTH, salt=None, info=f"one-time code/{place}".encode()).derive(shared)
