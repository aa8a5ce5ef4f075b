"""Segregation of duties for those who watch over it: what happened, who holds two functions, and what is excepted."""

from collections.abc import Iterable, Mapping, Sequence

from console.context import ConsoleContext
from console.control_words import Words
from console.language import Language
from console.names import Names
from console.views.proposals import ChangeView, change_views
from finance.conformance import LoggedAct, Violation, violations
from finance.segregation import Function, SegregationException, SegregationPolicy, Severity, may_be_excepted
from models.base import Model
from models.party import Person
from store.cases import case_titles
from store.conflict_report import ConflictReport, PossibleConflict, conflict_report
from store.reads import View
from store.segregation import payee_of_history
from store.signed_changes import PROPOSERS, SignedChange, changes, segregation_at


class Happened(Model):
    """One person had two functions in one case."""

    case: str
    """Empty where it is the account of a vendor and no case."""
    title: str
    person: str
    one: str
    other: str
    severity: Severity
    exception: ChangeView | None
    """What allowed it to this person, now or at its time."""


class Held(Model):
    """One person holds functions that are kept apart in every case."""

    person: str
    pairs: tuple[tuple[str, str], ...]
    by: tuple[str, ...]
    """What gives them these, in words."""


class PairChoice(Model):
    code: str
    """`one|other`"""
    words: str


class Checked(Model):
    """What the check of an event log found."""

    acts: int
    found: tuple[Happened, ...]
    idle: tuple[str, ...]
    """Activities that counted for nothing, because they are no function by name."""


class ControlsView(Model):
    happened: tuple[Happened, ...]
    held: tuple[Held, ...]
    proposals: tuple[ChangeView, ...]
    running: tuple[ChangeView, ...]
    over: tuple[ChangeView, ...]
    """Exceptions whose time has passed, the newest first."""
    pairs: tuple[PairChoice, ...]
    """What can be excepted."""
    may_propose: bool


def controls_view(
    view: View, context: ConsoleContext, names: Names, language: Language, reader: Person
) -> ControlsView:
    now, words = context.store.now(), Words(names, language)
    signed = changes(view, context.tenant)
    shown = change_views(signed, words, reader, now)
    report = conflict_report(view, context.tenant, now)
    exceptions = [each for each in signed if isinstance(each.content, SegregationException) and each.signed_at]
    return ControlsView(
        happened=_happened(view, context.tenant, words, report, exceptions, shown),
        held=_held(words, report.possible),
        proposals=tuple(shown[each.id] for each in signed if each.is_open),
        running=tuple(shown[each.id] for each in exceptions if each.is_running(now)),
        over=tuple(shown[each.id] for each in reversed(exceptions) if not each.is_running(now)),
        pairs=_pairs(words, segregation_at(signed, now)),
        may_propose=bool(reader.roles & set(PROPOSERS)),
    )


def checked_log(
    view: View,
    context: ConsoleContext,
    names: Names,
    language: Language,
    acts: Sequence[LoggedAct],
    named: Mapping[str, Function],
) -> Checked:
    """A log by the pairs and exceptions in force now."""
    policy = segregation_at(changes(view, context.tenant), context.store.now())
    words = Words(names, language)
    activities = dict.fromkeys(act.activity for act in acts)
    return Checked(
        acts=len(acts),
        found=tuple(_one(words, each, {}, None) for each in violations(acts, named, policy)),
        idle=tuple(each for each in activities if each not in named and each not in set(Function)),
    )


def _happened(
    view: View,
    tenant: str,
    words: Words,
    report: ConflictReport,
    exceptions: Iterable[SignedChange],
    shown: dict[str, ChangeView],
) -> tuple[Happened, ...]:
    titles = case_titles(view, tenant)
    allowed = {
        (content.person, content.key): shown[each.id]
        for each in exceptions
        if isinstance(content := each.content, SegregationException)
    }
    found = [
        _one(words, each, titles, allowed.get((each.person, frozenset({each.one, each.other}))))
        for each in report.actual
    ]
    return tuple(sorted(found, key=lambda each: (each.severity is not Severity.FORBIDDEN, each.case, each.person)))


def _one(words: Words, found: Violation, titles: dict[str, str], exception: ChangeView | None) -> Happened:
    vendor = payee_of_history(found.case)
    return Happened(
        case="" if vendor else found.case,
        title=words.account_of(vendor) if vendor else titles.get(found.case, found.case),
        person=words.names.person(found.person),
        one=words.did(found.one),
        other=words.did(found.other),
        severity=found.severity,
        exception=exception,
    )


def _held(words: Words, possible: Iterable[PossibleConflict]) -> tuple[Held, ...]:
    by_person: dict[str, list[PossibleConflict]] = {}
    for each in possible:
        by_person.setdefault(each.person, []).append(each)
    lines = [
        Held(
            person=words.names.person(person),
            pairs=tuple((words.may(each.one), words.may(each.other)) for each in found),
            by=tuple(dict.fromkeys(words.source(holding) for each in found for holding in each.holdings)),
        )
        for person, found in by_person.items()
    ]
    return tuple(sorted(lines, key=lambda line: line.person))


def _pairs(words: Words, policy: SegregationPolicy) -> tuple[PairChoice, ...]:
    forbidden = [sorted(pair) for pair, severity in policy.pairs.items() if severity is Severity.FORBIDDEN]
    return tuple(
        PairChoice(code=f"{one}|{other}", words=f"{words.may(one)} – {words.may(other)}")
        for one, other in sorted(forbidden)
        if may_be_excepted(one, other)
    )
