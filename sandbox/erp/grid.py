"""The rows of the entry grid: what was typed, what is wrong with it, and the posting lines it means."""

import re
from collections.abc import Sequence
from decimal import Decimal

from sandbox.erp.ledger import PostingLine
from sandbox.german import parse_amount

COLUMNS = ("konto", "text", "netto", "satz", "steuer")
MAX_ROWS = 200

_TAX_TOLERANCE = Decimal("0.05")
_LONGEST_TEXT = 60

GridRow = dict[str, str]


def check_rows(rows: Sequence[GridRow]) -> list[str]:
    """What is wrong, in the portal's words; empty rows are skipped, but one must be filled."""
    problems = [
        problem for number, row in enumerate(rows, start=1) if any(row.values()) for problem in _check(number, row)
    ]
    if not any(any(row.values()) for row in rows):
        problems.append("K3-0310: Keine Position erfasst.")
    return problems


def posting_lines(rows: Sequence[GridRow]) -> tuple[PostingLine, ...]:
    """The lines of checked rows."""
    return tuple(
        PostingLine(
            account=row["konto"],
            text=row["text"],
            net=_checked(row["netto"]),
            tax_rate=_checked(row["satz"]),
            tax=_checked(row["steuer"]),
        )
        for row in rows
        if any(row.values())
    )


def _check(number: int, row: GridRow) -> list[str]:
    problems = []
    if not re.fullmatch(r"\d{4,8}", row["konto"]):
        problems.append(f"K3-0311: Zeile {number}: Konto hat 4 bis 8 Ziffern.")
    if not 0 < len(row["text"]) <= _LONGEST_TEXT:
        problems.append(f"K3-0312: Zeile {number}: Text mit 1 bis {_LONGEST_TEXT} Zeichen erforderlich.")
    net, rate, tax = (parse_amount(row[column]) for column in ("netto", "satz", "steuer"))
    if net is None or rate is None or tax is None:
        problems.append(f"K3-0313: Zeile {number}: Beträge im Format 1.234,56 erforderlich.")
    elif abs(net * rate / 100 - tax) > _TAX_TOLERANCE:
        problems.append(f"K3-0314: Zeile {number}: Steuerbetrag passt nicht zum Steuersatz.")
    return problems


def _checked(text: str) -> Decimal:
    amount = parse_amount(text)
    if amount is None:
        raise ValueError(f"{text!r} was not checked")
    return amount
