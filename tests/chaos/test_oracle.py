"""The ledger's rows are read by payee and amount, and by nothing of ours."""

from decimal import Decimal

import pytest

from chaos.obligations import Bill
from chaos.oracle import Booked, End, ends

OURS, OTHER = "DE02120300000000202051", "DE02500105170137075030"
BILL = Bill("IN-1", "PR-1", "KW-1", Decimal("23.80"), "AP-1", OURS)
PAID = Booked(OURS, Decimal("23.80"))


@pytest.mark.parametrize(
    ("rows", "asked", "end"),
    [
        ([PAID], False, End.PAID_ONCE),
        ([], False, End.LOST),
        ([PAID, PAID], False, End.DUPLICATED),
        ([PAID, PAID], True, End.DUPLICATED),
        ([Booked(OURS, Decimal("23.81"))], False, End.WRONG_AMOUNT),
        ([PAID, Booked(OURS, Decimal("1.00"))], False, End.WRONG_AMOUNT),
        ([Booked(OTHER, Decimal("23.80"))], False, End.WRONG_PAYEE),
        ([PAID], True, End.WITH_A_PERSON),
        ([], True, End.WITH_A_PERSON),
        ([PAID, Booked(OTHER, Decimal("5.00"))], False, End.PAID_ONCE),
    ],
)
def test_a_payment_ends_as_the_ledger_says(rows: list[Booked], asked: bool, end: End) -> None:
    assert ends([(BILL, asked)], rows) == (end,)
