"""Tryton 7.0: a supplier's invoice with its lines is entered once and found again by our reference.

It speaks to its server by JSON-RPC, every look a POST to the same address. So the boundary names procedures: what only
reads, what leads to the form, and the one that creates the invoice. Saved, it stands as a draft for the accountant, who
validates and posts it; entering it is all that is asked of the bot.
"""

from collections.abc import Sequence
from decimal import Decimal

from bots.action import PortalAction, PortalRefused
from bots.boundary import Boundary, calls, origin_of, posts
from bots.portal import ActingPortal, PortalAccess
from bots.portals.tryton_pages import LINE_COLUMNS, TrytonPages
from bots.probing import Match, is_our_reference, judged
from bots.readback import ConfirmationReading, Day, Expectations, Number, Text, contradiction, numbered, write_number
from bots.session import Session
from models.portal import LedgerPosting, PortalState, PostingLine, ProbeResult

NAME = "tryton"
DATE_SPELLING = "%m/%d/%Y"
CURRENCIES = {"EUR": "Euro"}
"""What Tryton calls the currencies in which is entered."""
STATES = {
    "Draft": PortalState.EXECUTED,
    "Validated": PortalState.EXECUTED,
    "Posted": PortalState.EXECUTED,
    "Paid": PortalState.EXECUTED,
    "Cancelled": PortalState.REJECTED,
}
_DATABASE = r"/\w*/"
_READING = (
    r"common\.(server\.version|db\.list|authentication\.services)",
    r"model\.[a-z_.]+\.(get|read|resources|autocomplete|default_get|view_toolbar_get|fields(_view)?_get)",
    r"model\.[a-z_.]+\.(search(_read|_count)?|on_change\w*|get_\w+|list_\w+)",
)
_STEPS = (r"common\.db\.(login|logout)", r"model\.res\.user\.device\.renew", r"model\.ir\.ui\.view_\w+\.(set|set_\w+)")
"""Signing in, and how the columns of a list stand."""


def open_portal(access: PortalAccess, known_row: str) -> ActingPortal[LedgerPosting]:
    """`known_row` is the reference of an old supplier invoice that stands in every complete list."""
    return Tryton(access, known_row)


class Tryton(ActingPortal[LedgerPosting]):
    def __init__(self, access: PortalAccess, known_row: str) -> None:
        super().__init__(access, LedgerPosting)
        self._known_row = known_row

    def _action(self, content: LedgerPosting) -> PortalAction[LedgerPosting]:
        return SupplierInvoice(self._access, self._known_row)


class SupplierInvoice(PortalAction[LedgerPosting]):
    def __init__(self, access: PortalAccess, known_row: str) -> None:
        self.name = access.name
        self.boundary = Boundary(
            frozenset({origin_of(access.base_url)}),
            final=calls(_DATABASE, r"model\.account\.invoice\.create"),
            steps=calls(_DATABASE, *_STEPS),
            reads=calls(r"/|" + _DATABASE, *_READING) + posts(r"/\w+/bus"),
        )
        self._access = access
        self._known_row = known_row

    def expectations(self, content: LedgerPosting) -> Expectations:
        rows = [
            (Text(line.account), Text(line.text), Number(Decimal(1)), Number(line.net), Number(line.net))
            for line in content.lines
        ]
        return {
            "Party": Text(content.vendor),
            "Description": Text(content.reference),
            "Reference": Text(content.invoice_number),
            "Invoice Date": Day(content.invoice_date, DATE_SPELLING),
            "Payment Term Date": Day(content.due_date, DATE_SPELLING),
            "Currency": Text(CURRENCIES.get(content.currency, content.currency)),
            "Untaxed": Number(sum((line.net for line in content.lines), Decimal(0))),
            "Tax": Number(sum((line.tax for line in content.lines), Decimal(0))),
            "Total": Number(content.gross),
            "Lines": Number(Decimal(len(content.lines))),
            **numbered("Line", LINE_COLUMNS, rows),
        }

    async def prepare(self, session: Session, content: LedgerPosting) -> None:
        if content.cost_centre:
            raise PortalRefused(f"{self.name} keeps no cost centres, and {content.cost_centre} was to be entered")
        self._pages = TrytonPages(session, self._access)
        await self._pages.sign_in()
        await self._pages.open_supplier_invoices()
        head = {
            "description": content.reference,
            "reference": content.invoice_number,
            "invoice_date": content.invoice_date.strftime(DATE_SPELLING),
        }
        await self._pages.enter_head(content.vendor, head, content.due_date.strftime(DATE_SPELLING))
        await self._pages.enter_lines([_typed(line) for line in content.lines])

    async def read_confirmation(self, session: Session) -> ConfirmationReading:
        return await self._pages.confirmation()

    async def press(self, session: Session) -> None:
        await self._pages.save()

    async def read_answer(self, session: Session) -> str:
        return await self._pages.answer()

    async def probe(self, session: Session, content: LedgerPosting) -> ProbeResult:
        pages = TrytonPages(session, self._access)
        await pages.sign_in()
        reading = await pages.supplier_invoices()
        await session.record("read the list", content.reference)
        seen = judged(
            [_match(row, content) for row in reading.rows if row[0] == content.reference],
            reading,
            known_row_seen=reading.shows(self._known_row, column=1),
            lookalikes=sum(not is_our_reference(row[0]) and not _differs(row, content) for row in reading.rows),
            probed_at=self._access.clock(),
        )
        # A login may have several sessions there; that an invoice is absent is for a person to say.
        return seen.model_copy(update={"old_login_dead": False})


def _typed(line: PostingLine) -> tuple[str, str, str]:
    return line.account, line.text, write_number(line.net, comma=False)


def _match(row: Sequence[str], content: LedgerPosting) -> Match:
    return Match(row[1], row[5], STATES.get(row[5], PortalState.UNKNOWN), _differs(row, content))


def _differs(row: Sequence[str], content: LedgerPosting) -> str:
    """What a row of the list shows otherwise than it was meant; empty when nothing."""
    expected: Expectations = {
        "Reference": Text(content.invoice_number),
        "Party": Text(content.vendor),
        "Total": Number(content.gross),
    }
    return contradiction(expected, {"Reference": row[1], "Party": row[3], "Total": row[4]})
