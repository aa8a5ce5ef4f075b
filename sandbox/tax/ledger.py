"""The register of the stand-in tax authority. Tests read it as the oracle of what was really registered."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from sqlite3 import Connection

from sandbox import database, faults, logins, submissions
from sandbox.clock import BusinessClock

SCHEMA = """
CREATE TABLE IF NOT EXISTS registration (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL,
    seller_vat_id TEXT NOT NULL,
    buyer TEXT NOT NULL,
    buyer_vat_id TEXT NOT NULL,
    invoice_number TEXT NOT NULL,
    invoice_date TEXT NOT NULL,
    reference TEXT NOT NULL,
    currency TEXT NOT NULL,
    taxes TEXT NOT NULL,
    net TEXT NOT NULL,
    tax TEXT NOT NULL,
    gross TEXT NOT NULL,
    state TEXT NOT NULL,
    registered_at TEXT NOT NULL,
    register_number TEXT NOT NULL UNIQUE
);
"""
KNOWN_REGISTER_NUMBER = "LFK-00000001"
"""The old registration that stands in every list, so that an empty-looking list is seen to be wrong."""
REGISTERED = "registriert"
DRAFTED = "Entwurf"
REFUSED = "zurückgewiesen"

_HISTORY_DAYS = 60


@dataclass(frozen=True)
class TaxAmount:
    """One row of the tax table; `rate` in percent."""

    rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class SalesInvoice:
    """What a taxpayer registers. `reference` is the taxpayer's own; `buyer_vat_id` is empty where there is none."""

    login: str
    seller_vat_id: str
    buyer: str
    buyer_vat_id: str
    invoice_number: str
    invoice_date: date
    reference: str
    currency: str
    taxes: tuple[TaxAmount, ...]

    @property
    def net(self) -> Decimal:
        return sum((row.net for row in self.taxes), start=Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((row.tax for row in self.taxes), start=Decimal(0))

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    def subjects(self) -> tuple[str, ...]:
        """What a fault may be limited to."""
        return (str(self.gross), self.buyer, self.buyer_vat_id, self.invoice_number, self.reference)


@dataclass(frozen=True)
class Registration:
    """One row of the register."""

    number: str
    state: str
    registered_at: datetime
    invoice: SalesInvoice


def create(db_path: Path, clock: BusinessClock) -> None:
    """Opens the register with one old registration, unless it is there already."""
    database.create(db_path, SCHEMA + faults.SCHEMA + logins.SCHEMA + submissions.SCHEMA)
    day = clock.today() - timedelta(days=_HISTORY_DAYS)
    with database.transaction(db_path) as connection:
        if connection.execute("SELECT 1 FROM registration").fetchone():
            return
        opening = SalesInvoice(
            login="AMT",
            seller_vat_id="DE219980000",
            buyer="Seewetteramt Nordhafen",
            buyer_vat_id="",
            invoice_number="ALT-0001",
            invoice_date=day,
            reference="ALTBESTAND",
            currency="EUR",
            taxes=(TaxAmount(Decimal("19.00"), Decimal("100.00"), Decimal("19.00")),),
        )
        _insert(connection, opening, clock.now() - timedelta(days=_HISTORY_DAYS))


def registrations(db_path: Path) -> list[dict[str, object]]:
    """Every registration as the table's columns, oldest first; amounts are decimal strings, `taxes` a JSON list."""
    return database.rows(db_path, "SELECT * FROM registration ORDER BY id")


def register(db_path: Path, invoice: SalesInvoice, now: datetime, state: str = REGISTERED) -> str:
    """Registers `invoice`, as often as it is asked to, or keeps it in another state; gives the register number."""
    with database.transaction(db_path) as connection:
        return _insert(connection, invoice, now, state)


def read_registrations(db_path: Path) -> list[Registration]:
    """What `registrations` gives, as the portal's pages and receipts show it."""
    return [_registration(row) for row in registrations(db_path)]


def _insert(connection: Connection, invoice: SalesInvoice, now: datetime, state: str = REGISTERED) -> str:
    (count,) = connection.execute("SELECT COUNT(*) FROM registration").fetchone()
    number = f"LFK-{count + 1:08d}"
    connection.execute(
        "INSERT INTO registration (login, seller_vat_id, buyer, buyer_vat_id, invoice_number, invoice_date, reference,"
        " currency, taxes, net, tax, gross, state, registered_at, register_number)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            invoice.login,
            invoice.seller_vat_id,
            invoice.buyer,
            invoice.buyer_vat_id,
            invoice.invoice_number,
            invoice.invoice_date.isoformat(),
            invoice.reference,
            invoice.currency,
            json.dumps([asdict(row) for row in invoice.taxes], default=str),
            str(invoice.net),
            str(invoice.tax),
            str(invoice.gross),
            state,
            now.isoformat(),
            number,
        ),
    )
    return number


def _registration(row: Mapping[str, object]) -> Registration:
    text = {name: str(value) for name, value in row.items()}
    invoice = SalesInvoice(
        login=text["login"],
        seller_vat_id=text["seller_vat_id"],
        buyer=text["buyer"],
        buyer_vat_id=text["buyer_vat_id"],
        invoice_number=text["invoice_number"],
        invoice_date=date.fromisoformat(text["invoice_date"]),
        reference=text["reference"],
        currency=text["currency"],
        taxes=tuple(
            TaxAmount(*(Decimal(entry[name]) for name in ("rate", "net", "tax"))) for entry in json.loads(text["taxes"])
        ),
    )
    return Registration(text["register_number"], text["state"], datetime.fromisoformat(text["registered_at"]), invoice)
