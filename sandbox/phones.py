"""What portals send to a person's phone: codes by SMS, and sign-ins to be confirmed in the portal's app."""

import hmac
import secrets
from pathlib import Path

from sandbox import database

SCHEMA = """
CREATE TABLE IF NOT EXISTS phone (
    id INTEGER PRIMARY KEY,
    ticket TEXT NOT NULL UNIQUE,
    code TEXT NOT NULL,
    is_confirmed INTEGER NOT NULL DEFAULT 0
);
"""


def send_code(db_path: Path, ticket: str) -> None:
    _send(db_path, ticket, f"{secrets.randbelow(1_000_000):06d}")


def ask_to_confirm(db_path: Path, ticket: str) -> None:
    _send(db_path, ticket, "")


def is_code(db_path: Path, ticket: str, typed: str) -> bool:
    """Whether it is the code that was sent for this sign-in."""
    return any(hmac.compare_digest(str(row["code"]), typed) for row in _sent(db_path, ticket))


def is_confirmed(db_path: Path, ticket: str) -> bool:
    return any(row["is_confirmed"] for row in _sent(db_path, ticket))


def awaits(db_path: Path, ticket: str) -> str:
    """`sms`, `push`, or empty where nothing was sent for this sign-in."""
    return next(("sms" if row["code"] else "push" for row in _sent(db_path, ticket)), "")


def codes(db_path: Path) -> list[str]:
    """What a person reads on the phone, oldest first."""
    return [str(row["code"]) for row in database.rows(db_path, "SELECT code FROM phone WHERE code <> '' ORDER BY id")]


def confirm(db_path: Path) -> None:
    """The person confirms in the app whatever it shows."""
    with database.transaction(db_path) as connection:
        connection.execute("UPDATE phone SET is_confirmed = 1 WHERE code = ''")


def _send(db_path: Path, ticket: str, code: str) -> None:
    with database.transaction(db_path) as connection:
        connection.execute("INSERT INTO phone (ticket, code) VALUES (?, ?)", (ticket, code))


def _sent(db_path: Path, ticket: str) -> list[dict[str, object]]:
    return database.rows(db_path, "SELECT code, is_confirmed FROM phone WHERE ticket = ?", ticket)
