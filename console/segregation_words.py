"""What people do to a document, and why one person may not do two of these things, in the reader's words."""

import re

from console.language import Language, message

FUNCTIONS = {
    "requested_purchase": message("requested the purchase"),
    "approved_purchase": message("approved the purchase"),
    "received_goods": message("received the goods"),
    "entered_invoice": message("entered the invoice"),
    "resolved_exception": message("resolved an exception of the invoice"),
    "approved_invoice": message("approved the invoice"),
    "changed_payee_account": message("changed the payee's account"),
    "confirmed_payee_account": message("confirmed the payee's account"),
    "released_payment": message("released the payment"),
    "attested_outcome": message("attested the outcome on the portal"),
    "took_order": message("took the customer's order"),
    "approved_credit": message("approved the credit"),
    "delivered_goods": message("delivered the goods"),
    "wrote_rule": message("wrote in the draft of a rule"),
    "published_rule": message("published the rule"),
    "asked_recall": message("asked for the recall of a rule"),
    "confirmed_recall": message("confirmed the recall of a rule"),
    "owned_bot": message("answers for the bot that enters the payment"),
}
"""What a person did, by its code."""

MAY = {
    "requested_purchase": message("request the purchase"),
    "approved_purchase": message("approve the purchase"),
    "received_goods": message("receive the goods"),
    "entered_invoice": message("enter the invoice"),
    "resolved_exception": message("resolve an exception of the invoice"),
    "approved_invoice": message("approve the invoice"),
    "changed_payee_account": message("change the payee's account"),
    "confirmed_payee_account": message("confirm the payee's account"),
    "released_payment": message("release the payment"),
    "attested_outcome": message("attest the outcome on the portal"),
    "took_order": message("take the customer's order"),
    "approved_credit": message("approve the credit"),
    "delivered_goods": message("deliver the goods"),
    "wrote_rule": message("write in its draft"),
    "published_rule": message("publish it"),
    "asked_recall": message("ask for its recall"),
    "confirmed_recall": message("confirm it"),
    "owned_bot": message("answer for the bot that enters the payment"),
}
"""What a person may do, by the same code; of rules, what they may do to the one that was spoken of."""

_MAY_NOT = message("Whoever %(one)s may not %(other)s.")
_MAY_NEVER = message("Whoever %(one)s may never %(other)s: nobody can allow that, not even two people.")
_SENTENCE = re.compile(r"Whoever ([^.]+) may not ([^.]+)\. ?")
_NEVER = re.compile(r"Whoever ([^.]+) may never ([^.]+): nobody can allow that, not even two people\.")


def segregation_sentence(language: Language, text: str) -> str:
    """One or several sentences of segregation in `language`; empty where `text` is anything else."""
    never = _NEVER.fullmatch(text)
    if never:
        return _said(language, _MAY_NEVER, *never.groups())
    if not re.fullmatch(f"(?:{_SENTENCE.pattern})+", text):
        return ""
    return " ".join(_said(language, _MAY_NOT, *found.groups()) for found in _SENTENCE.finditer(text))


def _said(language: Language, sentence: str, one: str, other: str) -> str:
    return language.gettext(sentence) % {"one": language.gettext(one), "other": language.gettext(other)}
