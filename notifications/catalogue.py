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
        # subject: ApprovalSubject, outcome: Outcome, amount: Money, comment: may be empty
        "approval_decided": frozenset(
            {
                "recipient_name",
                "decider_name",
                "subject",
                "outcome",
                "comment",
                "title",
                "reference",
                "vendor_name",
                "amount",
                "link",
            }
        ),
        # role: Role, task: TaskContent
        "task_opened": frozenset({"recipient_name", "role", "task", "reference", "link"}),
        # order: PurchaseOrder, entity: LegalEntity that buys, contact: Person who answers the vendor's questions
        "purchase_order": frozenset({"recipient_name", "entity", "order", "contact"}),
        # invoice: SalesInvoice
        "sales_invoice": frozenset({"recipient_name", "invoice"}),
    }
)
