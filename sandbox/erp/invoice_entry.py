"""Entering a purchase invoice: a header page, a grid of lines in a frame of its own, a check, and the posting."""

import secrets
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.routing import Route

from sandbox.erp import ledger
from sandbox.erp.grid import COLUMNS, MAX_ROWS, check_rows, posting_lines
from sandbox.erp.ledger import PurchaseInvoice
from sandbox.german import parse_date
from sandbox.misbehaviour import Final, Standing, confirmation, submission
from sandbox.portal_app import Visit, signed_in

_ROWS_AT_ONCE = 10
_HEADER = ("kreditor", "rechnungsnummer", "rechnungsdatum", "faelligkeit", "referenz", "kostenstelle")
_LONGEST = {"kreditor": 60, "rechnungsnummer": 30, "referenz": 20, "kostenstelle": 12}


@dataclass
class Draft:
    number: str
    header: dict[str, str] = field(default_factory=lambda: dict.fromkeys(_HEADER, ""))
    rows: list[dict[str, str]] = field(default_factory=lambda: _empty_rows(_ROWS_AT_ONCE))


@signed_in
async def start(visit: Visit) -> Response:
    number = f"{secrets.randbelow(10**8):08d}"
    draft = Draft(number)
    visit.session.drafts[number] = draft
    return visit.entry_page("kopf.html", draft.header.values(), vorgang=draft, meldungen=[])


@signed_in
async def enter_header(visit: Visit) -> Response:
    form = await visit.form()
    draft = _draft(visit, form.get("vorgang", ""))
    if draft is None:
        return _unknown_draft(visit)
    draft.header = {name: form.get(name, "") for name in _HEADER}
    if problems := _check_header(draft.header):
        return visit.entry_page("kopf.html", draft.header.values(), vorgang=draft, meldungen=problems)
    return visit.page("positionen.html", vorgang=draft, meldungen=[])


@signed_in
async def show_grid(visit: Visit) -> Response:
    draft = _draft(visit, visit.request.query_params.get("vorgang", ""))
    return _unknown_draft(visit) if draft is None else _grid(visit, draft, [])


@signed_in
async def enter_grid(visit: Visit) -> Response:
    form = await visit.form()
    draft = _draft(visit, form.get("vorgang", ""))
    if draft is None:
        return _unknown_draft(visit)
    draft.rows = [
        {column: form.get(f"{column}_{number}", "") for column in COLUMNS} for number in range(1, len(draft.rows) + 1)
    ]
    if "mehr" in form and len(draft.rows) < MAX_ROWS:
        draft.rows += _empty_rows(_ROWS_AT_ONCE)
    return _grid(visit, draft, check_rows(draft.rows))


@signed_in
async def check(visit: Visit) -> Response:
    form = await visit.form()
    draft = _draft(visit, form.get("vorgang", ""))
    if draft is None:
        return _unknown_draft(visit)
    if problems := _problems(draft):
        return visit.page("positionen.html", vorgang=draft, meldungen=problems)
    invoice = _invoice(visit, draft)

    def show() -> Response:
        return visit.page("bestaetigung.html", vorgang=draft, rechnung=invoice)

    return await confirmation(visit, invoice.subjects(), show)


@signed_in
async def post(visit: Visit) -> Response:
    form = await visit.form()
    draft = _draft(visit, form.get("vorgang", ""))
    if draft is None or _problems(draft):
        return _unknown_draft(visit)
    invoice = _invoice(visit, draft)
    portal = visit.portal

    def accept(standing: Standing) -> Response:
        voucher = ledger.post(portal.db_path, invoice, portal.clock.now(), _STATE[standing])
        return visit.page("gebucht.html", belegnummer=voucher, rechnung=invoice)

    return await submission(visit, Final(invoice.subjects(), (invoice.reference,), accept))


def _draft(visit: Visit, number: str) -> Draft | None:
    return visit.session.drafts.get(number)


def _unknown_draft(visit: Visit) -> Response:
    return visit.page("fehler.html", meldungen=["K3-0210: Vorgang nicht vorhanden. Bitte neu erfassen."])


def _grid(visit: Visit, draft: Draft, problems: list[str]) -> Response:
    complete = not check_rows(draft.rows)
    lines = posting_lines(draft.rows) if complete else ()
    return visit.page("raster.html", vorgang=draft, zeilen=lines, meldungen=problems)


def _empty_rows(count: int) -> list[dict[str, str]]:
    return [dict.fromkeys(COLUMNS, "") for _ in range(count)]


def _problems(draft: Draft) -> list[str]:
    return _check_header(draft.header) + check_rows(draft.rows)


def _check_header(header: dict[str, str]) -> list[str]:
    problems = [
        f"K3-0301: {_TITLES[name]}: 1 bis {longest} Zeichen erforderlich."
        for name, longest in _LONGEST.items()
        if not 0 < len(header[name]) <= longest
    ]
    invoiced, due = parse_date(header["rechnungsdatum"]), parse_date(header["faelligkeit"])
    if invoiced is None:
        problems.append("K3-0302: Rechnungsdatum: Format TT.MM.JJJJ.")
    if due is None:
        problems.append("K3-0302: Fälligkeit: Format TT.MM.JJJJ.")
    if invoiced and due and due < invoiced:
        problems.append("K3-0303: Die Fälligkeit liegt vor dem Rechnungsdatum.")
    return problems


def _invoice(visit: Visit, draft: Draft) -> PurchaseInvoice:
    header = draft.header
    invoiced, due = parse_date(header["rechnungsdatum"]), parse_date(header["faelligkeit"])
    if invoiced is None or due is None:
        raise ValueError("the draft was not checked")
    return PurchaseInvoice(
        login=visit.session.login,
        vendor=header["kreditor"],
        invoice_number=header["rechnungsnummer"],
        invoice_date=invoiced,
        due_date=due,
        reference=header["referenz"],
        cost_centre=header["kostenstelle"],
        lines=posting_lines(draft.rows),
    )


_TITLES = {
    "kreditor": "Kreditor",
    "rechnungsnummer": "Rechnungsnummer",
    "referenz": "Externe Referenz",
    "kostenstelle": "Kostenstelle",
}
_STATE = {Standing.DONE: ledger.POSTED, Standing.DRAFT: ledger.PARKED, Standing.REJECTED: ledger.REVERSED}
ROUTES = [
    Route("/beleg/neu", start),
    Route("/beleg/kopf", enter_header, methods=["POST"]),
    Route("/beleg/raster", show_grid, methods=["GET"]),
    Route("/beleg/raster", enter_grid, methods=["POST"]),
    Route("/beleg/pruefen", check, methods=["POST"]),
    Route("/beleg/buchen", post, methods=["POST"]),
]
