"""Entering a payment: four pages, a check, a confirmation in a pop-up window, and the final submission."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from starlette.responses import Response
from starlette.routing import Route

from sandbox import iban
from sandbox.bank import ledger
from sandbox.bank.ledger import PaymentOrder
from sandbox.faults import Fault, take_fault
from sandbox.german import parse_amount, parse_date
from sandbox.misbehaviour import Final, Standing, confirmation, submission
from sandbox.portal_app import Visit, signed_in

SHOWN_NAME_LENGTH = 27
_OTHER_ACCOUNT = iban.from_bban("DE", "219999000666006660")
_DAYS_AHEAD = 365

Draft = dict[str, str]


@dataclass(frozen=True)
class Step:
    """One page of the entry; `check` gives what is wrong with its fields, in the portal's words."""

    template: str
    fields: tuple[str, ...]
    check: Callable[[Visit, Draft], list[str]]


@signed_in
async def start(visit: Visit) -> Response:
    number = f"{secrets.randbelow(10**8):08d}"
    visit.session.drafts[number] = {"vorgang": number}
    return _show(visit, visit.session.drafts[number], 0, [])


@signed_in
async def next_step(visit: Visit) -> Response:
    form = await visit.form()
    draft: Draft | None = visit.session.drafts.get(form.get("vorgang", ""))
    position = int(visit.request.path_params["position"])
    if draft is None or position >= len(_STEPS):
        return _unknown_draft(visit)
    step = _STEPS[position]
    draft.update({name: form.get(name, "") for name in step.fields})
    if problems := step.check(visit, draft):
        return _show(visit, draft, position, problems)
    if position + 1 < len(_STEPS):
        return _show(visit, draft, position + 1, [])
    return visit.page("zahlung_pruefen.html", vorgang=draft["vorgang"])


@signed_in
async def confirm(visit: Visit) -> Response:
    draft: Draft | None = visit.session.drafts.get(visit.request.query_params.get("vorgang", ""))
    if draft is None:
        return _unknown_draft(visit)
    if problems := _problems(visit, draft):
        return visit.page("fehler.html", meldungen=problems)
    _let_fault_change_account(visit, draft)
    order = _order(visit, draft)

    def show() -> Response:
        return visit.page(
            "zahlung_bestaetigung.html",
            vorgang=draft["vorgang"],
            auftrag=order,
            empfaenger=order.payee_name[:SHOWN_NAME_LENGTH],
        )

    return await confirmation(visit, order.subjects(), show)


@signed_in
async def execute(visit: Visit) -> Response:
    form = await visit.form()
    draft: Draft | None = visit.session.drafts.get(form.get("vorgang", ""))
    if draft is None:
        return _unknown_draft(visit)
    if problems := _problems(visit, draft):
        return visit.page("fehler.html", meldungen=problems)
    order = _order(visit, draft)
    portal = visit.portal

    def accept(standing: Standing) -> Response:
        number = _ENTERING[standing](portal.db_path, order, portal.clock.now())
        return visit.page("zahlung_ergebnis.html", auftragsnummer=number, auftrag=order)

    return await submission(visit, Final(order.subjects(), (order.reference,), accept))


def _show(visit: Visit, draft: Draft, position: int, problems: list[str]) -> Response:
    return visit.entry_page(
        _STEPS[position].template,
        _entered(draft),
        vorgang=draft["vorgang"],
        position=position,
        werte=draft,
        konten=ledger.accounts(visit.portal.db_path),
        heute=visit.portal.clock.today(),
        meldungen=problems,
    )


def _entered(draft: Draft) -> list[str]:
    """What a fault may be limited to, as far as it was entered."""
    amount = parse_amount(draft.get("betrag", ""))
    return [*draft.values(), "" if amount is None else str(amount)]


def _unknown_draft(visit: Visit) -> Response:
    return visit.page("fehler.html", meldungen=["Der Vorgang ist nicht bekannt. Bitte beginnen Sie von vorn."])


def _problems(visit: Visit, draft: Draft) -> list[str]:
    return [problem for step in _STEPS for problem in step.check(visit, draft)]


def _order(visit: Visit, draft: Draft) -> PaymentOrder:
    day = parse_date(draft["datum"])
    amount = parse_amount(draft["betrag"])
    if day is None or amount is None:
        raise ValueError("the draft was not checked")
    return PaymentOrder(
        login=visit.session.login,
        payer_iban=draft["konto"],
        payee_name=draft["empfaenger"],
        payee_iban=iban.compact(draft["iban"]),
        bic=draft["bic"],
        amount=amount,
        remittance=draft["zweck"],
        reference=draft["referenz"],
        execution_date=day,
    )


def _let_fault_change_account(visit: Visit, draft: Draft) -> None:
    fault = take_fault(visit.portal.db_path, (Fault.CHANGE_PAYEE_ACCOUNT,), _order(visit, draft).subjects())
    if fault is not None:
        draft["iban"] = iban.compact(fault.argument) or _OTHER_ACCOUNT


def _check_account(visit: Visit, draft: Draft) -> list[str]:
    known = {account["iban"] for account in ledger.accounts(visit.portal.db_path)}
    return [] if draft.get("konto") in known else ["Bitte wählen Sie ein Auftraggeberkonto."]


def _check_payee(visit: Visit, draft: Draft) -> list[str]:
    problems = []
    if not 0 < len(draft.get("empfaenger", "")) <= 70:
        problems.append("Empfänger: Bitte 1 bis 70 Zeichen eingeben.")
    if not iban.is_valid(iban.compact(draft.get("iban", ""))):
        problems.append("IBAN: Die Prüfziffer oder die Länge ist falsch.")
    if draft.get("bic") and not iban.is_valid_bic(draft["bic"]):
        problems.append("BIC: Bitte 8 oder 11 Zeichen eingeben.")
    return problems


def _check_amount(visit: Visit, draft: Draft) -> list[str]:
    if problems := _check_account(visit, draft):
        return problems
    amount = parse_amount(draft.get("betrag", ""))
    if amount is None or amount <= Decimal(0):
        return ["Betrag: Bitte im Format 1.234,56 eingeben."]
    if amount > ledger.available(visit.portal.db_path, draft["konto"]):
        return [_NO_FUNDS]
    return []


def _check_details(visit: Visit, draft: Draft) -> list[str]:
    problems = []
    if len(draft.get("zweck", "")) > 140:
        problems.append("Verwendungszweck: Höchstens 140 Zeichen.")
    if len(draft.get("referenz", "")) > 35:
        problems.append("End-to-End-Referenz: Höchstens 35 Zeichen.")
    day = parse_date(draft.get("datum", ""))
    today = visit.portal.clock.today()
    if day is None or not today <= day <= today + timedelta(days=_DAYS_AHEAD):
        problems.append("Ausführungsdatum: Bitte TT.MM.JJJJ, frühestens heute und höchstens ein Jahr im Voraus.")
    return problems


_NO_FUNDS = "Der Auftrag wurde nicht ausgeführt: Die Deckung auf dem Konto ist nicht ausreichend."
_ENTERING = {
    Standing.DONE: ledger.accept_payment,
    Standing.DRAFT: ledger.draft_payment,
    Standing.REJECTED: ledger.reject_payment,
}
_STEPS = (
    Step("zahlung_konto.html", ("konto",), _check_account),
    Step("zahlung_empfaenger.html", ("empfaenger", "iban", "bic"), _check_payee),
    Step("zahlung_betrag.html", ("betrag",), _check_amount),
    Step("zahlung_verwendung.html", ("zweck", "referenz", "datum"), _check_details),
)
ROUTES = [
    Route("/zahlung/neu", start),
    Route("/zahlung/schritt/{position:int}", next_step, methods=["POST"]),
    Route("/zahlung/bestaetigung", confirm, methods=["GET"]),
    Route("/zahlung/ausfuehren", execute, methods=["POST"]),
]
