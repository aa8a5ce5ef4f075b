"""Tasks that nobody's case opened, in the reader's language: they are kept in English, in sentences known here."""

import re
from functools import cache

from console.language import Language, message

_FIELD = re.compile(r"%\\\((\w+)\\\)s")
_PARTS = (
    message("it waits for its release"),
    message("it is released and waits for the bot"),
    message("the bank has it and waits for a signature"),
    message("the bank has it and does not show yet that it is executed"),
)
"""What can stand in a sentence as its `why`."""

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
    if not language.translations:
        return text
    for sentence in _SENTENCES:
        found = _form(sentence).fullmatch(text)
        if found:
            fields = {
                name: language.gettext(said) if said in _PARTS else said for name, said in found.groupdict().items()
            }
            return language.gettext(sentence) % fields
    return text


@cache
def _form(sentence: str) -> re.Pattern[str]:
    return re.compile(_FIELD.sub(r"(?P<\1>.+)", re.escape(sentence)), re.DOTALL)
