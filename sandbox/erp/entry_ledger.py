"""Journal entries in the books of the stand-in ERP. Tests read them as the oracle of what was really posted."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from sqlite3 import Connection

from sandbox import database
from sandbox.clock import BusinessClock

SCHEMA = """
CREATE TABLE IF NOT EXISTS journal_entry (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL,
    booking_date TEXT NOT NULL,
    text TEXT NOT NULL,
    reference TEXT NOT NULL,
    lines TEXT NOT NULL,
    total TEXT NOT NULL,
    state TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    voucher_number TEXT NOT NULL UNIQUE
);
"""
KNOWN_ENTRY_NUMBER = "SB-000001"
"""The opening entry, which stands in every list, so that an empty-looking list is seen to be wrong."""
POSTED = "gebucht"
PARKED = "vorerfasst"
REVERSED = "storniert"

_HISTORY_DAYS = 60


@dataclass(frozen=True)
class EntryLine:
    """One row of the grid; amounts in euros, one of them zero."""

    account: str
    text: str
    debit: Decimal
    credit: Decimal
    cost_centre: str


@dataclass(frozen=True)
class JournalEntry:
    """What a clerk enters. `reference` is the external reference, at most 20 characters."""

    login: str
    booking_date: date
    text: str
    reference: str
    lines: tuple[EntryLine, ...]

    @property
    def debit(self) -> Decimal:
        return sum((line.debit for line in self.lines), start=Decimal(0))

    @property
    def credit(self) -> Decimal:
        return sum((line.credit for line in self.lines), start=Decimal(0))

    def subjects(self) -> tuple[str, ...]:
        """What a fault may be limited to."""
        return (str(self.debit), self.text, self.reference)


def create(db_path: Path, clock: BusinessClock) -> None:
    """Opens the journal with one opening entry, unless it is there already."""
    database.create(db_path, SCHEMA)
    day = clock.today() - timedelta(days=_HISTORY_DAYS)
    with database.transaction(db_path) as connection:
        if connection.execute("SELECT 1 FROM journal_entry").fetchone():
            return
        lines = (
            EntryLine("1800", "Bank", Decimal("50000.00"), Decimal("0.00"), ""),
            EntryLine("2900", "Gezeichnetes Kapital", Decimal("0.00"), Decimal("50000.00"), ""),
        )
        opening = JournalEntry("MIGRATION", day, "Eröffnung", "ALTBESTAND", lines)
        _insert(connection, opening, clock.now() - timedelta(days=_HISTORY_DAYS), POSTED)


def entries(db_path: Path) -> list[dict[str, object]]:
    """Every journal entry as the table's columns, oldest first; `total` is a decimal string, `lines` a JSON list."""
    return database.rows(db_path, "SELECT * FROM journal_entry ORDER BY id")


def post(db_path: Path, entry: JournalEntry, now: datetime, state: str) -> str:
    """Takes `entry` in and gives the voucher number."""
    with database.transaction(db_path) as connection:
        return _insert(connection, entry, now, state)


def _insert(connection: Connection, entry: JournalEntry, now: datetime, state: str) -> str:
    (count,) = connection.execute("SELECT COUNT(*) FROM journal_entry").fetchone()
    voucher = f"SB-{count + 1:06d}"
    connection.execute(
        "INSERT INTO journal_entry (login, booking_date, text, reference, lines, total, state, posted_at,"
        " voucher_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.login,
            entry.booking_date.isoformat(),
            entry.text,
            entry.reference,
            json.dumps([asdict(line) for line in entry.lines], default=str, ensure_ascii=False),
            str(entry.debit),
            state,
            now.isoformat(),
            voucher,
        ),
    )
    return voucher
