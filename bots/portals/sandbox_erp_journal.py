"""Journal entries in the sandbox's bookkeeping system: debits and credits in a grid inside frames."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bots.boundary import Boundary, origin_of, posts
from bots.portal import PortalAccess
from bots.portals.sandbox_erp_entry import ErpEntry
from bots.portals.sandbox_erp_pages import DATE_SPELLING, LINE, SIGN_IN, STATES
from bots.probing import Match, is_our_reference, judged
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
from models.portal import JournalLine, JournalPosting, PortalState, ProbeResult

_COLUMNS = ("Konto", "Text", "Soll", "Haben", "Kostenstelle")
_LIST_WIDTH = 6


class JournalEntry(ErpEntry[JournalPosting]):
    """One journal entry."""

    function, columns, done = "Sachbuchung erfassen", _COLUMNS, "Sachbuchung gebucht"

    def __init__(self, access: PortalAccess, known_row: str) -> None:
        super().__init__(access, known_row, boundary_of(access.base_url))

    def expectations(self, content: JournalPosting) -> Expectations:
        return {
            "Buchungsdatum": Day(content.booking_date, DATE_SPELLING),
            "Belegtext": Text(content.text),
            "Externe Referenz": Text(content.reference),
            "Positionen": Number(Decimal(len(content.lines))),
            **numbered(LINE, _COLUMNS, [_expected_cells(line) for line in content.lines]),
            "Summe Soll": Sum(content.total, comma=True),
            "Summe Haben": Sum(content.total, comma=True),
        }

    def head(self, content: JournalPosting) -> Mapping[str, str]:
        return {
            "Buchungsdatum": content.booking_date.strftime(DATE_SPELLING),
            "Belegtext": content.text,
            "Externe Referenz": content.reference,
        }

    def lines(self, content: JournalPosting) -> Sequence[Sequence[str]]:
        return [_cells(line) for line in content.lines]

    async def probe(self, session: Session, content: JournalPosting) -> ProbeResult:
        pages = self._pages_in(session)
        await pages.sign_in()
        reading = await pages.read_list("Sachbuchungen", _LIST_WIDTH)
        await session.record("read the journal entries", content.reference)
        return judged(
            [_match(row, content) for row in reading.rows if row[3] == content.reference],
            reading,
            known_row_seen=reading.shows(self._known_row),
            lookalikes=sum(not is_our_reference(row[3]) and not _differs(row, content) for row in reading.rows),
            probed_at=self._access.clock(),
        )


def boundary_of(base_url: str) -> Boundary:
    return Boundary(
        frozenset({origin_of(base_url)}),
        final=posts("/sachbuchung/buchen"),
        steps=posts(SIGN_IN.path, "/sachbuchung/(kopf|raster|pruefen)"),
    )


def _cells(line: JournalLine) -> tuple[str, ...]:
    sides = (write_number(side, comma=True) if side else "" for side in (line.debit, line.credit))
    return (line.account, line.text, *sides, line.cost_centre)


def _expected_cells(line: JournalLine) -> tuple[Expectation, ...]:
    return (
        Text(line.account),
        Text(line.text),
        Number(line.debit, comma=True),
        Number(line.credit, comma=True),
        Text(line.cost_centre),
    )


def _match(row: Sequence[str], posting: JournalPosting) -> Match:
    return Match(row[0], row[5], STATES.get(row[5], PortalState.UNKNOWN), _differs(row, posting))


def _differs(row: Sequence[str], posting: JournalPosting) -> str:
    expected: Expectations = {
        "Buchungsdatum": Day(posting.booking_date, DATE_SPELLING),
        "Belegtext": Text(posting.text),
        "Betrag": Sum(posting.total, comma=True),
    }
    return contradiction(expected, {"Buchungsdatum": row[1], "Belegtext": row[2], "Betrag": row[4]})
