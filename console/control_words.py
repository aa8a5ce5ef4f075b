"""Who may do what, in the words and names of one reader."""

from console.language import Language, message
from console.names import Names
from console.rendering import label
from console.rule_words import table_title
from console.segregation_words import FUNCTIONS, MAY
from console.words import ROLES
from finance.segregation import ABOUT_PAYEES, ABOUT_RULES, Function, SegregationException, SegregationPair, Severity
from store.holdings import Holding, Source
from store.signed_changes import Content, ManagerOf, PersonRights

SEVERITIES = {
    "forbidden": message("Forbidden"),
    "reported": message("Allowed, reported"),
}
_ACCOUNT_OF = message("Account of %(vendor)s")
_BY = {
    Source.DELEGATION: message("stands in for %(name)s"),
    Source.BOT: message("answers for the bot at %(name)s"),
    Source.RULE: message("wrote in or published the rule %(name)s"),
    Source.PAYEE_ACCOUNT: message("changed or confirmed the account of %(name)s"),
}
_EXCEPTED = message("%(person)s may both %(one)s and %(other)s")
_PAIR = {
    Severity.FORBIDDEN: message("Nobody may both %(one)s and %(other)s"),
    Severity.REPORTED: message("Allowed and reported: to %(one)s and to %(other)s"),
    Severity.ALLOWED: message("Allowed: to %(one)s and to %(other)s"),
}
_LIMITS = message("%(person)s may approve within other limits than before")
_MANAGER = message("%(manager)s is above %(person)s")


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
                return self.say(_PAIR[severity], one=self.may(one), other=self.may(other))
            case PersonRights(person=person):
                return self.say(_LIMITS, person=self.names.person(person))
            case ManagerOf(person=person, manager=manager):
                above = self.names.person(manager) if manager else "–"
                return self.say(_MANAGER, manager=above, person=self.names.person(person))
