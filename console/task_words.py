"""Tasks in the reader's language: they are kept in English, in sentences known here."""

import re
from collections.abc import Sequence
from functools import cache

from console.error_words import in_words
from console.language import Language, message
from console.match_words import FIELD, match_words
from console.words import TASK_KINDS
from models.matching import ExceptionKind

_PARTS = (
    message("it waits for its release"),
    message("it is released and waits for the bot"),
    message("the bank has it and waits for a signature"),
    message("the bank has it and does not show yet that it is executed"),
    message("the bot's signature was cancelled"),
    message("no login that signs is stored, so it is signed in the bank's own way"),
    message("both logins belong to %(signer)s, and two people have to sign"),
    message("the login that signs belongs to %(signer)s, who has not released this payment"),
    message("a person has taken it over, and the portal does not show it yet"),
    message("our reference stands on the portal"),
    message("%(count)s entries have our amount and payee but not our reference"),
    message("the portal's answer reads as %(state)s, not as absent"),
    message("it was taken before %(time)s, until when the entry could still appear"),
    message("the login that may have sent the request was still alive"),
    message("the list was not read to its last page (%(count)s rows read)"),
    message("no entry known to be there was seen in the list"),
)
"""What can stand in a sentence as its `why`, one after the other."""

_WORK = (
    message("Pay %(amount)s to %(payee)s, %(iban)s"),
    message("Sign the payment of %(amount)s to %(payee)s, %(iban)s"),
    message("Post invoice %(number)s of %(vendor)s, %(amount)s"),
    message("Register invoice %(number)s to %(buyer)s, %(amount)s"),
    message("Fetch the bank's report on %(reference)s"),
    message("Fetch the receipt of %(invoice)s"),
    message("Fetch the statement of %(day)s"),
    message("Try out %(portal)s"),
)
"""What a bot does; it can stand in a sentence as its `what`."""

WHAT = (
    *_WORK,
    message("Requisition %(number)s"),
    message("Invoice %(number)s"),
    message("Order %(number)s"),
    message("The bank statement of %(day)s"),
)
"""Everything that can stand in a sentence as its `what`."""

SENTENCES = (
    message("%(kind)s: invoice %(number)s of %(vendor)s"),
    message("%(amount)s from an unnamed payer is not applied"),
    message("%(amount)s from %(payer)s is not applied"),
    message("The payment names no open invoice of ours."),
    message("The payment names %(invoices)s; nobody but a person can divide it."),
    message("%(amount)s of %(invoice)s stay open."),
    message("%(invoice)s is paid, and %(amount)s came in beyond it."),
    message("%(invoice)s is paid in full."),
    message("%(amount)s came in for %(invoice)s, which is in %(currency)s."),
    message("No message reaches %(person)s"),
    message(
        "A message to %(person)s arrived nowhere; what waits for them stands in their inbox. Tell them, and have them "
        "put their places for messages right.\n%(problems)s"
    ),
    message("%(what)s cannot go on"),
    message("The step took too long or was interrupted."),
    message("The bank sent a file that is no statement."),
    message("It was changed while the bot entered it. Nothing was sent."),
    message("Nobody gave %(portal)s the code that it sent in time."),
    message("Invoice %(number)s of %(vendor)s will miss the cut-off"),
    message(
        "To arrive on %(day)s the payment has to be at the bank by %(time)s (%(zone)s), and it waits for the payment "
        "run of %(run)s. Put it forward where it has to be in time."
    ),
    message("To arrive on %(day)s the payment has to be at the bank by %(time)s (%(zone)s), and %(why)s."),
    message("%(portal)s does not work"),
    message(
        "A bot tried out %(portal)s without changing anything and failed: %(problem)s. Payments, signatures, bookings "
        "and registrations there wait until it succeeds. What is to be executed today has to be at the bank by "
        "%(time)s."
    ),
    message("%(portal)s wants a code"),
    message("%(portal)s sent a code by SMS; type it in within %(minutes)s minutes. A bot holds the browser meanwhile."),
    message(
        "%(portal)s wants to be confirmed on a phone within %(minutes)s minutes. A bot holds the browser meanwhile."
    ),
    message("The login of %(portal)s was refused"),
    message(
        "The portal said: %(problem)s It was tried once and is not tried again, so that the login is not locked. "
        "Store the right password with `%(command)s`."
    ),
    message("The login of %(portal)s expires on %(day)s"),
    message(
        "The password of %(portal)s expires on %(day)s. Change it on the portal, then store it with `%(command)s`."
    ),
    message("%(what)s: stopped"),
    message("%(what)s: unclear"),
    message("%(what)s: rejected"),
    message("%(what)s: taken over"),
    message("%(what)s: waiting"),
    message("The portal's confirmation page shows something other than what was approved. Nothing was sent."),
    message("The portal refused it: %(said)s"),
    message("The portal rejected it: %(said)s. It says why: %(reason)s"),
    message("The portal rejected it: %(said)s"),
    message("The bank has it and executes it once it is signed (%(said)s): %(why)s."),
    message("A person carries this out; the bot only looks: %(why)s"),
    message("It was sent, and the portal does not show clearly what became of it: %(why)s"),
    message("The bot broke off before anything was sent. The log of the bots' worker says why."),
    message("%(count)s tries came to nothing; a person has to look."),
    message("%(title)s: runs were missed"),
    message(
        "%(title)s could not begin in time %(count)s time(s), because nothing worked here then. It is not made up for "
        "by itself: run it once now if it is still wanted."
    ),
    message(
        "%(title)s could not begin in time %(count)s time(s), because nothing worked here then. The payments that "
        "waited for it (%(payments)s) begin without it."
    ),
    message("%(title)s: payments do not wait for it any more"),
    message(
        "%(title)s is paused, and %(count)s payment(s) waited for its next run. They begin by themselves at %(time)s, "
        "and new ones at once. To hold money back, pause the bank's portal."
    ),
    message("%(title)s: nothing came of it"),
    message(
        "%(title)s has run and produced nothing within %(minutes)s minutes. Look at what it asked for, or run it once "
        "more."
    ),
)

_LONGEST = 2000
"""Of a message that is no list of the match's reasons; a longer one is foreign, and not worth the search."""
_SHAPES = {"kind": "|".join(kind.replace("_", " ").capitalize() for kind in ExceptionKind)}


def task_words(language: Language, text: str) -> str:
    """A task's title or message, or a bot's work, in `language`; one that is not known is given as it is."""
    if not language.translations:
        return text
    told = match_words(language, text)
    if told == text and len(text) <= _LONGEST:
        told = _translated(language, (*SENTENCES, *_WORK), text)
    return told if told != text else in_words(language, text)


def _translated(language: Language, sentences: Sequence[str], text: str) -> str:
    for sentence in sentences:
        found = _form(sentence).fullmatch(text)
        if found:
            fields = {name: _field(language, name, said) for name, said in found.groupdict().items()}
            return language.gettext(sentence) % fields
    return text


def _field(language: Language, name: str, said: str) -> str:
    if name == "what":
        return _translated(language, WHAT, said)
    if name == "why":
        return "; ".join(_translated(language, _PARTS, part) for part in said.split("; "))
    if name == "kind":
        return language.gettext(TASK_KINDS.get(said.lower().replace(" ", "_"), said))
    return said


@cache
def _form(sentence: str) -> re.Pattern[str]:
    fields = FIELD.sub(lambda found: f"(?P<{found[1]}>{_SHAPES.get(found[1], '.+')})", re.escape(sentence))
    return re.compile(fields, re.DOTALL)
