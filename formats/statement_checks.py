"""Whether a bank statement is whole: opening + bookings = closing, in one currency."""

from decimal import Decimal

from models.errors import Finding
from models.statement import Balance, BalanceKind, Statement


def statement_findings(statement: Statement) -> tuple[Finding, ...]:
    """What does not fit in `statement`; empty when it is complete and balanced.

    A final statement (camt.053) must have opening and closing balance; reports and notifications need none. Entries
    that are not booked are no part of the sum. Amounts of several currencies are never added up.
    """
    return (*_missing_balances(statement), *(_other_currencies(statement) or _imbalance(statement)))


def _missing_balances(statement: Statement) -> list[Finding]:
    if not statement.message_type.startswith("camt.053"):
        return []
    kinds = {balance.kind for balance in statement.balances}
    return [
        Finding(
            field="balances",
            problem=f"the {kind} balance is missing, so nobody can tell whether the statement is complete; "
            "ask the bank for it",
            code=f"statement.{kind}_missing",
        )
        for kind in (BalanceKind.OPENING, BalanceKind.CLOSING)
        if kind not in kinds
    ]


def _other_currencies(statement: Statement) -> list[Finding]:
    stated = [(f"balances[{position}]", balance.currency) for position, balance in enumerate(statement.balances)]
    stated += [(f"entries[{position}]", entry.currency) for position, entry in enumerate(statement.entries)]
    currency = statement.currency or next((currency for _, currency in stated), "")
    return [
        Finding(
            field=f"{field}.currency",
            problem=f"is {other}, but the account is kept in {currency}",
            code="statement.currency",
        )
        for field, other in stated
        if other != currency
    ]


def _imbalance(statement: Statement) -> list[Finding]:
    opening, closing = _balance(statement, BalanceKind.OPENING), _balance(statement, BalanceKind.CLOSING)
    if opening is None or closing is None:
        return []
    booked = sum((entry.amount for entry in statement.entries if not entry.is_pending), start=Decimal(0))
    difference = closing.amount - opening.amount - booked
    if not difference:
        return []
    problem = (
        f"opening {opening.amount} plus bookings {booked} gives {opening.amount + booked}, but the statement closes "
        f"with {closing.amount} (difference {difference}); bookings are missing or appear twice"
    )
    return [Finding(field="balances", problem=problem, code="statement.unbalanced")]


def _balance(statement: Statement, kind: BalanceKind) -> Balance | None:
    """Of two openings the one of this statement (OPBD), not the one carried over from the last (PRCD)."""
    balances = [balance for balance in statement.balances if balance.kind is kind]
    return min(balances, key=lambda balance: balance.code == "PRCD", default=None)
