"""Checkpoints: the size and root of a log at one moment, signed (https://c2sp.org/tlog-checkpoint)."""

import base64
import re
from dataclasses import dataclass

from audit.merkle import HASH_SIZE
from audit.note import NoteError, Signer, Verifier, decode_base64, open_text, sign_text

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`size` leaves of the log `origin` have the Merkle root `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note text: origin, size in decimal, root in base64, a line each."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign(checkpoint: Checkpoint, signer: Signer) -> str:
    """The signed note of `checkpoint`. Raises NoteError when it could not be read back."""
    if parse_checkpoint(checkpoint.text) != checkpoint:
        raise NoteError(f"checkpoint of {checkpoint.origin!r}: the origin must be one line")
    return sign_text(checkpoint.text, signer)


def open_note(note: str, verifier: Verifier) -> Checkpoint:
    """The checkpoint in `note` when `verifier`'s key signed it. Raises NoteError."""
    return parse_checkpoint(open_text(note, verifier))


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint written as `text`. Extension lines, which nobody can audit, are refused. Raises NoteError."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise NoteError("checkpoint must be three lines: origin, size, root")
    if _SIZE.fullmatch(lines[1]) is None:
        raise NoteError(f"checkpoint size {lines[1][:20]!r}: must be a decimal number without leading zeros")
    root = decode_base64(lines[2], "checkpoint root")
    if len(root) != HASH_SIZE:
        raise NoteError(f"checkpoint root has {len(root)} bytes; SHA-256 has {HASH_SIZE}")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)
