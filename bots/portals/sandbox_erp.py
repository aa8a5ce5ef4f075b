"""The sandbox's bookkeeping system, KONTOR/3 Finanzbuchhaltung: an entry grid in a frame of a frame, one journal."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from bots.action import PortalAction
from bots.boundary import Boundary, origin_of, posts
from bots.browser import Browser
from bots.otp import OneTimePasswords
from bots.portal import ActingPortal, PortalAccess
from bots.portals.sandbox_erp_entry import ErpEntry
from bots.portals.sandbox_erp_journal import JournalEntry
from bots.portals.sandbox_erp_pages import DATE_SPELLING, LINE, SIGN_IN, STATES
from bots.probing import ListReading, Match, is_our_reference, judged
from bots.readback import (
    Day,
    Expectation,
    Expectations,
    Number,
    Sum,
    Text,
    contradiction,
    numbered,
    write_number,
)
from bots.session import Session
from models.money import Money
from models.portal import CredentialSource, JournalPosting, LedgerPosting, PortalState, PostingLine, ProbeResult

NAME = "sandbox-erp"

_COLUMNS = ("Konto", "Text", "Netto", "Steuersatz", "Steuer")
_JOURNAL_WIDTH = 7


class SandboxErp(ActingPortal[LedgerPosting | JournalPosting]):
    """Posts purchase invoices and journal entries and looks them up."""

    def __init__(
        self,
        browser: Browser,
        credentials: CredentialSource,
        base_url: str,
        known_row: str,
        known_entry: str = "",
        *,
        clock: Callable[[], datetime],
    ) -> None:
        """`known_row` is the voucher number of an old invoice that stands in every journal, `known_entry` that of an
        old journal entry; `clock` wall-clock UTC."""
        access = PortalAccess(NAME, browser, credentials, base_url.rstrip("/"), clock, OneTimePasswords(clock))
        super().__init__(access, LedgerPosting, JournalPosting)
        self._known_row = known_row
        self._known_entry = known_entry

    def _action(self, content: LedgerPosting | JournalPosting) -> PortalAction[Any]:
        if isinstance(content, JournalPosting):
            return JournalEntry(self._access, self._known_entry)
        return InvoicePosting(self._access, self._known_row)


def boundary_of(base_url: str) -> Boundary:
    return Boundary(
        frozenset({origin_of(base_url)}),
        final=posts("/beleg/buchen"),
        steps=posts(SIGN_IN.path, "/beleg/(kopf|raster|pruefen)"),
    )


class InvoicePosting(ErpEntry[LedgerPosting]):
    """One purchase invoice."""

    function, columns, done = "Eingangsrechnung erfassen", _COLUMNS, "Beleg gebucht"

    def __init__(self, access: PortalAccess, known_row: str) -> None:
        super().__init__(access, known_row, boundary_of(access.base_url))

    def expectations(self, content: LedgerPosting) -> Expectations:
        return {
            "Kreditor": Text(content.vendor),
            "Rechnungsnummer": Text(content.invoice_number),
            "Rechnungsdatum": Day(content.invoice_date, DATE_SPELLING),
            "Fälligkeit": Day(content.due_date, DATE_SPELLING),
            "Externe Referenz": Text(content.reference),
            "Kostenstelle": Text(content.cost_centre),
            "Positionen": Number(Decimal(len(content.lines))),
            **_expected_lines(content),
            "Summe Netto": _sum(sum((line.net for line in content.lines), Decimal(0)), content),
            "Summe Steuer": _sum(sum((line.tax for line in content.lines), Decimal(0)), content),
            "Summe Brutto": _sum(content.gross, content),
        }

    def head(self, content: LedgerPosting) -> Mapping[str, str]:
        return {
            "Kreditor": content.vendor,
            "Rechnungsnummer": content.invoice_number,
            "Rechnungsdatum": content.invoice_date.strftime(DATE_SPELLING),
            "Fälligkeit": content.due_date.strftime(DATE_SPELLING),
            "Externe Referenz": content.reference,
            "Kostenstelle": content.cost_centre,
        }

    def lines(self, content: LedgerPosting) -> Sequence[Sequence[str]]:
        return [_cells(line) for line in content.lines]

    async def probe(self, session: Session, content: LedgerPosting) -> ProbeResult:
        pages = self._pages_in(session)
        await pages.sign_in()
        reading = await pages.read_list("Buchungsjournal", _JOURNAL_WIDTH)
        await session.record("read the journal", content.reference)
        return judged(
            [_match(row, content) for row in reading.rows if row[4] == content.reference],
            reading,
            known_row_seen=reading.shows(self._known_row),
            lookalikes=len(_lookalikes(reading, content)),
            probed_at=self._access.clock(),
        )


def _cells(line: PostingLine) -> tuple[str, ...]:
    return (line.account, line.text, *(write_number(each, comma=True) for each in (line.net, line.tax_rate, line.tax)))


def _expected_lines(posting: LedgerPosting) -> Expectations:
    return numbered(LINE, _COLUMNS, [_expected_cells(line) for line in posting.lines])


def _expected_cells(line: PostingLine) -> tuple[Expectation, ...]:
    return (
        Text(line.account),
        Text(line.text),
        Number(line.net, comma=True),
        Number(line.tax_rate, comma=True, unit="%"),
        Number(line.tax, comma=True),
    )


def _match(row: Sequence[str], posting: LedgerPosting) -> Match:
    expected: Expectations = {
        "Kreditor": Text(posting.vendor),
        "Rechnungsnummer": Text(posting.invoice_number),
        "Brutto": _sum(posting.gross, posting),
    }
    shown = {"Kreditor": row[1], "Rechnungsnummer": row[2], "Brutto": row[5]}
    return Match(row[0], row[6], STATES.get(row[6], PortalState.UNKNOWN), contradiction(expected, shown))


def _lookalikes(reading: ListReading, posting: LedgerPosting) -> list[Sequence[str]]:
    """Rows with our vendor and amount that somebody keyed in under a reference that is not one of ours."""
    vendor, gross = Text(posting.vendor), _sum(posting.gross, posting)
    return [
        row
        for row in reading.rows
        if vendor.is_shown_as(row[1]) and gross.is_shown_as(row[5]) and not is_our_reference(row[4])
    ]


def _sum(amount: Decimal, posting: LedgerPosting) -> Sum:
    return Sum(Money(amount=amount, currency=posting.currency), comma=True)
