"""The portal's record of final requests that arrived, accepted or not: how often a client really sent one."""

from datetime import datetime
from pathlib import Path

from sandbox import database

SCHEMA = """
CREATE TABLE IF NOT EXISTS submission (
    id INTEGER PRIMARY KEY,
    received_at TEXT NOT NULL,
    login TEXT NOT NULL,
    fault TEXT NOT NULL
);
"""


def record_submission(db_path: Path, received_at: datetime, login: str, fault: str) -> None:
    with database.transaction(db_path) as connection:
        connection.execute(
            "INSERT INTO submission (received_at, login, fault) VALUES (?, ?, ?)",
            (received_at.isoformat(), login, fault),
        )


def submissions(db_path: Path) -> list[dict[str, object]]:
    """Rows of `received_at`, `login` and the `fault` that was played ("" for none), oldest first."""
    return database.rows(db_path, "SELECT * FROM submission ORDER BY id")
