"""Registering a sales invoice: parties, document, tax amounts, declaration, confirmation, and the registration."""

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Fault, take_fault
from sandbox.german import parse_amount, parse_date
from sandbox.misbehaviour import Final, Standing, confirmation, submission
from sandbox.portal_app import Endpoint, Visit, signed_in
from sandbox.tax import ledger
from sandbox.tax.ledger import SalesInvoice, TaxAmount

CURRENCIES = frozenset({"CHF", "DKK", "EUR", "GBP", "NOK", "PLN", "SEK", "USD"})
MAX_ROWS = 20

_PARTIES = ("verkaeufer_ustid", "erwerber", "erwerber_ustid")
_DOCUMENT = ("rechnungsnummer", "rechnungsdatum", "referenz", "waehrung")
_ENTRY_LINE = ("satz", "netto", "steuer")
_LONGEST = {"erwerber": 70, "rechnungsnummer": 30, "referenz": 16}
_VAT_ID = re.compile(r"[A-Z]{2}[A-Z0-9+*]{2,13}")
_TAX_TOLERANCE = Decimal("0.05")
_OTHER_BUYER = "DE219999666"


@dataclass
class Draft:
    """A registration in progress; `gross` as the taxpayer entered it, to be compared with the sum of `taxes`."""

    number: str
    fields: dict[str, str] = field(default_factory=lambda: dict.fromkeys(_PARTIES + _DOCUMENT, ""))
    taxes: list[TaxAmount] = field(default_factory=list)
    gross: str = ""
    declared: bool = False

    @property
    def total(self) -> Decimal:
        return sum((row.net + row.tax for row in self.taxes), start=Decimal(0))


Form = dict[str, str]


def in_progress(handler: Callable[[Visit, Draft, Form], Awaitable[Response]]) -> Endpoint:
    """An endpoint for a form of a draft that this session has begun."""

    async def with_draft(visit: Visit) -> Response:
        form = await visit.form()
        draft = visit.session.drafts.get(form.get("vorgang", ""))
        if draft is None:
            return visit.page("fehler.html", meldungen=["LFK 210: Der Vorgang ist nicht bekannt. Bitte neu beginnen."])
        return await handler(visit, draft, form)

    return signed_in(with_draft)


@signed_in
async def start(visit: Visit) -> Response:
    draft = Draft(f"{secrets.randbelow(10**8):08d}")
    visit.session.drafts[draft.number] = draft
    return _show(visit, draft, "beteiligte.html")


@in_progress
async def enter_parties(visit: Visit, draft: Draft, form: Form) -> Response:
    draft.fields |= {name: form.get(name, "") for name in _PARTIES}
    problems = _check_parties(draft)
    return _show(visit, draft, "beteiligte.html" if problems else "rechnung.html", problems)


@in_progress
async def enter_document(visit: Visit, draft: Draft, form: Form) -> Response:
    draft.fields |= {name: form.get(name, "") for name in _DOCUMENT}
    problems = _check_document(draft, visit.portal.clock.today())
    return _show(visit, draft, "rechnung.html" if problems else "steuer.html", problems)


@in_progress
async def enter_amounts(visit: Visit, draft: Draft, form: Form) -> Response:
    draft.gross = form.get("brutto", "")
    line = {name: form.get(name, "") for name in _ENTRY_LINE}
    if "hinzufuegen" in form:
        return _add_row(visit, draft, line)
    problems = _check_amounts(draft)
    if any(line.values()):
        problems.append("LFK 335: Die Eingabezeile wurde nicht hinzugefügt.")
    return _show(visit, draft, "steuer.html" if problems else "erklaerung.html", problems, line)


@in_progress
async def declare(visit: Visit, draft: Draft, form: Form) -> Response:
    draft.declared = form.get("versichert") == "ja"
    if problems := _problems(visit, draft):
        return _show(visit, draft, "erklaerung.html", problems)
    _let_fault_change_buyer(visit, draft)
    invoice = _invoice(visit, draft)

    def show() -> Response:
        return visit.page("bestaetigung.html", vorgang=draft, rechnung=invoice)

    return await confirmation(visit, invoice.subjects(), show)


@in_progress
async def register(visit: Visit, draft: Draft, form: Form) -> Response:
    if problems := _problems(visit, draft):
        return visit.page("fehler.html", meldungen=problems)
    invoice = _invoice(visit, draft)
    portal = visit.portal

    def accept(standing: Standing) -> Response:
        number = ledger.register(portal.db_path, invoice, portal.clock.now(), _STATE[standing])
        return visit.page("registriert.html", registernummer=number, rechnung=invoice)

    return await submission(visit, Final(invoice.subjects(), (invoice.reference,), accept))


def _show(
    visit: Visit, draft: Draft, template: str, problems: Sequence[str] = (), line: Form | None = None
) -> Response:
    shown_line = line or dict.fromkeys(_ENTRY_LINE, "")
    return visit.entry_page(
        template, draft.fields.values(), vorgang=draft, werte=draft.fields, zeile=shown_line, meldungen=problems
    )


def _add_row(visit: Visit, draft: Draft, line: Form) -> Response:
    rate, net, tax = (parse_amount(line[name]) for name in _ENTRY_LINE)
    if rate is None or net is None or tax is None:
        return _show(visit, draft, "steuer.html", ["LFK 331: Steuersatz und Beträge im Format 1.234,56 angeben."], line)
    if abs(net * rate / 100 - tax) > _TAX_TOLERANCE:
        return _show(visit, draft, "steuer.html", ["LFK 332: Der Steuerbetrag passt nicht zum Steuersatz."], line)
    if len(draft.taxes) >= MAX_ROWS:
        return _show(visit, draft, "steuer.html", [f"LFK 333: Höchstens {MAX_ROWS} Zeilen."], line)
    draft.taxes.append(TaxAmount(rate, net, tax))
    return _show(visit, draft, "steuer.html")


def _problems(visit: Visit, draft: Draft) -> list[str]:
    declared = [] if draft.declared else ["LFK 340: Bitte versichern Sie die Richtigkeit der Angaben."]
    today = visit.portal.clock.today()
    return _check_parties(draft) + _check_document(draft, today) + _check_amounts(draft) + declared


def _check_parties(draft: Draft) -> list[str]:
    problems = _check_lengths(draft, {"erwerber": "Name des Erwerbers"})
    if not _VAT_ID.fullmatch(draft.fields["verkaeufer_ustid"]):
        problems.append("LFK 312: USt-IdNr. des Verkäufers: Die Nummer ist ungültig.")
    if draft.fields["erwerber_ustid"] and not _VAT_ID.fullmatch(draft.fields["erwerber_ustid"]):
        problems.append("LFK 313: USt-IdNr. des Erwerbers: Die Nummer ist ungültig.")
    return problems


def _check_document(draft: Draft, today: date) -> list[str]:
    problems = _check_lengths(draft, {"rechnungsnummer": "Rechnungsnummer", "referenz": "Eigene Referenz"})
    invoiced = parse_date(draft.fields["rechnungsdatum"])
    if invoiced is None:
        problems.append("LFK 322: Rechnungsdatum: Format TT.MM.JJJJ.")
    elif invoiced > today:
        problems.append("LFK 323: Das Rechnungsdatum liegt in der Zukunft.")
    if draft.fields["waehrung"] not in CURRENCIES:
        problems.append("LFK 324: Die Währung ist nicht zugelassen.")
    return problems


def _check_amounts(draft: Draft) -> list[str]:
    if not draft.taxes:
        return ["LFK 330: Es ist keine Zeile erfasst."]
    if parse_amount(draft.gross) != draft.total:
        return ["LFK 334: Der Rechnungsbetrag stimmt nicht mit der Summe der Zeilen überein."]
    return []


def _check_lengths(draft: Draft, titles: dict[str, str]) -> list[str]:
    return [
        f"LFK 311: {title}: 1 bis {_LONGEST[name]} Zeichen erforderlich."
        for name, title in titles.items()
        if not 0 < len(draft.fields[name]) <= _LONGEST[name]
    ]


def _let_fault_change_buyer(visit: Visit, draft: Draft) -> None:
    fault = take_fault(visit.portal.db_path, (Fault.CHANGE_BUYER_VAT_ID,), _invoice(visit, draft).subjects())
    if fault is not None:
        draft.fields["erwerber_ustid"] = fault.argument or _OTHER_BUYER


def _invoice(visit: Visit, draft: Draft) -> SalesInvoice:
    invoiced = parse_date(draft.fields["rechnungsdatum"])
    if invoiced is None:
        raise ValueError("the draft was not checked")
    return SalesInvoice(
        login=visit.session.login,
        seller_vat_id=draft.fields["verkaeufer_ustid"],
        buyer=draft.fields["erwerber"],
        buyer_vat_id=draft.fields["erwerber_ustid"],
        invoice_number=draft.fields["rechnungsnummer"],
        invoice_date=invoiced,
        reference=draft.fields["referenz"],
        currency=draft.fields["waehrung"],
        taxes=tuple(draft.taxes),
    )


_STATE = {Standing.DONE: ledger.REGISTERED, Standing.DRAFT: ledger.DRAFTED, Standing.REJECTED: ledger.REFUSED}
ROUTES = [
    Route("/meldung/neu", start),
    Route("/meldung/beteiligte", enter_parties, methods=["POST"]),
    Route("/meldung/rechnung", enter_document, methods=["POST"]),
    Route("/meldung/steuer", enter_amounts, methods=["POST"]),
    Route("/meldung/erklaerung", declare, methods=["POST"]),
    Route("/meldung/registrieren", register, methods=["POST"]),
]
