"""The books of the stand-in ERP: posted purchase invoices. Tests read it as the oracle of what was really posted."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from sqlite3 import Connection

from sandbox import database, faults, logins, submissions
from sandbox.clock import BusinessClock

SCHEMA = """
CREATE TABLE IF NOT EXISTS posting (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL,
    vendor TEXT NOT NULL,
    invoice_number TEXT NOT NULL,
    invoice_date TEXT NOT NULL,
    due_date TEXT NOT NULL,
    reference TEXT NOT NULL,
    cost_centre TEXT NOT NULL,
    lines TEXT NOT NULL,
    net TEXT NOT NULL,
    tax TEXT NOT NULL,
    gross TEXT NOT NULL,
    state TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    voucher_number TEXT NOT NULL UNIQUE
);
"""
KNOWN_VOUCHER_NUMBER = "ER-000001"
"""The old posting that stands in every journal, so that an empty-looking journal is seen to be wrong."""
POSTED = "gebucht"
PARKED = "vorerfasst"
REVERSED = "storniert"

_HISTORY_DAYS = 60


@dataclass(frozen=True)
class PostingLine:
    """One row of the grid; amounts in euros, `tax_rate` in percent."""

    account: str
    text: str
    net: Decimal
    tax_rate: Decimal
    tax: Decimal


@dataclass(frozen=True)
class PurchaseInvoice:
    """What a clerk enters. `reference` is the external reference, at most 20 characters."""

    login: str
    vendor: str
    invoice_number: str
    invoice_date: date
    due_date: date
    reference: str
    cost_centre: str
    lines: tuple[PostingLine, ...]

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), start=Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), start=Decimal(0))

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    def subjects(self) -> tuple[str, ...]:
        """What a fault may be limited to."""
        return (str(self.gross), self.vendor, self.invoice_number, self.reference)


def create(db_path: Path, clock: BusinessClock) -> None:
    """Opens the books with one old posting, unless they are there already."""
    database.create(db_path, SCHEMA + faults.SCHEMA + logins.SCHEMA + submissions.SCHEMA)
    day = clock.today() - timedelta(days=_HISTORY_DAYS)
    with database.transaction(db_path) as connection:
        if connection.execute("SELECT 1 FROM posting").fetchone():
            return
        opening = PurchaseInvoice(
            login="MIGRATION",
            vendor="Nordhafen Stadtwerke AöR",
            invoice_number="2026-0815",
            invoice_date=day,
            due_date=day + timedelta(days=14),
            reference="ALTBESTAND",
            cost_centre="1000",
            lines=(PostingLine("4240", "Abschlag Strom", Decimal("41.93"), Decimal(19), Decimal("7.97")),),
        )
        _insert(connection, opening, clock.now() - timedelta(days=_HISTORY_DAYS))


def postings(db_path: Path) -> list[dict[str, object]]:
    """Every posting as the table's columns, oldest first; amounts are decimal strings, `lines` a JSON list."""
    return database.rows(db_path, "SELECT * FROM posting ORDER BY id")


def post(db_path: Path, invoice: PurchaseInvoice, now: datetime, state: str = POSTED) -> str:
    """Posts `invoice`, or keeps it in another state, and gives the voucher number."""
    with database.transaction(db_path) as connection:
        return _insert(connection, invoice, now, state)


def _insert(connection: Connection, invoice: PurchaseInvoice, now: datetime, state: str = POSTED) -> str:
    (count,) = connection.execute("SELECT COUNT(*) FROM posting").fetchone()
    voucher = f"ER-{count + 1:06d}"
    connection.execute(
        "INSERT INTO posting (login, vendor, invoice_number, invoice_date, due_date, reference, cost_centre, lines,"
        " net, tax, gross, state, posted_at, voucher_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            invoice.login,
            invoice.vendor,
            invoice.invoice_number,
            invoice.invoice_date.isoformat(),
            invoice.due_date.isoformat(),
            invoice.reference,
            invoice.cost_centre,
            json.dumps([asdict(line) for line in invoice.lines], default=str, ensure_ascii=False),
            str(invoice.net),
            str(invoice.tax),
            str(invoice.gross),
            state,
            now.isoformat(),
            voucher,
        ),
    )
    return voucher
