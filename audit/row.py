"""What one row must be, given the tree of the rows before it."""

from collections.abc import Iterator

from audit.checkpoint import Checkpoint, open_note
from audit.damage import Damage, Fault
from audit.entry import Entry, EntryError, check_body, parse_entry
from audit.merkle import Frontier, leaf_hash
from audit.note import NoteError, Verifier
from audit.stored import StoredEntry, derive_columns

_NEWLINES_WITH_ONE_SIGNATURE = 5


def same(kept: object, expected: object) -> bool:
    """Equal and of the same type: True is not 1, and text is not the bytes that spell it."""
    return type(kept) is type(expected) and kept == expected


def read_entry(data: object) -> Entry | None:
    """The entry in the column `data`; None when it holds anything else."""
    if not isinstance(data, bytes):
        return None
    try:
        return parse_entry(data)
    except EntryError:
        return None


def append_row(row: StoredEntry, entry: Entry, tree: Frontier, origin: str, verifier: Verifier) -> Fault | None:
    """Takes `row`, whose bytes are those of `entry`, as the next leaf of `tree`; the fault, where it is not that."""
    sequence = tree.size
    leaf = leaf_hash(row.data)
    if entry.sequence != sequence:
        return _misplaced(entry, sequence, genuine=same(row.leaf_hash, leaf.hex()))
    tree.append(leaf)
    checkpoint = Checkpoint(origin, tree.size, tree.root)
    signed = _is_signed(row.signature, checkpoint, verifier)
    edit = next(_edits(row, entry, leaf, checkpoint), None)
    if edit is not None:
        return Fault(sequence, Damage.EDITED, edit, content_known=signed)
    if not signed:
        return Fault(sequence, Damage.BAD_SIGNATURE, f"the signature is not that of {verifier.name} over this tree")
    return None


def _misplaced(entry: Entry, sequence: int, *, genuine: bool) -> Fault:
    if not genuine:
        return Fault(sequence, Damage.EDITED, "data is not what leaf_hash stands for")
    damage = Damage.INSERTED if entry.sequence < sequence else Damage.MISSING
    return Fault(sequence, damage, f"entry {entry.sequence} stands in its place")


def _edits(row: StoredEntry, entry: Entry, leaf: bytes, checkpoint: Checkpoint) -> Iterator[str]:
    if not same(row.leaf_hash, leaf.hex()):
        yield "data and leaf_hash do not fit each other"
    if not same(row.root, checkpoint.root.hex()):
        yield "root is not that of the entries up to here"
    if entry.origin != checkpoint.origin:
        yield f"the entry belongs to the log {entry.origin}"
    for column, expected in derive_columns(entry).items():
        if not same(getattr(row, column), expected):
            yield f"column {column} is not what the signed bytes say"
    if not _body_fits(row, entry.body_commitment):
        yield "body and salt do not fit the commitment"


def _body_fits(row: StoredEntry, commitment: str) -> bool:
    body: object = row.body
    salt: object = row.salt
    if body is None or salt is None:
        return body is salt
    if not isinstance(body, str) or not isinstance(salt, bytes):
        return False
    # What is not valid Unicode fits no commitment, but must not stop the verifier.
    return check_body(body.encode(errors="surrogatepass"), salt, commitment)


def _is_signed(note: object, checkpoint: Checkpoint, verifier: Verifier) -> bool:
    # A further signature line of an unknown key would verify, yet it is not what was written.
    if not isinstance(note, str) or note.count("\n") != _NEWLINES_WITH_ONE_SIGNATURE:
        return False
    try:
        return open_note(note, verifier) == checkpoint
    except NoteError:
        return False
