"""Signed notes: text that Ed25519 keys vouch for (https://c2sp.org/signed-note).

Keys are written as in that specification: `name+id+base64` to verify, `PRIVATE+KEY+name+id+base64` to sign.
"""

import base64
import binascii
import hashlib
import re
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_PRIVATE = "PRIVATE+KEY+"
_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)")
_MAX_NOTE = 1_000_000


class NoteError(ValueError):
    """A note, key or checkpoint that cannot be trusted; the message says why."""


class Verifier:
    """The public half of a key: `name`, 32 bytes of Ed25519 public key and the id which signatures carry."""

    def __init__(self, name: str, public_key: bytes) -> None:
        _check_name(name)
        if len(public_key) != 32:
            raise NoteError(f"public key of {name}: {len(public_key)} bytes; Ed25519 takes 32")
        self.name = name
        self._public_key = public_key
        self.key_id = hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:4]

    @classmethod
    def parse(cls, encoded: str) -> "Verifier":
        """The key written as `name+id+base64`. Raises NoteError."""
        name, key_id, key = _split_key(encoded, "verifier key")
        verifier = cls(name, key)
        if verifier.key_id.hex() != key_id:
            raise NoteError(f"verifier key of {name}: id {key_id} is not that of the key; copy the key again")
        return verifier

    @property
    def encoded(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self._public_key).decode()}"

    @cached_property
    def _ed25519(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self._public_key)

    def accepts(self, text: str, signature: bytes) -> bool:
        try:
            self._ed25519.verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


class Signer:
    """The private half of a key, made from 32 secret random bytes.

    `encoded` is a secret; printing the signer does not show it.
    """

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != 32:
            raise NoteError(f"seed of {name}: {len(seed)} bytes; Ed25519 takes 32")
        self._seed = seed
        self._ed25519 = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._ed25519.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, encoded: str) -> "Signer":
        """The key written as `PRIVATE+KEY+name+id+base64`. Raises NoteError, which never shows the key."""
        if not encoded.startswith(_PRIVATE):
            raise NoteError(f"private key: must begin with {_PRIVATE}")
        name, key_id, seed = _split_key(encoded.removeprefix(_PRIVATE), "private key")
        signer = cls(name, seed)
        if signer.verifier.key_id.hex() != key_id:
            raise NoteError(f"private key of {name}: id {key_id} is not that of the key; copy the key again")
        return signer

    @property
    def encoded(self) -> str:
        verifier = self.verifier
        key = base64.b64encode(_ED25519 + self._seed).decode()
        return f"{_PRIVATE}{verifier.name}+{verifier.key_id.hex()}+{key}"

    def signature_line(self, text: str) -> str:
        signature = self.verifier.key_id + self._ed25519.sign(text.encode())
        return f"— {self.verifier.name} {base64.b64encode(signature).decode()}\n"


def sign_text(text: str, signer: Signer) -> str:
    """The note of `text` (which ends in a newline) with one signature."""
    _check_text(text)
    return f"{text}\n{signer.signature_line(text)}"


def open_text(note: str, verifier: Verifier) -> str:
    """The text of `note` when `verifier`'s key signed it; signatures of unknown keys are ignored. Raises NoteError."""
    _check_text(note)
    text, separator, lines = note.rpartition("\n\n")
    if not separator:
        raise NoteError("note has no blank line between text and signatures")
    text += "\n"
    ours = [signature for key, signature in map(_parse_line, lines.splitlines()) if key == _key(verifier)]
    if not ours:
        raise NoteError(f"note carries no signature of {verifier.name}+{verifier.key_id.hex()}")
    if not all(verifier.accepts(text, signature) for signature in ours):
        raise NoteError(f"signature of {verifier.name} does not fit the text: one of the two was changed")
    return text


def decode_base64(encoded: str, what: str) -> bytes:
    """The bytes of strict standard base64: only the one spelling an encoder writes is taken. Raises NoteError."""
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if not decoded or base64.b64encode(decoded).decode() != encoded:
        raise NoteError(f"{what}: not canonical base64")
    return decoded


def _key(verifier: Verifier) -> tuple[str, bytes]:
    return verifier.name, verifier.key_id


def _parse_line(line: str) -> tuple[tuple[str, bytes], bytes]:
    match = _SIGNATURE_LINE.fullmatch(line)
    if match is None:
        raise NoteError("note has a signature line that is not '— name base64'")
    decoded = decode_base64(match[2], "signature")
    if len(decoded) < 5:
        raise NoteError("note has a signature shorter than its key id")
    return (match[1], decoded[:4]), decoded[4:]


def _split_key(encoded: str, what: str) -> tuple[str, str, bytes]:
    parts = encoded.split("+", 2)
    if len(parts) != 3:
        raise NoteError(f"{what}: must be name+id+base64")
    key = decode_base64(parts[2], what)
    if key[:1] != _ED25519:
        raise NoteError(f"{what} of {parts[0]}: only Ed25519 keys (type 1) are known")
    return parts[0], parts[1], key[1:]


def _check_name(name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise NoteError(f"key name {name!r}: must be non-empty, without spaces and plus signs")


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteError("note must end in a newline")
    if len(text) > _MAX_NOTE:
        raise NoteError(f"note of {len(text)} characters; at most {_MAX_NOTE} are read")
    if _CONTROL.search(text) or not _is_unicode(text):
        raise NoteError("note has a control character or is not valid Unicode")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
