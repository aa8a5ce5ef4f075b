"""Segregation of duties: which two functions nobody may have in the history of one document.

It looks at the person. Signing in with another account of the same person changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from models.approval import Involvement
from models.base import Model
from models.errors import BusinessError


class Function(StrEnum):
    """What a person can have done to a document or its payee; the value of `Involvement.function`."""

    REQUESTED_PURCHASE = "requested_purchase"
    APPROVED_PURCHASE = "approved_purchase"
    RECEIVED_GOODS = "received_goods"
    ENTERED_INVOICE = "entered_invoice"
    RESOLVED_EXCEPTION = "resolved_exception"
    APPROVED_INVOICE = "approved_invoice"
    CHANGED_PAYEE_ACCOUNT = "changed_payee_account"
    CONFIRMED_PAYEE_ACCOUNT = "confirmed_payee_account"
    RELEASED_PAYMENT = "released_payment"
    ATTESTED_OUTCOME = "attested_outcome"
    TOOK_ORDER = "took_order"
    APPROVED_CREDIT = "approved_credit"
    DELIVERED_GOODS = "delivered_goods"
    WROTE_RULE = "wrote_rule"
    PUBLISHED_RULE = "published_rule"
    ASKED_RECALL = "asked_recall"
    CONFIRMED_RECALL = "confirmed_recall"
    OWNED_BOT = "owned_bot"


ABOUT_RULES = frozenset(
    {Function.WROTE_RULE, Function.PUBLISHED_RULE, Function.ASKED_RECALL, Function.CONFIRMED_RECALL}
)
"""What a person can have done to a version of a decision table, which has a history of its own."""

ABOUT_PAYEES = frozenset({Function.CHANGED_PAYEE_ACCOUNT, Function.CONFIRMED_PAYEE_ACCOUNT})
"""What a person can have done to the account of whoever is paid, which has a history of its own, too."""

CONFLICTS: frozenset[tuple[Function, Function]] = frozenset(
    {
        (Function.REQUESTED_PURCHASE, Function.APPROVED_PURCHASE),
        (Function.REQUESTED_PURCHASE, Function.RESOLVED_EXCEPTION),
        (Function.REQUESTED_PURCHASE, Function.APPROVED_INVOICE),
        (Function.REQUESTED_PURCHASE, Function.RELEASED_PAYMENT),
        (Function.APPROVED_PURCHASE, Function.RELEASED_PAYMENT),
        (Function.RECEIVED_GOODS, Function.RESOLVED_EXCEPTION),
        (Function.RECEIVED_GOODS, Function.RELEASED_PAYMENT),
        (Function.ENTERED_INVOICE, Function.APPROVED_INVOICE),
        (Function.ENTERED_INVOICE, Function.CHANGED_PAYEE_ACCOUNT),
        (Function.ENTERED_INVOICE, Function.RELEASED_PAYMENT),
        (Function.RESOLVED_EXCEPTION, Function.APPROVED_INVOICE),
        (Function.RESOLVED_EXCEPTION, Function.RELEASED_PAYMENT),
        (Function.APPROVED_INVOICE, Function.RELEASED_PAYMENT),
        (Function.CHANGED_PAYEE_ACCOUNT, Function.CONFIRMED_PAYEE_ACCOUNT),
        (Function.CHANGED_PAYEE_ACCOUNT, Function.RELEASED_PAYMENT),
        (Function.RELEASED_PAYMENT, Function.ATTESTED_OUTCOME),
        (Function.TOOK_ORDER, Function.APPROVED_CREDIT),
        (Function.TOOK_ORDER, Function.RELEASED_PAYMENT),
        (Function.APPROVED_CREDIT, Function.RELEASED_PAYMENT),
        (Function.DELIVERED_GOODS, Function.RELEASED_PAYMENT),
        (Function.WROTE_RULE, Function.PUBLISHED_RULE),
        (Function.ASKED_RECALL, Function.CONFIRMED_RECALL),
        (Function.WROTE_RULE, Function.APPROVED_PURCHASE),
        (Function.WROTE_RULE, Function.APPROVED_INVOICE),
        (Function.WROTE_RULE, Function.RELEASED_PAYMENT),
        (Function.WROTE_RULE, Function.APPROVED_CREDIT),
        (Function.OWNED_BOT, Function.RELEASED_PAYMENT),
        (Function.CHANGED_PAYEE_ACCOUNT, Function.APPROVED_INVOICE),
    }
)
"""Unordered pairs that nobody may have in one history, as shipped: each holds whichever of the two came first.

A requester may receive what they asked for and an approver may receive too: in a company of a dozen people the one who
needs the goods is the one who stands beside them. Money leaves only by somebody with no other part in it.
"""

REPORTED: frozenset[tuple[Function, Function]] = frozenset(
    {
        (Function.PUBLISHED_RULE, Function.APPROVED_PURCHASE),
        (Function.PUBLISHED_RULE, Function.APPROVED_INVOICE),
        (Function.PUBLISHED_RULE, Function.RELEASED_PAYMENT),
        (Function.PUBLISHED_RULE, Function.APPROVED_CREDIT),
        (Function.WROTE_RULE, Function.REQUESTED_PURCHASE),
        (Function.APPROVED_PURCHASE, Function.RECEIVED_GOODS),
        (Function.REQUESTED_PURCHASE, Function.RECEIVED_GOODS),
    }
)
"""Pairs, as shipped, that are allowed and stand in the conflict report."""

NEVER_EXCEPTED: frozenset[tuple[Function, Function]] = frozenset(
    {
        (Function.REQUESTED_PURCHASE, Function.APPROVED_PURCHASE),
        (Function.REQUESTED_PURCHASE, Function.RELEASED_PAYMENT),
        (Function.CHANGED_PAYEE_ACCOUNT, Function.CONFIRMED_PAYEE_ACCOUNT),
        (Function.CHANGED_PAYEE_ACCOUNT, Function.RELEASED_PAYMENT),
        (Function.TOOK_ORDER, Function.APPROVED_CREDIT),
        (Function.WROTE_RULE, Function.PUBLISHED_RULE),
        (Function.ASKED_RECALL, Function.CONFIRMED_RECALL),
    }
)
"""One person's own approval of their own wish: no two signatures allow it, and no change of the pairs."""

_WORDS = {
    Function.REQUESTED_PURCHASE: ("requested the purchase", "request the purchase"),
    Function.APPROVED_PURCHASE: ("approved the purchase", "approve the purchase"),
    Function.RECEIVED_GOODS: ("received the goods", "receive the goods"),
    Function.ENTERED_INVOICE: ("entered the invoice", "enter the invoice"),
    Function.RESOLVED_EXCEPTION: ("resolved an exception of the invoice", "resolve an exception of the invoice"),
    Function.APPROVED_INVOICE: ("approved the invoice", "approve the invoice"),
    Function.CHANGED_PAYEE_ACCOUNT: ("changed the payee's account", "change the payee's account"),
    Function.CONFIRMED_PAYEE_ACCOUNT: ("confirmed the payee's account", "confirm the payee's account"),
    Function.RELEASED_PAYMENT: ("released the payment", "release the payment"),
    Function.ATTESTED_OUTCOME: ("attested the outcome on the portal", "attest the outcome on the portal"),
    Function.TOOK_ORDER: ("took the customer's order", "take the customer's order"),
    Function.APPROVED_CREDIT: ("approved the credit", "approve the credit"),
    Function.DELIVERED_GOODS: ("delivered the goods", "deliver the goods"),
    Function.WROTE_RULE: ("wrote in the draft of a rule", "write in its draft"),
    Function.PUBLISHED_RULE: ("published the rule", "publish it"),
    Function.ASKED_RECALL: ("asked for the recall of a rule", "ask for its recall"),
    Function.CONFIRMED_RECALL: ("confirmed the recall of a rule", "confirm it"),
    Function.OWNED_BOT: ("answers for the bot that enters the payment", "answer for the bot that enters the payment"),
}


class Severity(StrEnum):
    FORBIDDEN = "forbidden"
    REPORTED = "reported"
    """Allowed, and listed in the conflict report."""
    ALLOWED = "allowed"


class SegregationPair(Model):
    """What becomes of one person who has both functions in one history."""

    one: Function
    other: Function
    severity: Severity

    @property
    def key(self) -> frozenset[Function]:
        return frozenset({self.one, self.other})


class SegregationException(Model):
    """One person may have both functions until `ends_at`; two others signed it."""

    person: str
    one: Function
    other: Function
    ends_at: datetime
    reason: str

    @property
    def key(self) -> frozenset[Function]:
        return frozenset({self.one, self.other})


class SegregationPolicy(Model):
    """The pairs and exceptions in force at one moment."""

    pairs: Mapping[frozenset[Function], Severity]
    exceptions: tuple[SegregationException, ...] = ()

    def severity(self, one: Function, other: Function) -> Severity:
        return self.pairs.get(frozenset({one, other}), Severity.ALLOWED)

    def forbids(self, person: str, one: Function, other: Function) -> bool:
        """Whether `person` may not have both; an exception of theirs lifts what may be excepted."""
        pair = frozenset({one, other})
        is_excepted = any(each.person == person and each.key == pair for each in self.exceptions)
        return self.severity(one, other) is Severity.FORBIDDEN and (pair in _NEVER or not is_excepted)


_NEVER = frozenset(frozenset(pair) for pair in NEVER_EXCEPTED)
SHIPPED = SegregationPolicy(
    pairs={frozenset(pair): Severity.REPORTED for pair in REPORTED}
    | {frozenset(pair): Severity.FORBIDDEN for pair in CONFLICTS}
)
"""What holds until a company changes it."""


def policy_at(
    at: datetime, pairs: Iterable[SegregationPair], exceptions: Iterable[SegregationException]
) -> SegregationPolicy:
    """The shipped pairs with the company's own in their place, oldest first, and the exceptions not over at `at`.

    What may never be excepted stays forbidden, whatever `pairs` say.
    """
    own = {pair.key: pair.severity for pair in pairs if pair.key not in _NEVER}
    return SegregationPolicy(
        pairs={**SHIPPED.pairs, **own}, exceptions=tuple(each for each in exceptions if at < each.ends_at)
    )


def may_be_excepted(one: Function, other: Function) -> bool:
    return frozenset({one, other}) not in _NEVER


def refuse_never_excepted(one: Function, other: Function) -> None:
    """Raises BusinessError `segregation.never`."""
    if not may_be_excepted(one, other):
        raise BusinessError(
            "segregation.never",
            f"Whoever {_WORDS[one][0]} may never {_WORDS[other][1]}: nobody can allow that, not even two people.",
        )


def conflicts(
    person: str, function: Function, history: Iterable[Involvement], policy: SegregationPolicy = SHIPPED
) -> tuple[str, ...]:
    """One sentence for every earlier involvement that forbids `person` to take on `function`; empty when allowed.

    `history` spans the whole chain of the document: request, order, receipt, invoice, payment and the payee's account.
    Raises BusinessError `segregation.unknown_function` for an involvement that the pairs do not know, whoever's it is.
    """
    earlier = [(each.person, known_function(each)) for each in history]
    held = {known for who, known in earlier if who == person and policy.forbids(person, known, function)}
    return tuple(f"Whoever {_WORDS[known][0]} may not {_WORDS[function][1]}." for known in sorted(held))


def excluded_people(
    function: Function, history: Sequence[Involvement], people: Iterable[str], policy: SegregationPolicy = SHIPPED
) -> dict[str, str]:
    """Who of `people` may not take on `function`, each with the sentences that say why."""
    reasons = {person: conflicts(person, function, history, policy) for person in people}
    return {person: " ".join(sentences) for person, sentences in reasons.items() if sentences}


def known_function(involvement: Involvement) -> Function:
    """Raises BusinessError `segregation.unknown_function`."""
    try:
        return Function(involvement.function)
    except ValueError:
        known = ", ".join(Function)
        raise BusinessError(
            "segregation.unknown_function",
            f"{involvement.person} has the unknown function {involvement.function!r}; known are {known}",
        ) from None
