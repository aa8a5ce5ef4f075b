"""Handing in a file, the list of files, and the bank's report on one."""

from decimal import Decimal
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import Route

from sandbox.bank.ledger import PaymentState
from sandbox.bank_b import ledger
from sandbox.bank_b.intake import Delivery, examine
from sandbox.bank_b.ledger import FileState
from sandbox.faults import Fault, take_fault
from sandbox.misbehaviour import Final, Standing, confirmation, submission
from sandbox.portal_app import Visit, shown_page, signed_in


@signed_in
async def show_upload(visit: Visit) -> Response:
    if visit.session.login != ledger.SUBMITTER:
        return _not_entitled(visit)
    fault = take_fault(visit.portal.db_path, (Fault.CHANGE_PAYEE_ACCOUNT,))
    page = visit.page("einreichen.html", ersatz=fault.argument if fault else "")
    return await confirmation(visit, (), lambda: page)


@signed_in
async def hand_in(visit: Visit) -> Response:
    portal = visit.portal
    async with visit.request.form() as form:
        file = form.get("datei")
        if visit.session.login != ledger.SUBMITTER:
            return _not_entitled(visit)
        if not isinstance(file, UploadFile) or not file.filename:
            return visit.page("fehler.html", meldungen=["Bitte wählen Sie eine Datei aus."])
        delivery = Delivery(file.filename, await file.read(), visit.session.login)
    received = examine(portal.db_path, delivery, portal.clock.now())
    subjects = {subject for listed in received.orders for subject in listed.order.subjects()}

    def accept(standing: Standing) -> Response:
        number = ledger.take_in(portal.db_path, received, portal.clock.now(), _STATE.get(standing))
        return visit.page("eingereicht.html", dateinummer=number, datei=received, abgelehnt=FileState.REJECTED)

    references = {received.name, *(listed.order.reference for listed in received.orders)}
    return await submission(visit, Final({*subjects, received.name}, references, accept))


@signed_in
async def show_files(visit: Visit) -> Response:
    return visit.page("dateien.html", seite=shown_page(visit, _files(visit), lambda file: str(file["name"])))


@signed_in
async def download_report(visit: Visit) -> Response:
    number = visit.request.path_params["file_number"]
    found = [file for file in _files(visit) if file["file_number"] == number]
    if not found:
        return visit.page("fehler.html", meldungen=["Die Datei ist nicht bekannt."])
    return Response(
        found[0]["report"],
        media_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{number}-pain002.xml"'},
    )


def _files(visit: Visit) -> list[dict[str, Any]]:
    return [{**row, "total": Decimal(str(row["total"]))} for row in ledger.files(visit.portal.db_path)]


def _not_entitled(visit: Visit) -> Response:
    return visit.page("fehler.html", meldungen=["Ihr Teilnehmer darf keine Dateien einreichen."])


_STATE = {Standing.DRAFT: PaymentState.DRAFT, Standing.REJECTED: PaymentState.REJECTED}
ROUTES = [
    Route("/dateien/neu", show_upload),
    Route("/dateien/einreichen", hand_in, methods=["POST"]),
    Route("/dateien", show_files),
    Route("/dateien/{file_number}/protokoll", download_report),
]
