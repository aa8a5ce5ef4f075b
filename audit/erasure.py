"""Bodies that were erased, against the entries which record that they were."""

from audit.entry import Entry
from audit.stored import erased_sequence


class Erasures:
    """Balances erased bodies with their records; holds one number per erased body."""

    def __init__(self) -> None:
        self._unrecorded: set[int] = set()
        self._recorded: set[int] = set()

    def note_erased(self, sequence: int) -> None:
        self._unrecorded.add(sequence)

    def take(self, entry: Entry) -> int | None:
        """Takes the erasure which `entry` may record; the sequence of the body, where it stands nevertheless."""
        sequence = erased_sequence(entry)
        if sequence is None or sequence in self._recorded:
            return None
        self._recorded.add(sequence)
        if sequence not in self._unrecorded:
            return sequence
        self._unrecorded.remove(sequence)
        return None

    def first_unrecorded(self) -> int | None:
        return min(self._unrecorded, default=None)
