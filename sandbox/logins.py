"""Portal logins: random per home folder, locked after three wrong passwords, one-time codes good for one use."""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from enum import Enum, auto
from pathlib import Path

import pyotp

from sandbox import database

SCHEMA = """
CREATE TABLE IF NOT EXISTS login (
    name TEXT PRIMARY KEY,
    password_hash BLOB NOT NULL,
    salt BLOB NOT NULL,
    totp_secret TEXT NOT NULL,
    wrong_passwords INTEGER NOT NULL DEFAULT 0,
    last_step INTEGER NOT NULL DEFAULT 0
);
"""
ALLOWED_WRONG_PASSWORDS = 3


@dataclass(frozen=True)
class Credentials:
    """What a user of the portal knows; `totp_secret` is base32 and empty where the portal asks for no code."""

    login: str
    password: str
    totp_secret: str = ""


class PasswordCheck(Enum):
    RIGHT = auto()
    WRONG = auto()
    LOCKED = auto()


def open_login(db_path: Path, credentials_path: Path, name: str, with_totp: bool) -> Credentials:
    """The credentials of `credentials_path`; at the first start they are drawn at random and written there, 0600."""
    if credentials_path.exists():
        credentials = read_credentials(credentials_path)
    else:
        credentials = Credentials(name, secrets.token_urlsafe(12), pyotp.random_base32() if with_totp else "")
        _write_private(credentials_path, json.dumps(asdict(credentials), indent=2))
    _register(db_path, credentials)
    return credentials


def read_credentials(path: Path) -> Credentials:
    return Credentials(**json.loads(path.read_text()))


def check_password(db_path: Path, name: str, password: str) -> PasswordCheck:
    """Counts wrong passwords; the third locks the login, and an unknown name looks like a wrong password."""
    with database.transaction(db_path) as connection:
        row = connection.execute("SELECT * FROM login WHERE name = ?", (name,)).fetchone()
        if row is None:
            return PasswordCheck.WRONG
        if row["wrong_passwords"] >= ALLOWED_WRONG_PASSWORDS:
            return PasswordCheck.LOCKED
        right = hmac.compare_digest(row["password_hash"], _hash(password, row["salt"]))
        wrong = 0 if right else row["wrong_passwords"] + 1
        connection.execute("UPDATE login SET wrong_passwords = ? WHERE name = ?", (wrong, name))
    if right:
        return PasswordCheck.RIGHT
    return PasswordCheck.LOCKED if wrong >= ALLOWED_WRONG_PASSWORDS else PasswordCheck.WRONG


def use_code(db_path: Path, name: str, code: str, period: int, now: float) -> bool:
    """Whether `code` is valid at `now` (one period of tolerance either side) and newer than every code used before."""
    with database.transaction(db_path) as connection:
        row = connection.execute("SELECT * FROM login WHERE name = ?", (name,)).fetchone()
        generator = pyotp.HOTP(row["totp_secret"])
        current = int(now) // period
        for step in (current - 1, current, current + 1):
            if step > row["last_step"] and generator.verify(code, step):
                connection.execute("UPDATE login SET last_step = ? WHERE name = ?", (step, name))
                return True
    return False


def _register(db_path: Path, credentials: Credentials) -> None:
    salt = secrets.token_bytes(16)
    with database.transaction(db_path) as connection:
        connection.execute(
            "INSERT OR IGNORE INTO login (name, password_hash, salt, totp_secret) VALUES (?, ?, ?, ?)",
            (credentials.login, _hash(credentials.password, salt), salt, credentials.totp_secret),
        )


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, even when the portal is killed meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    part.rename(path)


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
