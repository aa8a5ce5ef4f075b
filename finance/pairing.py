"""Which order line an invoice line bills. Two equal candidates are never guessed between: a person chooses."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from finance.tolerance import within
from finance.wording import money_text, quantity_text
from models.invoice import Invoice, InvoiceLine
from models.matching import ExceptionKind, MatchException, OpenOrderLine, Tolerance

_LIKE = 75
"""Least similarity of two descriptions, out of 100, for them to mean the same goods."""
_PRICE_BONUS = 15
_LEAD = 5
"""How far the best candidate must be ahead of the next one to be the only one."""


@dataclass(frozen=True)
class Billing:
    """All invoice lines that bill one order line, in the invoice's order."""

    order_line: OpenOrderLine
    lines: tuple[InvoiceLine, ...]


@dataclass(frozen=True)
class Pairing:
    billings: tuple[Billing, ...]
    unpaired: tuple[InvoiceLine, ...]
    exceptions: tuple[MatchException, ...]


def pair_lines(invoice: Invoice, open_lines: Sequence[OpenOrderLine], price: Tolerance) -> Pairing:
    """Pairs each invoice line with an order line, one exception for every line that has none or more than one.

    The order line that the invoice names comes first; without one, the only line of the named order (of all lines
    where no order is named) that is clearly the best by description and unit price.
    """
    billed: dict[int, list[InvoiceLine]] = {}
    unpaired: list[InvoiceLine] = []
    exceptions: list[MatchException] = []
    for line in invoice.lines:
        found = _candidates(line, line.order_reference or invoice.order_reference, open_lines, price)
        if len(found) == 1 and line.quantity > 0:
            billed.setdefault(found[0], []).append(line)
            continue
        unpaired.append(line)
        exceptions.append(_why_unpaired(line, [open_lines[index] for index in found], invoice))
    billings = tuple(Billing(open_lines[index], tuple(lines)) for index, lines in sorted(billed.items()))
    return Pairing(billings, tuple(unpaired), tuple(exceptions))


def _candidates(
    line: InvoiceLine, order_number: str, open_lines: Sequence[OpenOrderLine], price: Tolerance
) -> list[int]:
    scope = [
        index
        for index, order_line in enumerate(open_lines)
        if not order_number or _same(order_number, order_line.order_number)
    ]
    named = [index for index in scope if _same(line.order_line_reference.lstrip("0 "), str(open_lines[index].number))]
    return named or _most_alike(line, scope, open_lines, price)


def _most_alike(
    line: InvoiceLine, scope: Sequence[int], open_lines: Sequence[OpenOrderLine], price: Tolerance
) -> list[int]:
    scores = {index: _likeness(line, open_lines[index], price) for index in scope}
    best = max(scores.values(), default=0)
    return [index for index, score in scores.items() if score and score > best - _LEAD]


def _likeness(line: InvoiceLine, order_line: OpenOrderLine, price: Tolerance) -> float:
    """Zero for goods that are not alike; the price only decides between goods that are."""
    similarity = fuzz.token_sort_ratio(line.description, order_line.description, processor=default_process)
    if similarity < _LIKE:
        return 0
    return similarity + (_PRICE_BONUS if within(line.unit_price, order_line.unit_price, price) else 0)


def _same(left: str, right: str) -> bool:
    return left.strip().casefold() == right.strip().casefold()


def _why_unpaired(line: InvoiceLine, found: Sequence[OpenOrderLine], invoice: Invoice) -> MatchException:
    if line.quantity <= 0:
        return _not_billable(line)
    bills = f"Line {line.id} bills {_goods(line, invoice.currency)}"
    if found:
        names = " and ".join(f"{each.order_number} line {each.number}" for each in found)
        message = f"{bills}, which fits {names} equally well; the supplier has to name the order line."
        return MatchException(
            kind=ExceptionKind.NO_ORDER, invoice_line=line.id, message=message, expected=names, actual=line.description
        )
    order_number = line.order_reference or invoice.order_reference
    where = f"order {order_number}" if order_number else "any order"
    return MatchException(
        kind=ExceptionKind.NO_ORDER,
        invoice_line=line.id,
        message=f"{bills}, but no open line of {where} is about that.",
        expected=where,
        actual=line.description,
    )


def _not_billable(line: InvoiceLine) -> MatchException:
    actual = quantity_text(line.quantity, line.unit)
    return MatchException(
        kind=ExceptionKind.QUANTITY,
        invoice_line=line.id,
        message=f"Line {line.id} bills {actual} of “{line.description}”, but an invoice line needs more than 0; "
        "goods sent back belong on a credit note.",
        expected=f"more than {quantity_text(line.quantity * 0, line.unit)}",
        actual=actual,
    )


def _goods(line: InvoiceLine, currency: str) -> str:
    return (
        f"{quantity_text(line.quantity, line.unit)} of “{line.description}” for {money_text(line.net_amount, currency)}"
    )
