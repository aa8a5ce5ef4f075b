"""Segregation of duties: which two functions nobody may have in the history of one document.

It looks at the person. Signing in with another account of the same person changes nothing.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from models.approval import Involvement
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
    }
)
"""Unordered pairs: each holds whichever of the two came first.

A requester may receive what they asked for and an approver may receive too: in a company of a dozen people the one who
needs the goods is the one who stands beside them. Money leaves only by somebody with no other part in it.
"""

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
}


def conflicts(person: str, function: Function, history: Iterable[Involvement]) -> tuple[str, ...]:
    """One sentence for every earlier involvement that forbids `person` to take on `function`; empty when allowed.

    `history` spans the whole chain of the document: request, order, receipt, invoice, payment and the payee's account.
    Raises BusinessError `segregation.unknown_function` for an involvement that the pairs do not know, whoever's it is.
    """
    earlier = [(each.person, _known(each)) for each in history]
    held = {known for who, known in earlier if who == person and _conflict(known, function)}
    return tuple(f"Whoever {_WORDS[known][0]} may not {_WORDS[function][1]}." for known in sorted(held))


def excluded_people(function: Function, history: Sequence[Involvement], people: Iterable[str]) -> dict[str, str]:
    """Who of `people` may not take on `function`, each with the sentences that say why."""
    reasons = {person: conflicts(person, function, history) for person in people}
    return {person: " ".join(sentences) for person, sentences in reasons.items() if sentences}


def _conflict(one: Function, other: Function) -> bool:
    return (one, other) in CONFLICTS or (other, one) in CONFLICTS


def _known(involvement: Involvement) -> Function:
    try:
        return Function(involvement.function)
    except ValueError:
        known = ", ".join(Function)
        raise BusinessError(
            "segregation.unknown_function",
            f"{involvement.person} has the unknown function {involvement.function!r}; known are {known}",
        ) from None
