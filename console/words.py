"""The business word for every state, role and choice that the store keeps as a code."""

from console.language import message

ROLES = {
    "requester": message("Requester"),
    "cost_centre_owner": message("Cost centre owner"),
    "purchasing": message("Purchasing"),
    "receiving": message("Receiving"),
    "accounts_payable": message("Accounts payable"),
    "finance_director": message("Finance director"),
    "managing_director": message("Managing director"),
    "treasurer": message("Treasurer"),
    "sales": message("Sales"),
    "shipping": message("Shipping"),
    "accounts_receivable": message("Accounts receivable"),
    "auditor": message("Auditor"),
    "administrator": message("Administrator"),
    "manager": message("Manager"),
    "person": message("Named person"),
}

CATEGORIES = {
    "goods": message("Goods"),
    "services": message("Services"),
    "it": message("IT"),
    "travel": message("Travel"),
    "office": message("Office supplies"),
}

UNITS = {
    "C62": message("pcs"),
    "SET": message("sets"),
    "HUR": message("h"),
    "DAY": message("d"),
    "MON": message("mo"),
    "KGM": message("kg"),
    "MTR": message("m"),
    "LTR": message("l"),
}

SUBJECTS = {
    "purchase": message("Purchase"),
    "invoice": message("Invoice"),
    "payment": message("Payment"),
    "sale": message("Sale"),
}

PORTAL_WORK = {
    "payment": message("Payment"),
    "signature": message("Second signature"),
    "posting": message("Booking"),
    "registration": message("Registration"),
}

MATERIAL_FIELDS = {
    "entity": message("Company"),
    "vendor": message("Vendor"),
    "cost_centre": message("Cost centre"),
    "category": message("Category"),
    "currency": message("Currency"),
    "net_total": message("Net total"),
    "lines": message("Lines"),
}

CASE_STATES = {
    "open": message("Open"),
    "completed": message("Completed"),
    "rejected": message("Rejected"),
    "cancelled": message("Cancelled"),
    "failed": message("Stopped"),
}

APPROVAL_STATES = {
    "pending": message("Waiting"),
    "sent_back": message("Sent back"),
    "approved": message("Approved"),
    "rejected": message("Rejected"),
}

OUTCOMES = {
    "approve": message("Approved"),
    "reject": message("Rejected"),
    "send_back": message("Sent back"),
}

ORDER_STATES = {
    "issued": message("Issued"),
    "sent": message("Sent to vendor"),
    "completed": message("Completed"),
}

SALES_ORDER_STATES = {
    "filed": message("Credit is checked"),
    "confirmed": message("To be delivered"),
    "rejected": message("Rejected"),
    "completed": message("Completed"),
}

SALES_INVOICE_STATES = {
    "issued": message("Issued"),
    "registered": message("Registered"),
    "sent": message("Sent to customer"),
    "paid": message("Paid"),
}

INVOICE_STATES = {
    "received": message("Received"),
    "waiting": message("Waiting for goods"),
    "exception": message("Needs a person"),
    "matched": message("Matched"),
    "approved": message("Approved"),
    "posted": message("Posted"),
    "released": message("Released for payment"),
    "paid": message("Paid"),
    "closed": message("Paid and reconciled"),
    "rejected": message("Rejected"),
    "sent_back": message("Sent back"),
}

ATTEMPT_STATES = {
    "armed": message("Prepared"),
    "submitting": message("Handed to the portal, outcome not confirmed yet"),
    "executed": message("Done"),
    "rejected": message("Refused by the portal"),
    "absent": message("Proven not to have happened"),
    "cancelled": message("Cancelled"),
}

PORTAL_STATES = {
    "executed": message("done"),
    "waiting_for_signature": message("waiting for a signature"),
    "draft": message("only a draft"),
    "rejected": message("refused"),
    "absent": message("not there"),
    "unknown": message("not clear"),
}

WORK_KINDS = {
    "payment": message("Payment"),
    "signature": message("Second signature"),
    "posting": message("Booking"),
    "registration": message("Registration"),
    "statement": message("Bank statement"),
    "receipt": message("Receipt"),
    "canary": message("Try out a portal"),
}

WORK_STATES = {
    "announced": message("Prepared"),
    "waiting": message("Waits for its turn"),
    "parked": message("Waits"),
    "begun": message("Broken off"),
    "deferred": message("Put off"),
    "awaits_run": message("Waits for a run"),
    "running": message("Runs now"),
    "person": message("With a person"),
}

PORTAL_PARTS = {
    "link": message("Link"),
    "field": message("Field"),
    "button": message("Button"),
    "heading": message("Heading"),
    "": message("Part of a page"),
}

WAYS = {
    "words": message("by its words"),
    "label": message("by its label"),
    "address": message("by where it leads"),
    "name": message("by its technical name"),
    "hint": message("by its hint"),
    "kind": message("as the only field that hides what is typed"),
    "columns": message("by the columns of its list"),
}
"""How a bot finds something on a portal's page."""

RUN_ENDS = {
    "well": message("Went well"),
    "unclear": message("Not clear"),
    "refused": message("Not entered"),
    "failed": message("Broke off"),
}
"""How a bot's run ended."""

PRIORITIES = {1: message("High"), 2: message("Normal"), 3: message("Low")}

TASK_STATES = {"open": message("Open"), "resolved": message("Settled")}

RESOLUTIONS = {
    "accept_variance": message("Accept the difference"),
    "not_a_duplicate": message("It is no duplicate"),
    "reject": message("Reject"),
    "send_back": message("Send back to the vendor"),
    "correct": message("Corrected, check again"),
    "wait": message("Keep waiting"),
    "try_again": message("Try again"),
    "look_again": message("Look at the portal again"),
    "done": message("Done – here is proof"),
    "not_done": message("Not done – safe to repeat"),
    "take_over": message("I take over"),
    "cancel": message("Cancel"),
    "run_now": message("Run once now"),
    "noted": message("Taken care of"),
}

RESOLUTION_RESULTS = {
    "accept_variance": message("The case goes on with the difference accepted."),
    "not_a_duplicate": message("The case goes on; both invoices are paid."),
    "reject": message("The document is refused; nothing is paid on it."),
    "send_back": message("The vendor has to send a new document."),
    "correct": message("You put the cause right; everything is checked anew."),
    "wait": message("Nothing happens until what is missing arrives."),
    "try_again": message("The bot does it once more from the start."),
    "look_again": message("The bot reads the portal again and changes nothing there."),
    "done": message("It was carried out; your proof is kept with the case and the bot stops."),
    "not_done": message("The bot may do it once more; for a payment the portal or a second person has to agree."),
    "take_over": message("You carry it out yourself with our reference; the bot only looks until it finds it."),
    "cancel": message("It is given up; the bot will not do it."),
    "run_now": message("It runs once, now; the plan stays as it is."),
    "noted": message("Nothing is booked by this; you have seen to it yourself."),
}

TASK_KINDS = {
    "no_order": message("No order"),
    "no_receipt": message("Goods not received"),
    "quantity": message("Quantity differs"),
    "price": message("Price differs"),
    "line_amount": message("Line amount differs"),
    "tax": message("Tax differs"),
    "total": message("Total differs"),
    "currency": message("Currency differs"),
    "duplicate": message("Possible duplicate"),
    "unknown_vendor": message("Unknown vendor"),
    "vendor_blocked": message("Vendor is blocked"),
    "bank_details": message("Bank details differ"),
    "arithmetic": message("Does not add up"),
    "dates": message("Dates"),
    "missing_field": message("Something is missing"),
    "payment_stopped": message("Payment stopped before it was sent"),
    "payment_rejected": message("Payment refused by the bank"),
    "payment_unclear": message("Payment sent, outcome not clear"),
    "payment_taken_over": message("Payment in a person's hands"),
    "payment_waiting": message("Payment waits for its signature at the bank"),
    "signature_stopped": message("Signature stopped before it was sent"),
    "signature_rejected": message("Signature refused by the bank"),
    "signature_unclear": message("Signature sent, outcome not clear"),
    "signature_taken_over": message("Signature in a person's hands"),
    "posting_stopped": message("Booking stopped before it was sent"),
    "posting_rejected": message("Booking refused"),
    "posting_unclear": message("Booking sent, outcome not clear"),
    "posting_taken_over": message("Booking in a person's hands"),
    "registration_stopped": message("Registration stopped before it was sent"),
    "registration_rejected": message("Registration refused"),
    "registration_unclear": message("Registration sent, outcome not clear"),
    "registration_taken_over": message("Registration in a person's hands"),
    "unapplied_cash": message("Money without an invoice"),
    "stuck": message("Cannot go on by itself"),
    "cut_off_near": message("A payment will miss the bank's cut-off"),
    "canary_failed": message("A portal does not work"),
    "code_wanted": message("A portal wants a code"),
    "credential_parked": message("A portal refused its login"),
    "credential_expires": message("A portal's password expires"),
    "person_unreachable": message("No message reaches somebody"),
    "schedule_missed": message("Scheduled runs were missed"),
    "payments_without_run": message("Payments that waited for a run"),
    "schedule_silent": message("A scheduled run produced nothing"),
}

TONES = {
    "approved": "good",
    "completed": "good",
    "matched": "good",
    "posted": "good",
    "paid": "good",
    "confirmed": "good",
    "closed": "good",
    "executed": "good",
    "resolved": "good",
    "approve": "good",
    "rejected": "bad",
    "reject": "bad",
    "failed": "bad",
    "exception": "warn",
    "sent_back": "warn",
    "send_back": "warn",
    "pending": "wait",
    "open": "wait",
    "waiting": "wait",
    "submitting": "warn",
    "absent": "warn",
    "running": "good",
    "well": "good",
    "unclear": "warn",
    "refused": "warn",
    "deferred": "warn",
    "awaits_run": "wait",
    "person": "warn",
    "begun": "bad",
    "missed": "bad",
    "silent": "bad",
    "asked": "wait",
    "done": "good",
}
"""How a chip looks; what it means is always written on it."""
