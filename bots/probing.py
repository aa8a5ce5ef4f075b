"""From the rows of a portal's own list to what became of one action. Only a complete look may say "absent"."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from playwright.async_api import Locator

from bots.locators import Scope, shown_rows
from models.portal import PortalState, ProbeResult

PAGE_LIMIT = 1000
"""Pages of a list; a list that has more is not read to its end."""

PAGE_TIMEOUT = 60.0
"""Seconds for one page of a list. Some portals show ten thousand rows on one, which any machine takes its time for."""

_OUR_REFERENCE = re.compile(r"[A-Z0-9]{16}")


@dataclass(frozen=True)
class Paging:
    """How a list tells on which of its pages one is, and the words of the link to the next page."""

    position: str = "Seite {page} von {last}"
    following: str = "weiter »"

    def at(self, page: int | str, last: int | str) -> str:
        return self.position.format(page=page, last=last)


GERMAN = Paging()
ENGLISH = Paging("Page {page} of {last}", "Next")


@dataclass(frozen=True)
class ListReading:
    """Every row of the list as texts, oldest page first."""

    rows: tuple[tuple[str, ...], ...]
    complete: bool

    def shows(self, number: str, column: int = 0) -> bool:
        """Whether a row has `number` in its `column`, which is the first where nothing else is said."""
        return any(row[column] == number for row in self.rows)


@dataclass(frozen=True)
class Match:
    """A row that carries our reference. `contradiction` says what in it is not what was approved."""

    number: str
    portal_state: str
    state: PortalState
    contradiction: str = ""


def is_our_reference(text: str) -> bool:
    """Whether a reference has the form of ours: sixteen capitals and digits. Others were given by people."""
    return _OUR_REFERENCE.fullmatch(text) is not None


async def read_list(
    scope: Scope, is_row: Callable[[Sequence[str]], bool], width: int, paging: Paging = GERMAN
) -> ListReading:
    """Reads a paged list of `width` columns from its first page ("Seite 1 von 3") to its last, row by row."""
    rows: list[tuple[str, ...]] = []
    page = 1
    while True:
        await _position(scope, paging.at(page, r"\d+")).wait_for(timeout=PAGE_TIMEOUT * 1000)
        rows += [tuple(row) for row in await shown_rows(scope, width) if is_row(row)]
        position = await _position(scope, paging.at(r"\d+", r"\d+")).inner_text()
        if paging.at(page, page) in " ".join(position.split()):
            return ListReading(tuple(rows), complete=True)
        if page >= PAGE_LIMIT:
            return ListReading(tuple(rows), complete=False)
        await scope.get_by_role("link", name=paging.following).click()
        page += 1


def _position(scope: Scope, text: str) -> Locator:
    """Among the paragraphs alone: searching every cell of a long list for it takes longer than any time-out."""
    return scope.locator("p").filter(has_text=re.compile(text))


def judged(
    matches: Sequence[Match], reading: ListReading, *, known_row_seen: bool, lookalikes: int, probed_at: datetime
) -> ProbeResult:
    """The portal's own state where it is beyond doubt, else UNKNOWN with the doubt in `portal_text`."""
    state, text = _state(matches, reading, known_row_seen, lookalikes)
    return ProbeResult(
        state=state,
        portal_text=text,
        reference_found=bool(matches),
        matches=len(matches),
        rows_read=len(reading.rows),
        read_to_last_page=reading.complete,
        known_row_seen=known_row_seen,
        lookalikes=lookalikes,
        old_login_dead=True,
        probed_at=probed_at,
    )


def _state(
    matches: Sequence[Match], reading: ListReading, known_row_seen: bool, lookalikes: int
) -> tuple[PortalState, str]:
    shown = "; ".join(f"{match.number} {match.portal_state}" for match in matches)
    if not reading.complete:
        return PortalState.UNKNOWN, f"the list has more than {PAGE_LIMIT} pages and was not read to its end; {shown}"
    if not known_row_seen:
        return PortalState.UNKNOWN, f"a row that always stands in the list is missing; {shown}"
    if len(matches) > 1:
        return PortalState.UNKNOWN, f"our reference stands in {len(matches)} rows: {shown}"
    if matches:
        (match,) = matches
        return (PortalState.UNKNOWN, f"{shown}: {match.contradiction}") if match.contradiction else (match.state, shown)
    if lookalikes:
        return PortalState.UNKNOWN, f"{lookalikes} rows have our amount and payee, but not our reference"
    return PortalState.ABSENT, f"not among {len(reading.rows)} rows"
