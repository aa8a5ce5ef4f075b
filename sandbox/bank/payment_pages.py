"""The list of payment orders, oldest first, and the details of one."""

from decimal import Decimal
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.bank import ledger
from sandbox.german import format_iso_day
from sandbox.portal_app import Visit, shown_page, signed_in


@signed_in
async def show_payments(visit: Visit) -> Response:
    return visit.page("auftraege.html", seite=shown_page(visit, _orders(visit), lambda order: str(order["reference"])))


@signed_in
async def show_payment(visit: Visit) -> Response:
    number = visit.request.path_params["order_number"]
    order = next((order for order in _orders(visit) if order["order_number"] == number), None)
    if order is None:
        return visit.page("fehler.html", meldungen=["Der Auftrag ist nicht bekannt."])
    return visit.page("auftrag.html", auftrag=order)


def _orders(visit: Visit) -> list[dict[str, Any]]:
    portal = visit.portal
    ledger.book_due_payments(portal.db_path, portal.clock.today())
    return [
        {**row, "amount": Decimal(str(row["amount"])), "day": format_iso_day(str(row["execution_date"]))}
        for row in ledger.payments(portal.db_path)
    ]


ROUTES = [Route("/auftraege", show_payments), Route("/auftraege/{order_number}", show_payment)]
