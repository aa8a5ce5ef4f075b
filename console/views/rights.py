"""People with their roles, managers and limits, and what a change of these would do."""

from collections.abc import Sequence

from console.context import ConsoleContext
from console.control_words import Words
from console.rule_words import table_title
from console.views.proposals import ChangeView, change_views
from finance.reporting_line import line_above
from models.authority import RightLimit
from models.base import Model
from models.money import Money
from models.party import Person, Role
from store.cases import case_of
from store.change_effects import moved_requests, tables_asking_managers
from store.masters import cost_centres
from store.reads import View
from store.signed_changes import PROPOSERS, PersonRights, SignedChange, changes, gains_by, limits_at


class PersonLine(Model):
    id: str
    name: str
    roles: tuple[Role, ...]
    manager: str
    limits: tuple[str, ...]
    """Empty where their roles alone bind them."""
    proposals: int
    """How many changes of their rights wait for a second signature."""


class PersonRightsView(Model):
    line: PersonLine
    above: tuple[str, ...]
    """Everybody above them, the nearest first."""
    below: tuple[str, ...]
    """Whose manager they are."""
    cost_centres: tuple[str, ...]
    """Which are theirs."""
    limits: tuple[RightLimit, ...]
    proposals: tuple[ChangeView, ...]
    past: tuple[ChangeView, ...]
    """What was signed or put aside, the newest first."""
    is_me: bool
    may_propose: bool


class MovedView(Model):
    request: str
    case: str
    title: str
    amount: Money
    is_gained: bool
    others: tuple[str, ...]


class LimitsPreview(Model):
    limits: tuple[str, ...]
    moved: tuple[MovedView, ...]


class ManagerPreview(Model):
    above: tuple[str, ...]
    """Everybody who would be above them, the nearest first."""
    limits: tuple[str, ...]
    """The limits of who would be next above; empty where their roles alone bind them."""
    tables: tuple[str, ...]
    """The tables in force that ask managers."""


def people_view(view: View, context: ConsoleContext, words: Words) -> tuple[PersonLine, ...]:
    """Everybody, by name."""
    signed = changes(view, context.tenant)
    limits = limits_at(signed, context.store.now())
    people = sorted(words.names.people.values(), key=lambda each: each.name)
    return tuple(_line(each, words, limits, signed) for each in people)


def person_view(view: View, context: ConsoleContext, words: Words, person: Person, reader: Person) -> PersonRightsView:
    now = context.store.now()
    signed = changes(view, context.tenant)
    limits = limits_at(signed, now)
    shown = change_views(signed, words, reader, now)
    theirs = [each for each in signed if gains_by(person.id, each.content)]
    name, everyone = words.names.person, words.names.people.values()
    return PersonRightsView(
        line=_line(person, words, limits, signed),
        above=tuple(name(each) for each in line_above(everyone, person.id)),
        below=tuple(sorted(each.name for each in everyone if each.manager == person.id)),
        cost_centres=tuple(
            words.names.cost_centre(each.id) for each in cost_centres(view, context.tenant) if each.owner == person.id
        ),
        limits=tuple(each for each in limits if each.person == person.id),
        proposals=tuple(shown[each.id] for each in theirs if each.is_open),
        past=tuple(shown[each.id] for each in reversed(theirs) if not each.is_open),
        is_me=person.id == reader.id,
        may_propose=person.id != reader.id and bool(reader.roles & set(PROPOSERS)),
    )


def limits_preview(view: View, context: ConsoleContext, words: Words, content: PersonRights) -> LimitsPreview:
    """What would hold, and which of the requests that wait now come to the person or leave them."""
    moved = [
        MovedView(
            request=each.request.id,
            case=each.request.case,
            title=each.request.title,
            amount=each.request.scope.amount
            if each.request.scope
            else case_of(view, context.tenant, each.request.case).total,
            is_gained=each.is_gained,
            others=tuple(words.names.person(one) for one in each.others),
        )
        for each in moved_requests(view, context.tenant, content, context.store.now())
    ]
    return LimitsPreview(limits=words.limits(content.limits), moved=tuple(moved))


def manager_preview(view: View, context: ConsoleContext, words: Words, manager: str) -> ManagerPreview:
    """What would follow from `manager`, who is nobody where it is empty."""
    now, people = context.store.now(), words.names.people.values()
    line = (manager, *line_above(people, manager)) if manager else ()
    limits = [each for each in limits_at(changes(view, context.tenant), now) if each.person == manager]
    tables = tables_asking_managers(view, context.tenant, now)
    return ManagerPreview(
        above=tuple(words.names.person(each) for each in line),
        limits=tuple(words.limit(each) for each in limits),
        tables=tuple(table_title(words.language, each) for each in tables),
    )


def _line(person: Person, words: Words, limits: Sequence[RightLimit], signed: Sequence[SignedChange]) -> PersonLine:
    return PersonLine(
        id=person.id,
        name=person.name,
        roles=tuple(sorted(person.roles)),
        manager=words.names.person(person.manager) if person.manager else "",
        limits=tuple(words.limit(each) for each in limits if each.person == person.id),
        proposals=sum(each.is_open and gains_by(person.id, each.content) for each in signed),
    )
