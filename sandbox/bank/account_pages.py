"""Accounts with their balances, and statements to look at and to download."""

from datetime import date, timedelta
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.bank import camt, ledger
from sandbox.german import parse_date
from sandbox.portal_app import Visit, list_page, signed_in


@signed_in
async def show_accounts(visit: Visit) -> Response:
    portal = visit.portal
    ledger.book_due_payments(portal.db_path, portal.clock.today())
    konten = [
        {
            **account,
            "balance": ledger.balance(portal.db_path, str(account["iban"])),
            "available": ledger.available(portal.db_path, str(account["iban"])),
        }
        for account in ledger.accounts(portal.db_path)
    ]
    return visit.page("konten.html", konten=konten, stand=portal.clock.now())


@signed_in
async def show_statements(visit: Visit) -> Response:
    account = _account(visit)
    today = visit.portal.clock.today()
    opened = date.fromisoformat(str(account["opened_on"]))
    days = [today - timedelta(days=age) for age in range((today - opened).days + 1)]
    seite = list_page(days, visit.page_number())
    return visit.page("auszuege.html", konto=account, seite=seite, heute=today, meldung="")


@signed_in
async def download_statement(visit: Visit) -> Response:
    account = _account(visit)
    portal = visit.portal
    ledger.book_due_payments(portal.db_path, portal.clock.today())
    day = parse_date(visit.request.query_params.get("tag", ""))
    if day is None or not date.fromisoformat(str(account["opened_on"])) <= day <= portal.clock.today():
        return visit.page("auszug_fehlt.html")
    file = camt.statement(portal.db_path, account, day, portal.clock.now())
    return Response(
        file.content,
        media_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
    )


def _account(visit: Visit) -> dict[str, Any]:
    accounts = ledger.accounts(visit.portal.db_path)
    wanted = visit.request.query_params.get("konto", "")
    return next((account for account in accounts if account["iban"] == wanted), accounts[0])


ROUTES = [
    Route("/konten", show_accounts),
    Route("/auszuege", show_statements),
    Route("/auszuege/datei", download_statement),
]
