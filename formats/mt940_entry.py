"""One booking: fields 61 and 86."""

import re
from datetime import date

from schwifty import IBAN

from formats.mt940_details import known_reference, read_details
from formats.mt940_values import AMOUNT, Notes, amount_of, day_of, near
from models.statement import StatementEntry, StatementTransaction

_LINE = re.compile(
    r"(?P<value>\d{6})(?P<booked>\d{4})?(?P<mark>R?[CD]|E[CD])(?P<funds>[A-Z])?[\n ]?"
    rf"(?P<amount>{AMOUNT})(?P<type>[A-Z][A-Z0-9 ]{{3}})"
    r"(?P<reference>(?:(?!//)[^\n])*)(?://(?P<bank>[^\n]*))?(?:\n(?P<details>.*))?",
    re.DOTALL | re.ASCII,
)
_KEYWORD_INSTEAD = frozenset({"KREF+", "EREF", "EREF+"})
"""Written in place of the reference by banks that give it in field 86."""


def read_entry(
    line: str, details: str, position: int, currency: str, field: str, notes: Notes
) -> StatementEntry | None:
    """The booking of field 61 (`line`) with field 86 (`details`); None, and a violation, where it is none.

    `position` is one-based; `field` names the booking in the notes. A reversal of a credit (RC) takes money out like a
    debit; EC and ED of MT942 are expected, not booked.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        notes.violation(field, f"{line[:40]!r} is no booking (field 61: date, C or D, amount, type, reference)")
        return None
    amount = amount_of(match["amount"]) * (1 if match["mark"] in ("C", "RD", "EC") else -1)
    value = day_of(match["value"], field, notes)
    told = read_details(details)
    return StatementEntry(
        id=(match["bank"] or "").strip() or str(position),
        amount=amount,
        currency=currency,
        booked=_booked(value, match["booked"], field, notes),
        value=value,
        is_reversal=match["mark"].startswith("R"),
        is_pending=match["mark"].startswith("E"),
        bank_code="/".join(filter(None, [match["type"], told.code])),
        information=" ".join(filter(None, [told.booking_text, *(match["details"] or "").split()])),
        transactions=(
            StatementTransaction(
                amount=amount,
                currency=currency,
                end_to_end_id=told.end_to_end_id,
                customer_reference=told.customer_reference or _reference(match["reference"]),
                counterparty=told.counterparty,
                counterparty_iban=told.counterparty_account or _iban_in(match["details"] or ""),
                remittance=told.remittance,
            ),
        ),
    )


def _booked(value: date, month_and_day: str | None, field: str, notes: Notes) -> date:
    """The booking date is left out where it is the value date."""
    return near(value, month_and_day, field, notes) if month_and_day else value


def _reference(text: str) -> str:
    reference = known_reference(text)
    return "" if reference in _KEYWORD_INSTEAD else reference


def _iban_in(details: str) -> str:
    """Rabobank gives the account of the other side in the supplementary details of field 61."""
    account = details.strip()
    return account if IBAN(account, allow_invalid=True).is_valid else ""
