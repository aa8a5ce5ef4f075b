"""Refusals in the words of the person who meets them, with the way on."""

import re

from console.language import Language, message

HEADINGS = {
    "right.missing": message("You may not do this"),
    "form.foreign": message("This form has expired"),
    "approval.already_decided": message("Already decided"),
    "approval.not_yours": message("This approval is not yours to give"),
    "approval.segregation": message("Somebody else has to decide this"),
    "approval.changed": message("This has changed since you saw it"),
    "approval.no_reason": message("A rejection needs a reason"),
    "task.already_resolved": message("Already settled"),
    "task.segregation": message("Somebody else has to settle this"),
    "task.no_comment": message("A short reason is missing"),
    "order.unknown": message("There is no such order"),
    "case.unknown": message("There is no such case"),
    "approval.unknown": message("There is no such approval"),
    "task.unknown": message("There is no such task"),
    "receipt.segregation": message("Somebody else has to take in these goods"),
}

NEXT_STEPS = {
    "approval.segregation": message(
        "Nobody approves what they asked for or had another hand in. Your attempt is on record."
    ),
    "approval.not_yours": message("It went to other people. Your attempt is on record."),
    "approval.changed": message("Open it again, look at what is new, and decide then."),
    "form.foreign": message("Go back, open the page again and repeat what you did. Nothing was recorded."),
    "right.missing": message("If you need this, ask an administrator for the role. Nothing was recorded."),
}

_SENTENCES = (
    message("A rejection needs a reason, so that the requester can act on it."),
    message("Say in a few words why, for whoever reads this case later."),
    message("This approval is not yours to give."),
    message("Nothing is left to decide here."),
    message("What you saw has changed since; open it again before you decide."),
    message("Somebody settled this task already."),
    message("This login and password do not fit, or the login is locked for a while."),
    message("This form did not come from your session. Open the page again."),
    message("This form did not come from this site. Open the page again."),
    message("Choose one of the answers."),
    message("Choose to approve or to reject."),
    message("There is no such file."),
    message("say for at least one line how much came in"),
    message("say for at least one line how much was delivered"),
    message("the total rounds to zero; check quantities and prices"),
)
"""Sentences of the store that stand in the catalogue word for word."""

_PATTERNS = (
    (r"(?P<person>.+) may not do this; it takes the role (?P<role>.+)\.", message("It takes the role %(role)s.")),
    (r"There is no .+ '(?P<id>.+)'\.", message("%(id)s is not known here.")),
    (
        r"Already decided by (?P<who>.+) on (?P<day>\S+) at (?P<time>\S+) UTC: approve\.",
        message("%(who)s approved it on %(day)s at %(time)s UTC."),
    ),
    (
        r"Already decided by (?P<who>.+) on (?P<day>\S+) at (?P<time>\S+) UTC: reject\.",
        message("%(who)s rejected it on %(day)s at %(time)s UTC."),
    ),
    (
        r"(?P<day>\S+) has passed; give a day from (?P<today>\S+)",
        message("%(day)s has passed; give a day from %(today)s"),
    ),
    (
        r"(?P<quantity>\S+) is more than the (?P<left>\S+) still to come",
        message("%(quantity)s is more than the %(left)s still to come"),
    ),
    (
        r"(?P<quantity>\S+) is more than the (?P<left>\S+) still to deliver",
        message("%(quantity)s is more than the %(left)s still to deliver"),
    ),
    (r"(?P<vendor>.+) is blocked", message("%(vendor)s is blocked")),
    (r".+ is not a legal entity of this company", message("choose a company from the list")),
    (r".+ is not in the vendor master", message("choose a vendor from the list")),
    (r".+ is not a cost centre", message("choose a cost centre from the list")),
    (r".+ is none of goods.*", message("choose a category from the list")),
)


def in_words(language: Language, text: str) -> str:
    """A sentence of the store in `language`; one that is not known is given as it is."""
    for pattern, sentence in _PATTERNS:
        found = re.fullmatch(pattern, text)
        if found:
            return language.gettext(sentence) % found.groupdict()
    return language.gettext(text)
