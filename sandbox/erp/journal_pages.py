"""The journal of posted invoices, oldest first, searched by external reference, and the details of one voucher."""

import json
from decimal import Decimal
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.erp import ledger
from sandbox.german import format_iso_day
from sandbox.portal_app import Visit, shown_page, signed_in


@signed_in
async def show_journal(visit: Visit) -> Response:
    wanted = visit.request.query_params.get("referenz", "").strip()
    found = [row for row in _vouchers(visit) if not wanted or row["reference"] == wanted]
    return visit.page(
        "journal.html", seite=shown_page(visit, found, lambda row: str(row["reference"])), referenz=wanted
    )


@signed_in
async def show_voucher(visit: Visit) -> Response:
    number = visit.request.path_params["voucher_number"]
    voucher = next((row for row in _vouchers(visit) if row["voucher_number"] == number), None)
    if voucher is None:
        return visit.page("fehler.html", meldungen=["K3-0404: Beleg nicht vorhanden."])
    return visit.page("beleg.html", beleg=voucher, zeilen=_lines(voucher["lines"]))


def _vouchers(visit: Visit) -> list[dict[str, Any]]:
    return [
        {
            **row,
            **{name: Decimal(str(row[name])) for name in ("net", "tax", "gross")},
            **{name: format_iso_day(str(row[name])) for name in ("invoice_date", "due_date")},
        }
        for row in ledger.postings(visit.portal.db_path)
    ]


def _lines(text: str) -> list[dict[str, Any]]:
    return [{**line, **{name: Decimal(line[name]) for name in ("net", "tax_rate", "tax")}} for line in json.loads(text)]


ROUTES = [Route("/journal", show_journal), Route("/journal/{voucher_number}", show_voucher)]
