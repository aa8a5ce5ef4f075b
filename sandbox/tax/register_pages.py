"""The register: the list of registrations, oldest first, the details of one, and its receipt to download."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Fault, take_fault
from sandbox.portal_app import Endpoint, Visit, shown_page, signed_in
from sandbox.tax import ledger
from sandbox.tax.ledger import Registration
from sandbox.tax.receipt import receipt


@signed_in
async def show_register(visit: Visit) -> Response:
    found = ledger.read_registrations(visit.portal.db_path)
    return visit.page("register.html", seite=shown_page(visit, found, lambda row: str(row.invoice.reference)))


def registered(handler: Callable[[Visit, Registration], Awaitable[Response]]) -> Endpoint:
    """An endpoint about the registration whose number stands in the address."""

    async def with_registration(visit: Visit) -> Response:
        number = visit.request.path_params["number"]
        found = [row for row in ledger.read_registrations(visit.portal.db_path) if row.number == number]
        if not found:
            return visit.page("fehler.html", meldungen=["LFK 404: Die Registernummer ist nicht vergeben."])
        return await handler(visit, found[0])

    return signed_in(with_registration)


@registered
async def show_registration(visit: Visit, registration: Registration) -> Response:
    return visit.page("registrierung.html", eintrag=registration)


@registered
async def download_receipt(visit: Visit, registration: Registration) -> Response:
    content = receipt(registration)
    if take_fault(visit.portal.db_path, (Fault.CUT_RECEIPT,), registration.invoice.subjects()):
        content = content[: len(content) // 2]
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="Registerauszug-{registration.number}.pdf"'},
    )


ROUTES = [
    Route("/register", show_register),
    Route("/register/{number}", show_registration),
    Route("/register/{number}/auszug", download_receipt),
]
