"""Logs for tests: written the way the store writes them, damaged the way an intruder would."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from audit.entry import JSON, Actor, Correlation, Entry, Subject, commit_body, origin_of
from audit.merkle import Frontier
from audit.note import Signer
from audit.stored import BODY_ERASED, StoredEntry, erasure_subject, seal

ORIGIN = origin_of("tallywright.local", "acme")
SIGNER = Signer("tallywright.local", b"s" * 32)
START = datetime(2026, 11, 20, 7, 14, tzinfo=UTC)
ACTORS = (
    Actor(person="anna", account="anna@acme.example", delegate_of="ben"),
    Actor(bot="bank-bot", owner="carla"),
    Actor(system="sweeper"),
)


@dataclass
class SampleLog:
    signer: Signer = SIGNER
    origin: str = ORIGIN
    frontier: Frontier = field(default_factory=Frontier)
    rows: list[StoredEntry] = field(default_factory=list)

    def append(self, action: str = "invoice.matched", subject: Subject | None = None, note: str = "") -> StoredEntry:
        sequence = self.frontier.size
        body: dict[str, JSON] = {"amount": f"{sequence}.50", "lines": [1, True, None], "note": note}
        salt = bytes([sequence % 256]) * 32
        entry = Entry(
            origin=self.origin,
            sequence=sequence,
            time=START + timedelta(seconds=sequence),
            actor=ACTORS[sequence % len(ACTORS)],
            action=action,
            subject=subject or Subject(kind="invoice", id=f"INV-{sequence}"),
            correlation=Correlation(case=f"case-{sequence}"),
            reasons=("tolerance:row-3",),
            body_commitment=commit_body(body, salt),
        )
        self.rows.append(seal(entry, body, salt, self.frontier, self.signer))
        return self.rows[-1]

    def erase(self, sequence: int) -> None:
        self.strip(sequence)
        self.append(BODY_ERASED, erasure_subject(sequence))

    def strip(self, sequence: int) -> None:
        self.rows[sequence] = replace(self.rows[sequence], body=None, salt=None)

    @property
    def notes(self) -> list[str]:
        return [row.signature for row in self.rows]


def log_of(length: int, erased: Sequence[int] = (), signer: Signer = SIGNER) -> SampleLog:
    """`length` entries, then the erasure of those in `erased`."""
    log = SampleLog(signer=signer)
    for _ in range(length):
        log.append()
    for sequence in erased:
        log.erase(sequence)
    return log


def rewritten(log: SampleLog, sequence: int, signer: Signer) -> list[StoredEntry]:
    """`log` with another entry at `sequence` and everything from there on recomputed and signed by `signer`."""
    forged = SampleLog()
    while len(forged.rows) < sequence:
        forged.append()
    forged.signer = signer
    forged.append(action="invoice.forged")
    while len(forged.rows) < len(log.rows):
        forged.append()
    return [*log.rows[:sequence], *forged.rows[sequence:]]
