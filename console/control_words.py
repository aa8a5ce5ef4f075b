"""Who may do what, in the words and names of one reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.formatting import money
from console.language import Language, message
from console.names import Names
from console.rendering import label
from console.rule_words import table_title
from console.segregation_words import FUNCTIONS, MAY
from console.words import ROLES
from finance.segregation import (
    ABOUT_PAYEES,
    ABOUT_RULES,
    Function,
    SegregationException,
    SegregationPair,
    SegregationPolicy,
)
from models.authority import RightLimit
from models.base import Model
from store.holdings import Holding, Source
from store.signed_changes import ChangeKind, Content, ManagerOf, PersonRights

SEVERITIES = {
    "forbidden": message("Forbidden"),
    "reported": message("Allowed, reported"),
    "allowed": message("Allowed"),
}
MEANINGS = {
    "forbidden": message(
        "Whoever did one of them is refused the other. Two signatures may except one person for a time."
    ),
    "reported": message("One person may do both; the conflict report names them."),
    "allowed": message("One person may do both, and no report names it. The pair leaves the list."),
}
_ACCOUNT_OF = message("Account of %(vendor)s")
_BY = {
    Source.DELEGATION: message("stands in for %(name)s"),
    Source.BOT: message("answers for the bot at %(name)s"),
    Source.RULE: message("wrote in or published the rule %(name)s"),
    Source.PAYEE_ACCOUNT: message("changed or confirmed the account of %(name)s"),
}
_EXCEPTED = message("%(person)s may both %(one)s and %(other)s")
_PAIR = message("“%(one)s” and “%(other)s” by one person: %(severity)s")
_LIMITS = message("%(person)s may approve within other limits than before")
_MANAGER = message("%(manager)s is above %(person)s")
_NOBODY_ABOVE = message("Nobody is above %(person)s")
NO_LIMITS = message("no limit beside their roles")
NOBODY = message("nobody")
_UP_TO = message("up to %(amount)s")
_ANY_AMOUNT = message("any amount")
_ANY_CENTRE = message("every cost centre")
_ANY_ENTITY = message("every company")
_ABOUT = {
    ChangeKind.PAIR: message("What becomes of both"),
    ChangeKind.RIGHTS: message("May approve"),
    ChangeKind.MANAGER: message("Manager"),
}


class Difference(Model):
    """What holds now and what would hold, a text for each part."""

    about: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Before:
    """What holds now, which proposals are compared with."""

    policy: SegregationPolicy
    limits: tuple[RightLimit, ...]
    managers: Mapping[str, str]


class Words:
    """Names and words of one reader."""

    def __init__(self, names: Names, language: Language) -> None:
        self.names, self.language = names, language

    def did(self, function: Function) -> str:
        return label(self.language, FUNCTIONS, function)

    def may(self, function: Function) -> str:
        """What somebody can do in any case; what they did to a rule or an account is done."""
        is_done = function in ABOUT_RULES | ABOUT_PAYEES
        return self.did(function) if is_done else label(self.language, MAY, function)

    def say(self, sentence: str, **parts: str) -> str:
        return self.language.gettext(sentence) % parts

    def source(self, holding: Holding) -> str:
        if holding.source is Source.ROLE:
            return label(self.language, ROLES, holding.origin)
        name = {
            Source.DELEGATION: self.names.person,
            Source.BOT: self.names.portal,
            Source.RULE: lambda table: table_title(self.language, table),
            Source.PAYEE_ACCOUNT: self.names.vendor,
        }[holding.source](holding.origin)
        return self.say(_BY[holding.source], name=name)

    def account_of(self, vendor: str) -> str:
        return self.say(_ACCOUNT_OF, vendor=self.names.vendor(vendor))

    def change(self, content: Content) -> str:
        match content:
            case SegregationException(person=person, one=one, other=other):
                parts = {"one": self.may(one), "other": self.may(other)}
                return self.say(_EXCEPTED, person=self.names.person(person), **parts)
            case SegregationPair(one=one, other=other, severity=severity):
                parts = {"one": self.did(one), "other": self.did(other)}
                return self.say(_PAIR, severity=label(self.language, SEVERITIES, severity), **parts)
            case PersonRights(person=person):
                return self.say(_LIMITS, person=self.names.person(person))
            case ManagerOf(person=person, manager=manager):
                below = self.names.person(person)
                above = self.names.person(manager)
                return (
                    self.say(_MANAGER, manager=above, person=below)
                    if manager
                    else self.say(_NOBODY_ABOVE, person=below)
                )

    def limit(self, limit: RightLimit) -> str:
        amount = (
            self.say(_UP_TO, amount=money(limit.limit, self.language.locale)) if limit.limit else self.say(_ANY_AMOUNT)
        )
        centre = self.names.cost_centre(limit.cost_centre) if limit.cost_centre else self.say(_ANY_CENTRE)
        entity = self.names.entity(limit.entity) if limit.entity else self.say(_ANY_ENTITY)
        return " · ".join((amount, centre, entity))

    def limits(self, limits: Iterable[RightLimit]) -> tuple[str, ...]:
        return tuple(self.limit(each) for each in limits) or (self.say(NO_LIMITS),)

    def manager(self, manager: str) -> str:
        return self.names.person(manager) if manager else self.say(NOBODY)

    def difference(self, content: Content, before: Before) -> Difference | None:
        """None for an exception, which says by itself what it allows until when."""
        old: tuple[str, ...]
        new: tuple[str, ...]
        match content:
            case SegregationPair(one=one, other=other, severity=severity):
                kind, codes = ChangeKind.PAIR, (before.policy.severity(one, other), severity)
                old, new = ((label(self.language, SEVERITIES, code),) for code in codes)
            case PersonRights(person=person, limits=limits):
                mine = [each for each in before.limits if each.person == person]
                kind, old, new = ChangeKind.RIGHTS, self.limits(mine), self.limits(limits)
            case ManagerOf(person=person, manager=manager):
                present = before.managers.get(person, "")
                kind, old, new = ChangeKind.MANAGER, (self.manager(present),), (self.manager(manager),)
            case SegregationException():
                return None
        return Difference(about=self.say(_ABOUT[kind]), before=old, after=new)
