"""Tasks in the reader's language: they are kept in English, in sentences known here."""

import re
from collections.abc import Sequence
from functools import cache

from console.language import Language, message

_FIELD = re.compile(r"%\\\((\w+)\\\)s")
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
)
"""What can stand in a sentence as its `what`."""

_SENTENCES = (
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


def task_words(language: Language, text: str) -> str:
    """A task's title or message in `language`; one that is not known is given as it is."""
    return _translated(language, _SENTENCES, text) if language.translations else text


def _translated(language: Language, sentences: Sequence[str], text: str) -> str:
    for sentence in sentences:
        found = _form(sentence).fullmatch(text)
        if found:
            fields = {name: _field(language, name, said) for name, said in found.groupdict().items()}
            return language.gettext(sentence) % fields
    return text


def _field(language: Language, name: str, said: str) -> str:
    if name == "what":
        return _translated(language, _WORK, said)
    if name == "why":
        return "; ".join(_translated(language, _PARTS, part) for part in said.split("; "))
    return said


@cache
def _form(sentence: str) -> re.Pattern[str]:
    return re.compile(_FIELD.sub(r"(?P<\1>.+)", re.escape(sentence)), re.DOTALL)
