"""Every message there is and the values its templates need."""

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES = ("en", "zh")
FALLBACK_LANGUAGE = "en"

MESSAGES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # subject: ApprovalSubject, amount: Money, reasons: sentences of the matched rule rows;
        # requester_name, purpose and partner_name (the vendor, of a sale the customer) may be empty
        "approval_wanted": frozenset(
            {
                "recipient_name",
                "requester_name",
                "subject",
                "title",
                "purpose",
                "reference",
                "partner_name",
                "amount",
                "reasons",
                "link",
            }
        ),
        # subject: ApprovalSubject, outcome: Outcome, amount: Money; comment and partner_name may be empty;
        # is_yours: the recipient asked for it, else they were asked about it; in_time: False where nobody answered
        "approval_decided": frozenset(
            {
                "recipient_name",
                "decider_name",
                "subject",
                "outcome",
                "comment",
                "title",
                "reference",
                "partner_name",
                "amount",
                "is_yours",
                "in_time",
                "link",
            }
        ),
        # role: Role, task: TaskContent
        "task_opened": frozenset({"recipient_name", "role", "task", "reference", "link"}),
        # Instead of any of the above where amounts and what people wrote are left out; about: the name of that one
        "waits_for_you": frozenset({"recipient_name", "about", "reference", "link"}),
        # Several of the first three in one; items: each with about, title, reference and, where it has them, amount,
        # partner_name and outcome; reference: how many
        "digest": frozenset({"recipient_name", "items", "reference", "link"}),
        # place: what the recipient calls the place that is tried out
        "test_message": frozenset({"recipient_name", "place", "link"}),
        # order: PurchaseOrder, entity: LegalEntity that buys, contact: Person who answers the vendor's questions
        "purchase_order": frozenset({"recipient_name", "entity", "order", "contact"}),
        # invoice: SalesInvoice
        "sales_invoice": frozenset({"recipient_name", "invoice"}),
    }
)
