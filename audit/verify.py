"""The verifier: reads a log from its first row to its last and names the first bad entry.

It keeps the tree's right edge, the outside checkpoints and the erased bodies in memory, never the log. Every column may
hold anything; garbage is reported as damage, not raised.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from audit.damage import Damage, Fault
from audit.entry import Entry
from audit.erasure import Erasures
from audit.merkle import Frontier
from audit.note import Verifier
from audit.outside import OutsideCheckpoints
from audit.row import append_row, read_entry, same
from audit.stored import StoredEntry
from models.base import Model


class Verification(Model):
    """`ok`, or the first bad entry's id (its sequence) and the kind of damage; every entry before it stands proven.

    `entries` counts the rows read. With damage, `first_bad` is None only where an outside checkpoint is unreadable.
    """

    ok: bool
    entries: int
    first_bad: str | None = None
    damage: Damage | None = None
    detail: str = ""


def verify_log(
    entries: Iterable[StoredEntry], origin: str, verifier: Verifier, outside: Sequence[str] = ()
) -> Verification:
    """Verifies the rows of the log `origin`, read in the order of their sequence.

    `outside` are the checkpoint notes of this log that were kept outside the database.
    """
    walk = _Walk(origin, verifier, outside)
    rows = iter(entries)
    for row in rows:
        fault = walk.step(row)
        if fault is not None:
            return walk.report(walk.weigh(fault, row, rows))
    return walk.report(walk.end())


class _Walk:
    def __init__(self, origin: str, verifier: Verifier, outside: Sequence[str]) -> None:
        self._origin = origin
        self._verifier = verifier
        self._outside = OutsideCheckpoints(outside, origin, verifier)
        self._tree = Frontier()
        self._erasures = Erasures()
        self._stray: Fault | None = None
        self._rows = 0

    def step(self, row: StoredEntry) -> Fault | None:
        """Takes the next row; the fault, once the first bad entry is certain."""
        self._rows += 1
        expected, entry = self._tree.size, read_entry(row.data)
        if not same(row.sequence, expected):
            return self._out_of_place(row.sequence, entry)
        if entry is None:
            return Fault(expected, Damage.EDITED, "data is not the canonical bytes of an audit entry")
        return (
            append_row(row, entry, self._tree, self._origin, self._verifier)
            or self._body_fault(row, entry)
            or self._outside.compare(self._tree)
            or self._stray_at(expected)
        )

    def weigh(self, fault: Fault, row: StoredEntry, rest: Iterable[StoredEntry]) -> Fault:
        """`fault` of `row` in the light of what follows: an entry that turns up later, an erasure recorded later."""
        found = self._stray is not None and self._stray.sequence == fault.sequence
        for further, later in enumerate(chain([row], rest)):
            entry = read_entry(later.data)
            if entry is not None:
                self._erasures.take(entry)
                found = found or entry.sequence == fault.sequence
            if further:
                self._rows += 1
                found = found or same(later.sequence, fault.sequence)
        if found and fault.damage is Damage.MISSING:
            return replace(fault, damage=Damage.REORDERED, detail=f"{fault.detail}; it was found elsewhere")
        return (self._missing_body(before=fault.sequence) if fault.content_known else None) or fault

    def end(self) -> Fault | None:
        """The fault of a log whose rows are each in order."""
        size = self._tree.size
        stray = self._stray and replace(self._stray, sequence=min(_order(self._stray), size))
        truncation = self._outside.truncation(size)
        # The record of an erasure may be among the entries that are missing, so a missing body is weighed last.
        ends = [fault for fault in (stray, truncation) if fault is not None]
        return min(ends, key=_order, default=None) or self._missing_body(before=size) or self._outside.unreadable()

    def report(self, fault: Fault | None) -> Verification:
        if fault is None:
            return Verification(ok=True, entries=self._rows)
        return Verification(
            ok=False,
            entries=self._rows,
            first_bad=None if fault.sequence is None else str(fault.sequence),
            damage=fault.damage,
            detail=fault.detail,
        )

    def _out_of_place(self, sequence: object, entry: Entry | None) -> Fault | None:
        expected = self._tree.size
        column = sequence if type(sequence) is int and sequence >= 0 else None
        if column is not None and column > expected:
            return Fault(expected, Damage.MISSING, "a later entry stands in its place")
        claimed = column if entry is None else entry.sequence
        if claimed is not None and claimed < expected:
            return Fault(claimed, Damage.INSERTED, "a second row claims to be this entry")
        # The row's own place is not reached yet: an entry before it may be damaged too.
        stray = Fault(claimed, Damage.INSERTED, "a row whose sequence is not of this log claims to be this entry")
        self._stray = min(filter(None, (self._stray, stray)), key=_order)
        return None

    def _stray_at(self, sequence: int) -> Fault | None:
        return self._stray if self._stray and self._stray.sequence == sequence else None

    def _body_fault(self, row: StoredEntry, entry: Entry) -> Fault | None:
        if row.body is None:
            self._erasures.note_erased(entry.sequence)
        standing = self._erasures.take(entry)
        if standing is None:
            return None
        return Fault(standing, Damage.EDITED, f"its body stands, although entry {entry.sequence} records the erasure")

    def _missing_body(self, before: int | None) -> Fault | None:
        sequence = self._erasures.first_unrecorded()
        if sequence is None or before is None or sequence >= before:
            return None
        return Fault(sequence, Damage.BODY_MISSING, "the body is gone and no later entry records its erasure")


def _order(fault: Fault) -> int:
    return sys.maxsize if fault.sequence is None else fault.sequence
