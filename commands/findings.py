"""What bots noticed about portals, as a table."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from models.portal import FindingKind
from store.portal_findings import StoredFinding


def draw_findings(console: Console, found: Sequence[StoredFinding]) -> None:
    if not found:
        console.print("Everything stands where the bots know it.")
        return
    table = Table("Portal", "What", "Noticed", "Times", "Last")
    table.add_column("Note", no_wrap=True)
    for each in found:
        last = each.last_seen.isoformat(timespec="minutes")
        what = f"{each.finding.element} {each.finding.sought}".strip()
        # Portals choose these texts: none of it is markup.
        cells = (each.portal, what, _noticed(each), str(each.times), last, each.id)
        table.add_row(*map(escape, cells))
    console.print(table)


def _noticed(each: StoredFinding) -> str:
    finding = each.finding
    if each.settled_by:
        return f"seen to by {each.settled_by}: {each.comment}"
    if finding.kind is FindingKind.BLOCKED:
        return "asked for by a page; not let out"
    return f"by {finding.found_by} instead of {finding.expected_by}, as {finding.found!r}"
