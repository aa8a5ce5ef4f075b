"""Checkpoints kept outside the database: what the log cannot deny having been."""

from collections.abc import Sequence

from audit.checkpoint import open_note
from audit.damage import Damage, Fault
from audit.merkle import Frontier
from audit.note import NoteError, Verifier


class OutsideCheckpoints:
    """The checkpoints of the log `origin` among `notes`, compared with the tree as it grows again."""

    def __init__(self, notes: Sequence[str], origin: str, verifier: Verifier) -> None:
        self._roots: dict[int, set[bytes]] = {}
        self._bad: Fault | None = None
        self._vouched = 0
        for line, note in enumerate(notes, start=1):
            problem = self._take(note, origin, verifier)
            if problem and self._bad is None:
                self._bad = Fault(None, Damage.BAD_OUTSIDE_CHECKPOINT, f"outside checkpoint {line}: {problem}")

    def _take(self, note: str, origin: str, verifier: Verifier) -> str:
        try:
            checkpoint = open_note(note, verifier)
        except NoteError as error:
            return str(error)
        if checkpoint.origin != origin:
            return f"belongs to the log {checkpoint.origin}"
        self._roots.setdefault(checkpoint.size, set()).add(checkpoint.root)
        return ""

    def compare(self, tree: Frontier) -> Fault | None:
        """The fork that a checkpoint of this size shows. The rewriting began somewhere after the last one that fits."""
        roots = self._roots.get(tree.size)
        if roots is None:
            return None
        if roots != {tree.root}:
            detail = (
                f"the outside checkpoint of {tree.size} entries has another root, that of {self._vouched} still fits"
            )
            return Fault(self._vouched, Damage.FORKED, detail)
        self._vouched = tree.size
        return None

    def truncation(self, size: int) -> Fault | None:
        """The entries that a larger checkpoint has and the log of `size` has not."""
        largest = max(self._roots, default=0)
        if largest <= size:
            return None
        return Fault(size, Damage.TRUNCATED, f"an outside checkpoint has {largest} entries, the log {size}")

    def unreadable(self) -> Fault | None:
        return self._bad
