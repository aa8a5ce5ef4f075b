"""Whether a bank statement is whole: opening + bookings = closing, in one currency."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from formats.currencies import NO_CURRENCY
from models.errors import Finding
from models.statement import Balance, BalanceKind, EntryTotal, Statement

_FINAL = ("camt.053", "mt940", "csv")
_INTERIM = "ITBD"


def statement_findings(statement: Statement) -> tuple[Finding, ...]:
    """What does not fit in `statement`; empty when it is complete and balanced.

    A final statement (camt.053, MT940, CSV) must have opening and closing balance; reports and notifications need none.
    Entries that are not booked are no part of the sum. Amounts of several currencies are never added up.
    """
    return (
        *_unknown_account(statement),
        *_missing_balances(statement),
        *_repeated_balances(statement),
        *(_other_currencies(statement) or (*_imbalance(statement), *_differing_totals(statement))),
    )


def _unknown_account(statement: Statement) -> Iterator[Finding]:
    if not statement.account:
        problem = "the account number is missing; ask the bank to send the statement again with it"
        yield Finding(field="account", problem=problem, code="statement.account_missing")
    if statement.currency is None and any(entry.currency == NO_CURRENCY for entry in statement.entries):
        problem = "nothing says in which currency the bookings are; ask the bank for a whole statement"
        yield Finding(field="currency", problem=problem, code="statement.currency_missing")


def _missing_balances(statement: Statement) -> list[Finding]:
    if not statement.message_type.startswith(_FINAL):
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


def _repeated_balances(statement: Statement) -> Iterator[Finding]:
    """Of one code there is one balance; camt has interim balances in between."""
    counts = Counter(balance.code for balance in statement.balances if balance.kind is not BalanceKind.OTHER)
    for code, count in counts.items():
        if count > 1 and code != _INTERIM:
            problem = f"balance {code} is there {count} times; ask the bank which one counts"
            yield Finding(field="balances", problem=problem, code="statement.balance_repeated")


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


def _differing_totals(statement: Statement) -> Iterator[Finding]:
    """What the bank counted against what is there, pending entries included."""
    amounts = [entry.amount for entry in statement.entries]
    yield from _differing_total("credits", statement.credits, [amount for amount in amounts if amount > 0])
    yield from _differing_total("debits", statement.debits, [-amount for amount in amounts if amount < 0])


def _differing_total(field: str, stated: EntryTotal | None, amounts: list[Decimal]) -> Iterator[Finding]:
    if stated is None:
        return
    total = sum(amounts, start=Decimal(0))
    if stated.amount != total or stated.count not in (None, len(amounts)):
        problem = (
            f"the bank counts {stated.count if stated.count is not None else 'some'} {field} of {stated.amount}, but "
            f"{len(amounts)} of {total} are there; bookings are missing or appear twice"
        )
        yield Finding(field=field, problem=problem, code="statement.total_differs")


def _balance(statement: Statement, kind: BalanceKind) -> Balance | None:
    """Of two openings the one of this statement (OPBD), not the one carried over from the last (PRCD)."""
    balances = [balance for balance in statement.balances if balance.kind is kind]
    return min(balances, key=lambda balance: balance.code == "PRCD", default=None)
