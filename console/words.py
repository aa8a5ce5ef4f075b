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
    "posting": message("Booking"),
    "registration": message("Registration"),
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
    "approved": message("Approved"),
    "rejected": message("Rejected"),
}

OUTCOMES = {"approve": message("Approved"), "reject": message("Rejected")}

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
    "cancel": message("Cancel"),
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
    "cancel": message("It is given up; the bot will not do it."),
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
    "posting_stopped": message("Booking stopped before it was sent"),
    "posting_rejected": message("Booking refused"),
    "posting_unclear": message("Booking sent, outcome not clear"),
    "registration_stopped": message("Registration stopped before it was sent"),
    "registration_rejected": message("Registration refused"),
    "registration_unclear": message("Registration sent, outcome not clear"),
    "unapplied_cash": message("Money without an invoice"),
    "stuck": message("Cannot go on by itself"),
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
    "pending": "wait",
    "open": "wait",
    "waiting": "wait",
    "submitting": "warn",
    "absent": "warn",
}
"""How a chip looks; what it means is always written on it."""
