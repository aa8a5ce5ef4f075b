"""The bank's books: accounts, payment orders and bookings. Tests read it as the oracle of what was really paid."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from sqlite3 import Connection, Row

from sandbox import database, faults, iban, logins, phones, submissions
from sandbox.clock import BusinessClock
from sandbox.house_account import HouseAccount

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    iban TEXT PRIMARY KEY,
    bic TEXT NOT NULL,
    holder TEXT NOT NULL,
    opening_balance TEXT NOT NULL,
    opened_on TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS payment (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL,
    payer_iban TEXT NOT NULL REFERENCES account,
    payee_name TEXT NOT NULL,
    payee_iban TEXT NOT NULL,
    bic TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency TEXT NOT NULL,
    remittance TEXT NOT NULL,
    reference TEXT NOT NULL,
    execution_date TEXT NOT NULL,
    state TEXT NOT NULL,
    accepted_at TEXT NOT NULL,
    order_number TEXT NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS booking (
    id INTEGER PRIMARY KEY,
    account_iban TEXT NOT NULL REFERENCES account,
    amount TEXT NOT NULL,
    booked_on TEXT NOT NULL,
    counterparty TEXT NOT NULL,
    counterparty_iban TEXT NOT NULL,
    reference TEXT NOT NULL,
    remittance TEXT NOT NULL,
    kind TEXT NOT NULL
);
"""
KNOWN_ORDER_NUMBER = "NB0000000001"
"""The old payment that stands in every payments list, so that an empty-looking list is seen to be wrong."""

_OPENING_BALANCE = Decimal("5000000.00")
_HISTORY_DAYS = 60


class PaymentState(StrEnum):
    EXECUTED = "ausgeführt"
    IN_PROCESS = "in Bearbeitung"
    DRAFT = "Entwurf"
    REJECTED = "abgelehnt"
    WAITING_FOR_SIGNATURE = "wartet auf Unterschrift"


class BookingKind(StrEnum):
    """How camt.053 has to tell the booking."""

    PAYMENT = "payment"
    RETURN = "return"
    RECEIPT = "receipt"


@dataclass(frozen=True)
class PaymentOrder:
    """What a customer enters. `amount` in euros; `reference` is the customer's own (EndToEndId)."""

    login: str
    payer_iban: str
    payee_name: str
    payee_iban: str
    bic: str
    amount: Decimal
    remittance: str
    reference: str
    execution_date: date

    def subjects(self) -> tuple[str, ...]:
        """What a fault may be limited to."""
        return (str(self.amount), self.payee_name, self.payee_iban, self.reference)


def create(db_path: Path, clock: BusinessClock, account: HouseAccount) -> None:
    """Opens the books with one account and one old payment, unless they are there already."""
    database.create(db_path, SCHEMA + faults.SCHEMA + logins.SCHEMA + phones.SCHEMA + submissions.SCHEMA)
    opened = clock.today() - timedelta(days=_HISTORY_DAYS)
    with database.transaction(db_path) as connection:
        if connection.execute("SELECT 1 FROM account").fetchone():
            return
        connection.execute(
            "INSERT INTO account VALUES (?, ?, ?, ?, ?)",
            (account.iban, account.bic, account.holder, str(_OPENING_BALANCE), opened.isoformat()),
        )
        first = PaymentOrder(
            login="FILIALE",
            payer_iban=account.iban,
            payee_name="Nordhafen Stadtwerke AöR",
            payee_iban=iban.from_bban("DE", "219999000000000815"),
            bic="",
            amount=Decimal("49.90"),
            remittance="Abschlag Strom",
            reference="ALTBESTAND",
            execution_date=opened,
        )
        _insert_payment(connection, first, clock.now() - timedelta(days=_HISTORY_DAYS), KNOWN_ORDER_NUMBER)


def payments(db_path: Path) -> list[dict[str, object]]:
    """Every accepted payment order as the table's columns, oldest first; `amount` is a decimal string."""
    return database.rows(db_path, "SELECT * FROM payment ORDER BY id")


def accounts(db_path: Path) -> list[dict[str, object]]:
    return database.rows(db_path, "SELECT * FROM account ORDER BY iban")


def bookings(db_path: Path, account_iban: str) -> list[dict[str, object]]:
    """Every booking of the account, oldest first; `amount` is signed, money out negative."""
    return database.rows(db_path, "SELECT * FROM booking WHERE account_iban = ? ORDER BY booked_on, id", account_iban)


def balance(db_path: Path, account_iban: str, before: date | None = None) -> Decimal:
    """The booked balance now, or as it was at the start of the day `before`."""
    account = next(row for row in accounts(db_path) if row["iban"] == account_iban)
    booked = (
        Decimal(str(row["amount"]))
        for row in bookings(db_path, account_iban)
        if before is None or str(row["booked_on"]) < before.isoformat()
    )
    return sum(booked, start=Decimal(str(account["opening_balance"])))


def available(db_path: Path, account_iban: str) -> Decimal:
    """The balance less what is accepted and not yet booked."""
    pending = database.rows(
        db_path,
        "SELECT amount FROM payment WHERE payer_iban = ? AND state IN (?, ?)",
        account_iban,
        PaymentState.IN_PROCESS,
        PaymentState.WAITING_FOR_SIGNATURE,
    )
    return balance(db_path, account_iban) - sum((Decimal(str(row["amount"])) for row in pending), start=Decimal(0))


def accept_payment(db_path: Path, order: PaymentOrder, now: datetime) -> str:
    """Accepts `order`, books it when its day has come, and gives the bank's order number."""
    with database.transaction(db_path) as connection:
        return _insert_payment(connection, order, now)


def draft_payment(db_path: Path, order: PaymentOrder, now: datetime) -> str:
    """Keeps `order` as a draft, which nobody executes, and gives the bank's order number."""
    with database.transaction(db_path) as connection:
        return list_payment(connection, order, now, PaymentState.DRAFT)


def reject_payment(db_path: Path, order: PaymentOrder, now: datetime) -> str:
    """Takes `order` and rejects it; gives the bank's order number."""
    with database.transaction(db_path) as connection:
        return list_payment(connection, order, now, PaymentState.REJECTED)


def list_payment(connection: Connection, order: PaymentOrder, now: datetime, state: PaymentState) -> str:
    """Takes `order` into the list in a state in which nothing is booked yet; gives the bank's order number."""
    return _insert_payment(connection, order, now, state=state)


def book_due_payments(db_path: Path, today: date) -> None:
    """Executes what was in process until its execution date."""
    query = "SELECT * FROM payment WHERE state = ? AND execution_date <= ?"
    values = (PaymentState.IN_PROCESS, today.isoformat())
    if not database.rows(db_path, query, *values):
        return
    with database.transaction(db_path) as connection:
        for row in connection.execute(query, values).fetchall():
            _set_state(connection, row["order_number"], PaymentState.EXECUTED)
            _book_payment(connection, row, date.fromisoformat(row["execution_date"]))


def set_state(db_path: Path, order_number: str, state: PaymentState, today: date) -> None:
    """Moves a payment as the bank's clerk would; rejecting an executed one books the money back.

    "In process" lasts until the payment's execution date.
    """
    with database.transaction(db_path) as connection:
        row = connection.execute("SELECT * FROM payment WHERE order_number = ?", (order_number,)).fetchone()
        if row is None:
            raise LookupError(f"the bank has no payment {order_number}")
        _set_state(connection, order_number, state)
        if state is PaymentState.EXECUTED and row["state"] != PaymentState.EXECUTED:
            _book_payment(connection, row, today)
        if state is not PaymentState.EXECUTED and row["state"] == PaymentState.EXECUTED:
            _book_payment(connection, row, today, returned=True)


def receive_payment(
    db_path: Path,
    account_iban: str,
    amount: Decimal,
    debtor: str,
    debtor_iban: str,
    remittance: str,
    reference: str = "NOTPROVIDED",
    *,
    booked_on: date,
) -> None:
    """Books money that arrives from outside."""
    booking = (account_iban, str(amount), booked_on.isoformat(), debtor, debtor_iban, reference, remittance)
    with database.transaction(db_path) as connection:
        _book(connection, booking, BookingKind.RECEIPT)


def _insert_payment(
    connection: Connection,
    order: PaymentOrder,
    now: datetime,
    order_number: str = "",
    state: PaymentState | None = None,
) -> str:
    number = order_number or _next_order_number(connection, now.date())
    due = state is None and order.execution_date <= now.date()
    state = state or (PaymentState.EXECUTED if due else PaymentState.IN_PROCESS)
    row = connection.execute(
        "INSERT INTO payment (login, payer_iban, payee_name, payee_iban, bic, amount, currency, remittance, reference,"
        " execution_date, state, accepted_at, order_number)"
        " VALUES (?, ?, ?, ?, ?, ?, 'EUR', ?, ?, ?, ?, ?, ?) RETURNING *",
        (
            order.login,
            order.payer_iban,
            order.payee_name,
            order.payee_iban,
            order.bic,
            str(order.amount),
            order.remittance,
            order.reference,
            order.execution_date.isoformat(),
            state,
            now.isoformat(),
            number,
        ),
    ).fetchone()
    if due:
        _book_payment(connection, row, now.date())
    return number


def _next_order_number(connection: Connection, today: date) -> str:
    (count,) = connection.execute("SELECT COUNT(*) FROM payment").fetchone()
    return f"NB{today:%y%m%d}{count + 1:06d}"


def _set_state(connection: Connection, order_number: str, state: PaymentState) -> None:
    connection.execute("UPDATE payment SET state = ? WHERE order_number = ?", (state, order_number))


def _book_payment(connection: Connection, payment: Row, booked_on: date, *, returned: bool = False) -> None:
    amount = Decimal(payment["amount"]) if returned else -Decimal(payment["amount"])
    booking = (
        payment["payer_iban"],
        str(amount),
        booked_on.isoformat(),
        payment["payee_name"],
        payment["payee_iban"],
        payment["reference"] or "NOTPROVIDED",
        payment["remittance"],
    )
    _book(connection, booking, BookingKind.RETURN if returned else BookingKind.PAYMENT)


def _book(connection: Connection, booking: tuple[str, ...], kind: BookingKind) -> None:
    connection.execute(
        "INSERT INTO booking (account_iban, amount, booked_on, counterparty, counterparty_iban, reference, remittance,"
        " kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*booking, kind),
    )
