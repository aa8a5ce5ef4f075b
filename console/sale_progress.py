"""How far a sale has come, from the customer's order to the payment."""

from collections.abc import Sequence

from console.progress import Share, Step, as_far_as, share_of, steps_of
from console.views.sales import SalesInvoiceView
from models.sales import OpenSalesLine
from store.cases import Case
from store.sales_orders import StoredSalesOrder

_STEPS = ("ordered", "credit", "delivered", "invoiced", "registered", "sent", "paid")
_GRANTED = ("confirmed", "completed")


def sale_progress(
    case: Case, order: StoredSalesOrder, lines: Sequence[OpenSalesLine], invoices: Sequence[SalesInvoiceView]
) -> tuple[Step, ...]:
    """Every step with its state, from the order's lines and its invoices."""
    delivered = share_of(line.delivered >= line.ordered for line in lines)
    if delivered is Share.NONE and any(line.delivered for line in lines):
        delivered = Share.SOME
    invoiced = share_of(line.invoiced >= line.ordered for line in lines)
    if invoiced is Share.NONE and invoices:
        invoiced = Share.SOME
    shares = {
        "ordered": Share.ALL,
        "credit": Share.ALL if order.state in _GRANTED else Share.NONE,
        "delivered": delivered,
        "invoiced": invoiced,
        "registered": as_far_as(invoiced, share_of(each.state != "issued" for each in invoices)),
        "sent": as_far_as(invoiced, share_of(each.state in ("sent", "paid") for each in invoices)),
        "paid": as_far_as(invoiced, _paid(invoices)),
    }
    return tuple(steps_of(_STEPS, shares, is_over=case.closed_at is not None))


def _paid(invoices: Sequence[SalesInvoiceView]) -> Share:
    if invoices and not any(each.open.amount for each in invoices):
        return Share.ALL
    return Share.SOME if any(each.open < each.total for each in invoices) else Share.NONE
