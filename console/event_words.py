"""One sentence for every action of the audit log, as it stands in a case's time line.

The fields in a sentence are those of `console.event_facts.facts_of`. Where the same action is recorded by a person's
decision and by the state that follows from it, the subject's kind tells them apart.
"""

from console.language import message

SENTENCES = {
    "requisition.filed": message("%(actor)s asked for this purchase."),
    "requisition.rejected": message("The request was declined and its budget is free again."),
    "rule.evaluated": message("The rules were looked up: %(table)s."),
    "rule.imported": message("The rules “%(subject)s” came into force."),
    "budget.reserved": message("%(amount)s of the budget of cost centre %(subject)s is reserved."),
    "approval.requested": message("This goes for approval to %(stages)s."),
    "approval.not_required": message("No approval is needed."),
    "approval.advanced": message("The approval went to the next person."),
    "approval.approved": message("All approvals are there."),
    "approval.rejected": message("The approval was refused."),
    "approval.refused_attempt": message("%(actor)s tried to decide and was refused."),
    "purchase.approved": message("%(actor)s approved the purchase."),
    "purchase.rejected": message("%(actor)s rejected the purchase."),
    "payment.approved": message("%(actor)s released the payment."),
    "payment.rejected": message("%(actor)s refused to release the payment."),
    "order.issued": message("Order %(subject)s was issued."),
    "order.sent": message("Order %(subject)s was sent to the vendor."),
    "order.completed": message("Order %(subject)s is complete."),
    "goods.received": message("%(actor)s took in goods for order %(subject)s: %(lines)s."),
    "delivery.rejected": message("The file %(file)s could not be read as an invoice."),
    "invoice.received": message("Invoice %(number)s of %(seller)s over %(payable)s arrived."),
    "invoice.waiting": message("The invoice waits for the goods."),
    "invoice.exception": message("The invoice does not match; a person has to look."),
    "invoice.matched": message("The invoice matches order and receipt."),
    "invoice.approved": message("The invoice is approved."),
    "invoice.posted": message("The invoice is in the books."),
    "invoice.released": message("The invoice is released for payment."),
    "invoice.paid": message("The invoice is paid."),
    "invoice.closed": message("The invoice is settled."),
    "invoice.rejected": message("The invoice was refused."),
    "invoice.sent_back": message("The invoice went back to the vendor."),
    "task.opened": message("%(owner)s has to look: %(title)s"),
    "task.resolved": message("%(actor)s settled it: %(resolution)s."),
    "task.closed": message("The question is settled without a person."),
    "intent.opened": message("%(work)s is ready to be done once."),
    "intent.cancelled": message("%(work)s was given up."),
    "attempt.armed": message("%(work)s is prepared under the reference %(reference)s."),
    "attempt.claimed": message("%(work)s: the last step on the portal may begin."),
    "attempt.sent": message("%(work)s was handed to the portal."),
    "attempt.probed": message("The bot looked at the portal: %(state)s."),
    "attempt.executed": message("%(work)s is done; the portal confirms it."),
    "attempt.absent": message("%(work)s did not happen; that is proven, and it can be tried again."),
    "attempt.rejected": message("%(work)s was refused by the portal."),
    "attempt.cancelled": message("%(work)s was cancelled."),
    "bot.step_done": message("The bot worked on %(portal)s."),
    "payment.reconciled": message("The payment stands on the bank statement and is reconciled."),
    "statement.requested": message("%(actor)s asked for a bank statement."),
    "statement.imported": message("The bank statement %(subject)s was taken in."),
    "notification.sent": message("%(recipient)s was told."),
    "notification.failed": message("A message to %(recipient)s did not leave."),
    "case.closed": message("The case is closed: %(state)s."),
    "entity.added": message("Company %(subject)s was added."),
    "vendor.added": message("Vendor %(subject)s was added."),
    "cost_centre.added": message("Cost centre %(subject)s was added."),
    "person.added": message("%(subject)s was added."),
    "document.handed_in": message("%(actor)s handed in a document."),
    "token.created": message("%(actor)s made a token for a program."),
    "token.revoked": message("%(actor)s ended a token for a program."),
    "credential.stored": message("The login for %(subject)s was stored."),
    "credential.parked": message("The login for %(subject)s was parked."),
    "session.opened": message("%(subject)s signed in."),
    "session.closed": message("%(subject)s signed out."),
    "session.refused": message("A sign-in as %(subject)s was refused."),
}

DECISIONS = {
    "invoice.approved": message("%(actor)s approved the invoice."),
    "invoice.rejected": message("%(actor)s rejected the invoice."),
}
"""Sentences for a person's own decision, whose subject is the approval."""

WITHOUT_REASONS = frozenset(
    {"rule.evaluated", "purchase.approved", "purchase.rejected", "payment.approved", "payment.rejected"}
)
"""The approval that was asked for gave the same reasons."""

QUIET = frozenset(
    {
        "rule.evaluated",
        "budget.reserved",
        "approval.approved",
        "approval.rejected",
        "approval.advanced",
        "intent.opened",
        "attempt.armed",
        "attempt.claimed",
        "attempt.probed",
        "bot.step_done",
        "notification.sent",
        "invoice.approved",
        "invoice.released",
    }
)
"""What a reader may skip: shown small."""

GOOD = frozenset(
    {
        "purchase.approved",
        "payment.approved",
        "attempt.executed",
        "invoice.matched",
        "invoice.paid",
        "payment.reconciled",
        "order.sent",
        "goods.received",
        "task.resolved",
        "case.closed",
    }
)
BAD = frozenset(
    {
        "purchase.rejected",
        "payment.rejected",
        "requisition.rejected",
        "invoice.rejected",
        "invoice.exception",
        "attempt.rejected",
        "attempt.absent",
        "task.opened",
        "notification.failed",
        "delivery.rejected",
    }
)

WORK = {"payment": message("The payment"), "posting": message("The booking")}
"""What an intent is about, by the first part of its slice."""

BOT_STEPS = {
    "signed in": message("Signed in"),
    "entered": message("Entered the order"),
    "entered the header": message("Entered the header"),
    "entered the lines": message("Entered the lines"),
    "read the journal": message("Read the journal"),
    "read back": message("Read the confirmation page: as approved"),
    "read back: differs": message("Read the confirmation page: it differs from what was approved"),
    "refused": message("The portal refused"),
    "read the list of orders": message("Read the list of orders"),
    "read an order": message("Read an order"),
}


def sentence_for(action: str, subject_kind: str) -> str:
    """The sentence with its fields open; an action nobody wrote one for is shown by its own name, readably."""
    if subject_kind == "approval" and action in DECISIONS:
        return DECISIONS[action]
    readable = action.replace(".", ": ").replace("_", " ").capitalize().replace("%", "%%")
    return SENTENCES.get(action, f"{readable}.")
