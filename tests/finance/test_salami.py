"""However an overcharge is cut into lines and invoices, together they exceed the order by one tolerance at most."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.matching import three_way_match
from models.invoice import Invoice
from models.matching import MatchResult, OpenOrderLine, Tolerance, Tolerances
from tests.finance.samples import UNLIMITED, invoice, invoice_line, limit, order_line

pytestmark = pytest.mark.behaviour("P4")

Slice = tuple[Decimal, Decimal]
"""Quantity and unit price of one invoice line."""

MORE_PIECES, MORE_MONEY, MORE_PERCENT = Decimal(2), Decimal(5), Decimal(3)
LIMITS = Tolerances(
    quantity=Tolerance(lower=UNLIMITED, upper=limit(str(MORE_PIECES), "unlimited")),
    price=Tolerance(lower=UNLIMITED, upper=UNLIMITED),
    line_amount=Tolerance(lower=UNLIMITED, upper=limit(str(MORE_MONEY), str(MORE_PERCENT))),
    tax=Tolerance(lower=UNLIMITED, upper=UNLIMITED),
)
SLICES = st.tuples(
    st.decimals(min_value="0.1", max_value=12, places=1), st.decimals(min_value=15, max_value=25, places=2)
)
INVOICES = st.lists(st.lists(SLICES, min_size=1, max_size=4), min_size=1, max_size=12)


def document(slices: list[Slice]) -> Invoice:
    return invoice(
        *(invoice_line(str(n), quantity=quantity, unit_price=price) for n, (quantity, price) in enumerate(slices))
    )


def reserved(line: OpenOrderLine, result: MatchResult) -> OpenOrderLine:
    return line.model_copy(
        update={
            "invoiced": line.invoiced + sum(match.quantity for match in result.matches),
            "invoiced_variance": line.invoiced_variance + sum(match.variance for match in result.matches),
        }
    )


@given(INVOICES)
def test_the_sum_of_all_invoices_that_pass_stays_within_one_tolerance(invoices: list[list[Slice]]) -> None:
    line, paid = order_line(), Decimal(0)
    for slices in invoices:
        result = three_way_match(document(slices), "EUR", (line,), LIMITS)
        if result.is_matched:
            line = reserved(line, result)
            paid += sum(match.amount for match in result.matches)

    assert line.invoiced <= line.ordered + MORE_PIECES
    value = line.invoiced * line.unit_price
    assert paid <= value + min(MORE_MONEY, value * MORE_PERCENT / 100)


@given(st.lists(SLICES, min_size=2, max_size=5))
def test_splitting_one_invoice_into_lines_changes_no_verdict_on_quantity_and_amount(
    slices: list[Slice],
) -> None:
    quantity = sum((quantity for quantity, _ in slices), Decimal(0))
    net = sum((quantity * price for quantity, price in slices), Decimal(0))
    whole = invoice(invoice_line(quantity=quantity, unit_price=net / quantity, net_amount=net))

    split_kinds = {each.kind for each in three_way_match(document(slices), "EUR", (order_line(),), LIMITS).exceptions}
    whole_kinds = {each.kind for each in three_way_match(whole, "EUR", (order_line(),), LIMITS).exceptions}

    assert split_kinds == whole_kinds


@given(st.lists(SLICES, min_size=1, max_size=5))
def test_the_order_of_the_lines_changes_no_verdict(slices: list[Slice]) -> None:
    forward = three_way_match(document(slices), "EUR", (order_line(),), LIMITS)
    backward = three_way_match(document(slices[::-1]), "EUR", (order_line(),), LIMITS)

    assert [each.kind for each in forward.exceptions] == [each.kind for each in backward.exceptions]
