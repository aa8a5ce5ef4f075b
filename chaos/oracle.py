"""What the banks' own ledgers say about each payment. They know nothing of us, so they settle it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from chaos.obligations import Bill
from sandbox import database
from sandbox.bank import ledger
from sandbox.bank.ledger import PaymentState


class End(StrEnum):
    """How a payment ended; the names are those of the report."""

    PAID_ONCE = "paid_once"
    LOST = "lost"
    DUPLICATED = "duplicated"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_PAYEE = "wrong_payee"
    WITH_A_PERSON = "with_a_person"


@dataclass(frozen=True)
class Booked:
    payee_iban: str
    amount: Decimal


def booked(file: Path) -> tuple[Booked, ...]:
    """Every payment that the bank makes: what it rejected and what is only a draft is none."""
    return tuple(
        Booked(str(row["payee_iban"]), Decimal(str(row["amount"])))
        for row in ledger.payments(file)
        if row["state"] not in (PaymentState.REJECTED, PaymentState.DRAFT)
    )


def faults_taken(file: Path) -> Counter[tuple[str, str]]:
    """How often each fault, by name and by what it was limited to, has happened at the bank."""
    rows = database.rows(file, "SELECT name, match FROM fault WHERE remaining = 0")
    return Counter((str(row["name"]), str(row["match"])) for row in rows)


def finish_draft(file: Path, payee_iban: str, today: date) -> None:
    """What the bank's customer does with a draft that was left behind: signs it in the online banking."""
    for row in ledger.payments(file):
        if (row["payee_iban"], row["state"]) == (payee_iban, PaymentState.DRAFT):
            ledger.set_state(file, str(row["order_number"]), PaymentState.EXECUTED, today)


def ends(owed: Iterable[tuple[Bill, bool]], rows: Sequence[Booked]) -> tuple[End, ...]:
    """How each bill ended in the ledger `rows`; True beside a bill: a person is still asked about it.

    No two bills share a payee or an amount, so that every row belongs to one.
    """
    by_payee, by_amount = defaultdict[str, list[Booked]](list), defaultdict[Decimal, list[Booked]](list)
    for row in rows:
        by_payee[row.payee_iban].append(row)
        by_amount[row.amount].append(row)
    return tuple(_end(bill, asked, by_payee[bill.payee_iban], by_amount[bill.gross]) for bill, asked in owed)


def _end(bill: Bill, asked: bool, to_payee: Sequence[Booked], of_amount: Sequence[Booked]) -> End:
    right = sum(row.amount == bill.gross for row in to_payee)
    if len(to_payee) > right:
        return End.WRONG_AMOUNT
    if any(row.payee_iban != bill.payee_iban for row in of_amount):
        return End.WRONG_PAYEE
    if right > 1:
        return End.DUPLICATED
    if asked:
        return End.WITH_A_PERSON
    return End.PAID_ONCE if right else End.LOST
