"""The books of the bank that takes files: those of every bank, and beside them files and signatures."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from sandbox import database
from sandbox.bank import ledger
from sandbox.bank.ledger import PaymentOrder, PaymentState
from sandbox.clock import BusinessClock
from sandbox.house_account import HouseAccount

SCHEMA = """
CREATE TABLE IF NOT EXISTS file (
    id INTEGER PRIMARY KEY,
    file_number TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    message_id TEXT NOT NULL,
    login TEXT NOT NULL,
    received_at TEXT NOT NULL,
    count INTEGER NOT NULL,
    total TEXT NOT NULL,
    state TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    report BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS file_order (
    order_number TEXT PRIMARY KEY REFERENCES payment (order_number),
    file_number TEXT NOT NULL REFERENCES file (file_number),
    reason TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS signature (
    id INTEGER PRIMARY KEY,
    order_number TEXT NOT NULL,
    login TEXT NOT NULL,
    signed_at TEXT NOT NULL
);
"""
SUBMITTER = "LINDQVIST-E1"
SIGNER = "LINDQVIST-U2"


class FileState(StrEnum):
    ACCEPTED = "angenommen"
    PARTLY_ACCEPTED = "teilweise angenommen"
    REJECTED = "abgelehnt"


@dataclass(frozen=True)
class ListedOrder:
    """One transfer of a file; `reason` says why it was rejected, empty where it waits for its signature."""

    order: PaymentOrder
    reason: str = ""


@dataclass(frozen=True)
class ReceivedFile:
    name: str
    message_id: str
    login: str
    count: int
    total: Decimal
    sha256: str
    state: FileState
    report: bytes
    orders: tuple[ListedOrder, ...]


def create(db_path: Path, clock: BusinessClock, account: HouseAccount) -> None:
    """Opens the books with one account and one old payment, unless they are there already."""
    ledger.create(db_path, clock, account)
    database.create(db_path, SCHEMA)


def files(db_path: Path) -> list[dict[str, object]]:
    """Every file that was handed in, accepted or not, as the table's columns, oldest first."""
    return database.rows(db_path, "SELECT * FROM file ORDER BY id")


def signatures(db_path: Path) -> list[dict[str, object]]:
    """Every signature that was given, oldest first."""
    return database.rows(db_path, "SELECT * FROM signature ORDER BY id")


def reason_of(db_path: Path, order_number: str) -> str:
    """Why an order was rejected, empty for any other."""
    found = database.rows(db_path, "SELECT reason FROM file_order WHERE order_number = ?", order_number)
    return str(found[0]["reason"]) if found else ""


def take_in(db_path: Path, file: ReceivedFile, now: datetime, instead: PaymentState | None = None) -> str:
    """Keeps a file with its orders and gives its number. A file that comes twice is taken in twice.

    Orders wait for their signature, or stand in the state `instead`.
    """
    with database.transaction(db_path) as connection:
        (count,) = connection.execute("SELECT COUNT(*) FROM file").fetchone()
        number = f"OKB{now:%y%m%d}{count + 1:05d}"
        connection.execute(
            "INSERT INTO file (file_number, name, message_id, login, received_at, count, total, state, sha256, report)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                file.name,
                file.message_id,
                file.login,
                now.isoformat(),
                file.count,
                str(file.total),
                file.state,
                file.sha256,
                file.report,
            ),
        )
        for listed in file.orders:
            usual = PaymentState.REJECTED if listed.reason else PaymentState.WAITING_FOR_SIGNATURE
            order_number = ledger.list_payment(connection, listed.order, now, instead or usual)
            connection.execute("INSERT INTO file_order VALUES (?, ?, ?)", (order_number, number, listed.reason))
    return number


def sign(db_path: Path, order_number: str, login: str, now: datetime) -> PaymentState:
    """Signs an order, which is then executed, or on its day where that lies ahead."""
    found = database.rows(db_path, "SELECT * FROM payment WHERE order_number = ?", order_number)
    due = date.fromisoformat(str(found[0]["execution_date"])) <= now.date()
    with database.transaction(db_path) as connection:
        connection.execute(
            "INSERT INTO signature (order_number, login, signed_at) VALUES (?, ?, ?)",
            (order_number, login, now.isoformat()),
        )
    state = PaymentState.EXECUTED if due else PaymentState.IN_PROCESS
    ledger.set_state(db_path, order_number, state, now.date())
    return state


def reject(db_path: Path, order_number: str, today: date) -> None:
    """Takes the signature and then rejects the order."""
    ledger.set_state(db_path, order_number, PaymentState.REJECTED, today)
