"""The list of orders, oldest first, and the details of one."""

from decimal import Decimal
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.bank import ledger as books
from sandbox.bank_b import ledger
from sandbox.german import format_iso_day
from sandbox.portal_app import Visit, shown_page, signed_in


@signed_in
async def show_orders(visit: Visit) -> Response:
    return visit.page("auftraege.html", seite=shown_page(visit, orders(visit), lambda order: str(order["reference"])))


@signed_in
async def show_order(visit: Visit) -> Response:
    found = order_of(visit)
    if found is None:
        return visit.page("fehler.html", meldungen=["Der Auftrag ist nicht bekannt."])
    reason = ledger.reason_of(visit.portal.db_path, found["order_number"])
    return visit.page("auftrag.html", auftrag=found, grund=reason)


def orders(visit: Visit) -> list[dict[str, Any]]:
    portal = visit.portal
    books.book_due_payments(portal.db_path, portal.clock.today())
    return [
        {**row, "amount": Decimal(str(row["amount"])), "day": format_iso_day(str(row["execution_date"]))}
        for row in books.payments(portal.db_path)
    ]


def order_of(visit: Visit) -> dict[str, Any] | None:
    """The order whose number stands in the address."""
    number = visit.request.path_params["order_number"]
    return next((order for order in orders(visit) if order["order_number"] == number), None)


ROUTES = [Route("/auftraege", show_orders), Route("/auftraege/{order_number}", show_order)]
