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
    "customer.added": message("Customer %(subject)s was added."),
    "sales_order.filed": message("%(actor)s took the customer's order."),
    "sales_order.confirmed": message("The credit is granted; the goods may be delivered."),
    "sales_order.rejected": message("The order was declined and its credit is free again."),
    "sales_order.completed": message("The order is delivered and paid."),
    "credit.reserved": message("%(amount)s of the customer's credit are held for what is still to be invoiced."),
    "credit.freed": message("The order holds no credit any more."),
    "sale.approved": message("%(actor)s granted the credit."),
    "sale.rejected": message("%(actor)s refused the credit."),
    "goods.delivered": message("%(actor)s sent off goods: %(lines)s."),
    "sales_invoice.issued": message("An invoice over %(payable)s was issued."),
    "sales_invoice.papers_made": message("The invoice's PDF and XML are made."),
    "sales_invoice.registered": message("The invoice is registered with the tax authority."),
    "sales_invoice.receipt_archived": message("The receipt of the registration is filed with the case."),
    "sales_invoice.sent": message("The invoice was sent to the customer."),
    "sales_invoice.paid": message("The invoice is paid in full."),
    "cash.applied": message("The customer paid %(amount)s; %(open)s stay open."),
    "cash.left_unapplied": message("%(amount)s came in that belong to no invoice by themselves."),
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
    "task.postponed": message("%(actor)s lets it wait."),
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
    {
        "rule.evaluated",
        "purchase.approved",
        "purchase.rejected",
        "payment.approved",
        "payment.rejected",
        "sale.approved",
        "sale.rejected",
    }
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
        "credit.reserved",
        "credit.freed",
        "sales_invoice.papers_made",
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
        "sale.approved",
        "goods.delivered",
        "sales_invoice.registered",
        "sales_invoice.paid",
        "task.resolved",
        "case.closed",
    }
)
BAD = frozenset(
    {
        "purchase.rejected",
        "payment.rejected",
        "requisition.rejected",
        "sale.rejected",
        "sales_order.rejected",
        "cash.left_unapplied",
        "invoice.rejected",
        "invoice.exception",
        "attempt.rejected",
        "attempt.absent",
        "task.opened",
        "notification.failed",
        "delivery.rejected",
    }
)

WORK = {
    "payment": message("The payment"),
    "posting": message("The booking"),
    "registration": message("The registration"),
}
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
    "declared": message("Confirmed the declaration"),
    "read the register": message("Read the register"),
    "read a registration": message("Read a registration"),
}


def sentence_for(action: str, subject_kind: str) -> str:
    """The sentence with its fields open; an action nobody wrote one for is shown by its own name, readably."""
    if subject_kind == "approval" and action in DECISIONS:
        return DECISIONS[action]
    readable = action.replace(".", ": ").replace("_", " ").capitalize().replace("%", "%%")
    return SENTENCES.get(action, f"{readable}.")
