"""Account statements as camt.053.001.08 (ISO 20022) files."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from sandbox.bank import ledger

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True)
class StatementFile:
    name: str
    content: bytes


def statement(db_path: Path, account: dict[str, Any], day: date, now: datetime) -> StatementFile:
    """The bookings of `day`; on the current day those made so far, under an identification of their own."""
    iban = str(account["iban"])
    opened = date.fromisoformat(str(account["opened_on"]))
    number = (day - opened).days + 1
    bookings = [row for row in ledger.bookings(db_path, iban) if row["booked_on"] == day.isoformat()]
    opening = ledger.balance(db_path, iban, before=day)
    amounts = [Decimal(str(row["amount"])) for row in bookings]
    identification = f"NB{iban[-10:]}{day:%Y%m%d}" + (f"T{now:%H%M%S}" if day == now.date() else "")
    text = _TEMPLATES.get_template("camt053.xml").render(
        identification=identification,
        number=number,
        created=now.isoformat(timespec="seconds"),
        day=day,
        account=account,
        opening=opening,
        closing=sum(amounts, start=opening),
        entries=[{**row, "amount": amount} for row, amount in zip(bookings, amounts, strict=True)],
    )
    return StatementFile(f"{identification}.xml", text.encode())
