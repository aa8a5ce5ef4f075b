"""Entering a journal entry: one page with the head and a grid of lines in a frame of its own, a check, the posting."""

import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.erp import entry_ledger
from sandbox.erp.entry_ledger import EntryLine, JournalEntry
from sandbox.german import format_iso_day, parse_amount, parse_date
from sandbox.misbehaviour import Final, Standing, confirmation, submission
from sandbox.portal_app import Endpoint, Visit, shown_page, signed_in

_ROWS_AT_ONCE = 8
_MOST_ROWS = 120
_HEAD = ("buchungsdatum", "belegtext", "referenz")
_COLUMNS = ("konto", "text", "soll", "haben", "kostenstelle")

Row = dict[str, str]
Form = dict[str, str]


def _empty_rows() -> list[Row]:
    return [dict.fromkeys(_COLUMNS, "") for _ in range(_ROWS_AT_ONCE)]


@dataclass
class Draft:
    number: str
    head: dict[str, str] = field(default_factory=lambda: dict.fromkeys(_HEAD, ""))
    rows: list[Row] = field(default_factory=_empty_rows)


def in_progress(handler: Callable[[Visit, Draft, Form], Awaitable[Response]]) -> Endpoint:
    """An endpoint about the draft whose number stands in the form or in the address."""

    async def with_draft(visit: Visit) -> Response:
        form = await visit.form()
        number = form.get("vorgang") or visit.request.query_params.get("vorgang", "")
        draft = visit.session.drafts.get(number)
        if not isinstance(draft, Draft):
            return visit.page("fehler.html", meldungen=["K3-0210: Vorgang nicht vorhanden. Bitte neu erfassen."])
        return await handler(visit, draft, form)

    return signed_in(with_draft)


@signed_in
async def start(visit: Visit) -> Response:
    draft = Draft(f"{secrets.randbelow(10**8):08d}")
    visit.session.drafts[draft.number] = draft
    return visit.entry_page("sachbuchung_kopf.html", (), vorgang=draft, meldungen=[])


@in_progress
async def enter_head(visit: Visit, draft: Draft, form: Form) -> Response:
    draft.head = {name: form.get(name, "") for name in _HEAD}
    if problems := _check_head(draft):
        return visit.page("sachbuchung_kopf.html", vorgang=draft, meldungen=problems)
    return visit.page("sachbuchung.html", vorgang=draft, meldungen=[])


@in_progress
async def show_grid(visit: Visit, draft: Draft, form: Form) -> Response:
    return _grid(visit, draft, [])


@in_progress
async def enter_grid(visit: Visit, draft: Draft, form: Form) -> Response:
    draft.rows = [
        {column: form.get(f"{column}_{number}", "") for column in _COLUMNS} for number in range(1, len(draft.rows) + 1)
    ]
    if "mehr" in form and len(draft.rows) < _MOST_ROWS:
        draft.rows += _empty_rows()
        return _grid(visit, draft, [])
    return _grid(visit, draft, _check_rows(draft))


@in_progress
async def check(visit: Visit, draft: Draft, form: Form) -> Response:
    if problems := _problems(draft):
        return visit.page("sachbuchung.html", vorgang=draft, meldungen=problems)
    entry = _entry(visit, draft)

    def show() -> Response:
        return visit.page("sachbuchung_bestaetigung.html", vorgang=draft, buchung=entry)

    return await confirmation(visit, entry.subjects(), show)


@in_progress
async def post(visit: Visit, draft: Draft, form: Form) -> Response:
    if problems := _problems(draft):
        return visit.page("fehler.html", meldungen=problems)
    entry, portal = _entry(visit, draft), visit.portal

    def accept(standing: Standing) -> Response:
        voucher = entry_ledger.post(portal.db_path, entry, portal.clock.now(), _STATE[standing])
        return visit.page("sachbuchung_gebucht.html", belegnummer=voucher, buchung=entry)

    return await submission(visit, Final(entry.subjects(), (entry.reference,), accept))


@signed_in
async def show_entries(visit: Visit) -> Response:
    rows: list[dict[str, Any]] = [
        {**row, "total": Decimal(str(row["total"])), "booking_date": format_iso_day(str(row["booking_date"]))}
        for row in entry_ledger.entries(visit.portal.db_path)
    ]
    return visit.page("sachbuchungen.html", seite=shown_page(visit, rows, lambda row: str(row["reference"])))


def _grid(visit: Visit, draft: Draft, problems: list[str]) -> Response:
    lines = () if _check_rows(draft) else _lines(draft)
    return visit.page("sachbuchung_raster.html", vorgang=draft, zeilen=lines, meldungen=problems)


def _problems(draft: Draft) -> list[str]:
    return _check_head(draft) + _check_rows(draft)


def _check_head(draft: Draft) -> list[str]:
    problems = []
    if parse_date(draft.head["buchungsdatum"]) is None:
        problems.append("K3-0402: Buchungsdatum: Format TT.MM.JJJJ.")
    if not 0 < len(draft.head["belegtext"]) <= 60:
        problems.append("K3-0401: Belegtext: 1 bis 60 Zeichen erforderlich.")
    if not 0 < len(draft.head["referenz"]) <= 20:
        problems.append("K3-0401: Externe Referenz: 1 bis 20 Zeichen erforderlich.")
    return problems


def _check_rows(draft: Draft) -> list[str]:
    filled = [(number, row) for number, row in enumerate(draft.rows, start=1) if any(row.values())]
    problems = [problem for number, row in filled for problem in _check_row(number, row)]
    if len(filled) < 2:
        problems.append("K3-0410: Eine Buchung hat mindestens zwei Zeilen.")
    if not problems and _side(filled, "soll") != _side(filled, "haben"):
        problems.append("K3-0415: Soll und Haben sind nicht gleich.")
    return problems


def _check_row(number: int, row: Row) -> list[str]:
    problems = []
    if not re.fullmatch(r"\d{4,8}", row["konto"]):
        problems.append(f"K3-0411: Zeile {number}: Konto hat 4 bis 8 Ziffern.")
    if not 0 < len(row["text"]) <= 60:
        problems.append(f"K3-0412: Zeile {number}: Text mit 1 bis 60 Zeichen erforderlich.")
    sides = [row[side] for side in ("soll", "haben") if row[side]]
    if len(sides) != 1 or not parse_amount(sides[0]):
        problems.append(f"K3-0413: Zeile {number}: Entweder Soll oder Haben im Format 1.234,56 erforderlich.")
    return problems


def _side(filled: list[tuple[int, Row]], side: str) -> Decimal:
    return sum((_amount(row[side]) for _, row in filled), start=Decimal(0))


def _lines(draft: Draft) -> tuple[EntryLine, ...]:
    return tuple(
        EntryLine(row["konto"], row["text"], _amount(row["soll"]), _amount(row["haben"]), row["kostenstelle"])
        for row in draft.rows
        if any(row.values())
    )


def _amount(text: str) -> Decimal:
    return parse_amount(text) or Decimal("0.00")


def _entry(visit: Visit, draft: Draft) -> JournalEntry:
    day = parse_date(draft.head["buchungsdatum"])
    if day is None:
        raise ValueError("the draft was not checked")
    return JournalEntry(visit.session.login, day, draft.head["belegtext"], draft.head["referenz"], _lines(draft))


_STATE = {
    Standing.DONE: entry_ledger.POSTED,
    Standing.DRAFT: entry_ledger.PARKED,
    Standing.REJECTED: entry_ledger.REVERSED,
}
ROUTES = [
    Route("/sachbuchung/neu", start),
    Route("/sachbuchung/kopf", enter_head, methods=["POST"]),
    Route("/sachbuchung/raster", show_grid, methods=["GET"]),
    Route("/sachbuchung/raster", enter_grid, methods=["POST"]),
    Route("/sachbuchung/pruefen", check, methods=["POST"]),
    Route("/sachbuchung/buchen", post, methods=["POST"]),
    Route("/sachbuchungen", show_entries),
]
