"""The conflict report as sheets for a spreadsheet."""

from collections.abc import Callable
from datetime import datetime

from console.control_words import SEVERITIES
from console.language import Language, message
from console.rendering import label
from console.views.controls import ControlsView, Happened
from console.views.proposals import ChangeView
from formats.sheets import Sheet

HAPPENED, HELD, EXCEPTIONS = "happened", "held", "exceptions"
_NAMES = {
    HAPPENED: message("What happened"),
    HELD: message("Who holds both"),
    EXCEPTIONS: message("Exceptions"),
}
_HEADINGS = {
    HAPPENED: (
        message("Case"),
        message("What for"),
        message("Person"),
        message("One function"),
        message("Other function"),
        message("Severity"),
        message("Exception"),
    ),
    HELD: (message("Person"), message("One function"), message("Other function"), message("By")),
    EXCEPTIONS: (
        message("Exception"),
        message("Why"),
        message("Proposed by"),
        message("Signed by"),
        message("From"),
        message("Until"),
        message("Ended by"),
    ),
}
Moment = Callable[[datetime], str]


def sheets_of(found: ControlsView, language: Language, moment: Moment) -> dict[str, Sheet]:
    """One sheet for each list of the report, all lines of it; `moment` writes a time."""
    rows: dict[str, list[tuple[str, ...]]] = {
        HAPPENED: [_happened(each, language, moment) for each in found.happened],
        HELD: [(each.person, one, other, "; ".join(each.by)) for each in found.held for one, other in each.pairs],
        EXCEPTIONS: [_exception(each, moment) for each in (*found.running, *found.over)],
    }
    return {
        code: Sheet(
            name=language.gettext(_NAMES[code]),
            headings=tuple(language.gettext(each) for each in _HEADINGS[code]),
            rows=tuple(lines),
        )
        for code, lines in rows.items()
    }


def _happened(each: Happened, language: Language, moment: Moment) -> tuple[str, ...]:
    severity = label(language, SEVERITIES, each.severity)
    exception = moment(each.exception.ends_at) if each.exception and each.exception.ends_at else ""
    return (each.case, each.title, each.person, each.one, each.other, severity, exception)


def _exception(each: ChangeView, moment: Moment) -> tuple[str, ...]:
    times = tuple(moment(at) if at else "" for at in (each.signed_at, each.ends_at))
    return (each.what, each.reason, each.proposed_by, each.signed_by, *times, each.ended_by)
