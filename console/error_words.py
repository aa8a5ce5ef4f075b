"""Refusals in the words of the person who meets them, with the way on."""

import re

from console.language import Language, message
from console.rule_sentences import rule_sentence
from console.segregation_words import segregation_sentence

HEADINGS = {
    "right.missing": message("You may not do this"),
    "form.foreign": message("This form has expired"),
    "approval.already_decided": message("Already decided"),
    "approval.not_yours": message("This approval is not yours to give"),
    "approval.segregation": message("Somebody else has to decide this"),
    "approval.changed": message("This has changed since you saw it"),
    "approval.proof_needed": message("Is it you?"),
    "approval.no_reason": message("A rejection needs a reason"),
    "task.already_resolved": message("Already settled"),
    "task.segregation": message("Somebody else has to settle this"),
    "task.no_comment": message("A short reason is missing"),
    "task.no_proof": message("The proof is missing"),
    "task.portal_shows_it": message("The portal shows it"),
    "task.same_person": message("A second person has to confirm it"),
    "task.proposal_changed": message("This answer has changed since you saw it"),
    "attempt.ended": message("This try is over"),
    "portal.unknown": message("There is no such portal"),
    "finding.unknown": message("There is no such note about a portal"),
    "code.unknown": message("There is no such wish for a code"),
    "code.over": message("The bot does not wait any more"),
    "work.unknown": message("There is no such piece of work"),
    "work.over": message("This is over already"),
    "order.unknown": message("There is no such order"),
    "case.unknown": message("There is no such case"),
    "approval.unknown": message("There is no such approval"),
    "task.unknown": message("There is no such task"),
    "receipt.segregation": message("Somebody else has to take in these goods"),
    "passkey.unknown": message("There is no such passkey"),
    "passkey.none": message("You have no passkey yet"),
    "passkey.no_site": message("Passkeys do not work here"),
    "passkey.too_many": message("You have enough passkeys"),
    "target.unknown": message("There is no such place for messages"),
    "target.mail": message("Your e-mail address stays"),
    "rule.unknown_table": message("There is no such table"),
    "rule.unknown_draft": message("There is no such draft"),
    "rule.unknown_version": message("There is no such version"),
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
    message("Nobody answers a request twice, and they have answered this one."),
    message("It would come back to somebody who passed it on."),
    message("Choose a person, two functions and the last day."),
    message("Choose two different functions."),
    message("The change cannot be proposed yet."),
    message("It is like that already; propose something else."),
    message("Nobody is their own manager."),
    message("Nothing was changed; send it again with an explanation."),
    message("Only whoever asked for this may change it."),
    message("This is no exception that is in force."),
    message("A second person has to sign it; you proposed it yourself."),
    message("An exception needs an end that is still to come."),
    message("Somebody settled this proposal already."),
    message("Say why, for whoever has to sign it and whoever audits it."),
    message("This is no log of who did what in which case."),
    message("is missing; the first line names the columns case, activity and person"),
    message("Some activities name no function."),
    message("It would pass through more than two people."),
    message("Nothing is left to decide here."),
    message("What you saw has changed since; open it again before you decide."),
    message("Somebody settled this task already."),
    message("This login and password do not fit, or the login is locked for a while."),
    message("This form did not come from your session. Open the page again."),
    message("This form did not come from this site. Open the page again."),
    message("Choose one of the answers."),
    message("Give the proof: the bank's own words or number, or a file that shows it."),
    message("Only a PDF, a PNG or a JPEG can be handed in as proof."),
    message("The file is larger than 10 MB; hand in a smaller one."),
    message("The portal may still show it; answer this in a few minutes."),
    message("A second person has to confirm it; you proposed it yourself."),
    message("This answer is not proposed any more; open the task again."),
    message("This try is over already; open the task again."),
    message("It is carried out already and cannot be given up."),
    message("This is over; nothing is left to be put forward or off."),
    message("Say in a few words why, for whoever waits for it."),
    message("Give a day and a time."),
    message("Payments wait for this payment run: it stays one, and stays this company's. Pause it and set up another."),
    message("A code has three to twelve digits or letters; type it as the message on the phone shows it."),
    message("The bot does not wait for this code any more; it asks for a new one when it comes again."),
    message("Say in a few words what you did about it, or why it is harmless."),
    message("No fresh and complete look at the portal agrees."),
    message("Whoever carried it out does not attest it alone."),
    message("Choose to approve or to reject."),
    message("Choose at least one of them."),
    message("This passkey was not accepted. Try another one, or sign in by password."),
    message("This took too long, or it was answered already. Try again."),
    message("This login is locked for a while after wrong passwords."),
    message("You have no passkey yet. Add one under your name first."),
    message("There is no such passkey of yours; it may be removed already."),
    message(
        "Browsers give passkeys to sites with a host name and HTTPS alone; whoever runs this console can set them up."
    ),
    message("Give it a name of at most 60 characters, such as My phone."),
    message("Quiet hours need a beginning and another end."),
    message("Your e-mail address stays; put another one before it."),
    message("The stored address cannot be opened with this vault key; remove it and add it again."),
    message("No address for messages is set (TALLYWRIGHT_NOTIFY_URL)."),
    message("Apprise does not know such an address; it wants exactly one, for example ntfys://ntfy.sh/a-long-topic."),
    message("There is no such file."),
    message("Shipped with this version of Tallywright."),
    message("Mend the marked cells first; nothing is saved yet."),
    message("Say in a few words why, for whoever reads the history later."),
    message("The Excel file cannot be taken in as it is."),
    message(
        "The file was not exported from here, or its hidden sheet is damaged. Export the table again and put your rows "
        "into that file."
    ),
    message(
        "The table was changed by others since this file was exported. Export it again and repeat your changes there."
    ),
    message("The file is no Excel workbook (.xlsx), or damaged."),
    message("is answered otherwise now; look at the examples below"),
    message("The inputs do not fit the decision."),
    message("say for at least one line how much came in"),
    message("say for at least one line how much was delivered"),
    message("the total rounds to zero; check quantities and prices"),
)
"""Sentences of the store that stand in the catalogue word for word."""

_PATTERNS = (
    (
        r"(?P<person>.+) would be above themselves: (?P<line>.+)\. Choose somebody who is not below them\.",
        message("%(person)s would be above themselves: %(line)s. Choose somebody who is not below them."),
    ),
    (
        r"(?P<person>.+) signed another change of the same on (?P<day>\S+) at (?P<time>\S+) UTC, after this was .+",
        message(
            "%(person)s signed another change of the same on %(day)s at %(time)s UTC, after this was proposed. Put it "
            "aside and propose it anew from what holds now."
        ),
    ),
    (
        r"Above (?P<above>\S+) an approval wants a passkey, no more than (?P<minutes>\d+) minutes before\. .+",
        message("Above %(above)s an approval wants your passkey, no more than %(minutes)s minutes before."),
    ),
    (
        r"(?P<host>\S+) leads to (?P<addresses>.+), which is inside\. .+",
        message("%(host)s leads to %(addresses)s, which is inside this network and not allowed for messages."),
    ),
    (
        r"(?P<zone>.+) is no time zone; .+",
        message("%(zone)s is no time zone; give one such as Europe/Berlin."),
    ),
    (
        r"(?P<time>.+) is no time of the day; .+",
        message("%(time)s is no time of the day; give one such as 22:00."),
    ),
    (
        r"(?P<service>.+) is no service on the web; .+",
        message("%(service)s is no service on the web; take one such as ntfy, Slack or mail."),
    ),
    (
        r"One of yours is called (?P<name>.+) already\. .+",
        message("One of yours is called %(name)s already. Give it another name."),
    ),
    (
        r"There are (?P<number>\d+) already\. Remove one first\.",
        message("There are %(number)s already. Remove one first."),
    ),
    (
        r"None of your places for messages is .+",
        message("There is no such place for your messages; it may be removed already."),
    ),
    (r"It is more than (?P<limit>.+)\.", message("It is more than %(limit)s.")),
    (
        r"The bot's last look at the portal says otherwise: (?P<words>.*)",
        message("The bot's last look at the portal says otherwise: %(words)s"),
    ),
    (
        r"The portal shows it: (?P<words>.*)\. Remove it there and look again\.",
        message("The portal shows it: %(words)s. Remove it there and look again."),
    ),
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
    (
        r"The draft '(?P<name>.+)' cannot be published yet\.",
        message("The draft “%(name)s” cannot be published yet."),
    ),
    (
        r"The draft '(?P<name>.+)' was changed since you opened it \(revision \d+\); open it again\.",
        message("Somebody changed the draft “%(name)s” since you opened it; open it again."),
    ),
    (
        r"A draft needs a name of at most \d+ characters, e\.g\. '.+'\.",
        message("Say in a few words what the change is about."),
    ),
    (
        r"decides exactly as version (?P<number>\d+) does; there is nothing to publish",
        message("decides exactly as version %(number)s does; there is nothing to publish"),
    ),
)


def in_words(language: Language, text: str) -> str:
    """A sentence of the store in `language`; one that is not known is given as it is."""
    for pattern, sentence in _PATTERNS:
        found = re.fullmatch(pattern, text)
        if found:
            return language.gettext(sentence) % found.groupdict()
    if text not in language.translations:
        return segregation_sentence(language, text) or rule_sentence(language, text) or text
    return language.gettext(text)
