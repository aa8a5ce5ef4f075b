"""Signing an order: by the login that may sign, after a page that shows what will be executed."""

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox import iban
from sandbox.bank.ledger import PaymentState
from sandbox.bank_b import ledger
from sandbox.bank_b.order_pages import order_of
from sandbox.faults import Fault, take_fault
from sandbox.misbehaviour import Final, Standing, confirmation, submission
from sandbox.portal_app import Visit, signed_in

_NOT_ENTITLED = "Ihr Teilnehmer darf keine Aufträge unterschreiben."
_NOT_WAITING = "Der Auftrag wartet nicht auf eine Unterschrift."


@signed_in
async def confirm(visit: Visit) -> Response:
    order = order_of(visit)
    problem = _problem(visit, order)
    if order is None or problem:
        return visit.page("fehler.html", meldungen=[problem])
    subjects = _subjects(order)
    fault = take_fault(visit.portal.db_path, (Fault.CHANGE_PAYEE_ACCOUNT,), subjects)
    shown = {**order, "payee_iban": iban.compact(fault.argument)} if fault else order
    return await confirmation(visit, subjects, lambda: visit.page("unterschrift.html", auftrag=shown))


@signed_in
async def sign(visit: Visit) -> Response:
    order = order_of(visit)
    problem = _problem(visit, order)
    if order is None or problem:
        return visit.page("fehler.html", meldungen=[problem])
    portal, number = visit.portal, str(order["order_number"])

    def accept(standing: Standing) -> Response:
        if standing is Standing.DRAFT:
            return visit.page("fehler.html", meldungen=[_NOT_WAITING])
        state = ledger.sign(portal.db_path, number, visit.session.login, portal.clock.now())
        if standing is Standing.REJECTED:
            ledger.reject(portal.db_path, number, portal.clock.today())
        return visit.page("unterschrieben.html", auftrag=order, status=state)

    return await submission(visit, Final(_subjects(order), (str(order["reference"]),), accept))


def _problem(visit: Visit, order: dict[str, Any] | None) -> str:
    if visit.session.login != ledger.SIGNER:
        return _NOT_ENTITLED
    if order is None or order["state"] != PaymentState.WAITING_FOR_SIGNATURE:
        return _NOT_WAITING
    return ""


def _subjects(order: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(order[name]) for name in ("amount", "payee_name", "payee_iban", "reference"))


ROUTES = [
    Route("/auftraege/{order_number}/unterschrift", confirm),
    Route("/auftraege/{order_number}/unterschreiben", sign, methods=["POST"]),
]
