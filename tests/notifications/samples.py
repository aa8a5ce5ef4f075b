"""Values for every message, as the activities would give them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from models.approval import ApprovalSubject, Outcome
from models.money import Money
from models.party import Address, LegalEntity, Person, Role
from models.purchasing import PurchaseOrder, RequisitionContent, RequisitionLine
from models.task import Resolution, TaskContent, TaskDetail
from tests.formats.sales_invoices import sales_invoice

LINK = "https://tallywright.lindqvist.example/approvals/A-17"

APPROVAL_WANTED: Mapping[str, object] = {
    "recipient_name": "Anna Lindqvist",
    "requester_name": "Jonas Weber",
    "subject": ApprovalSubject.PURCHASE,
    "title": "12 desks for the new floor",
    "purpose": "Six new colleagues start in January",
    "reference": "PR-2026-0042",
    "partner_name": "Nordlicht Bürobedarf GmbH",
    "amount": Money(amount=Decimal("4200.50"), currency="EUR"),
    "reasons": ("Purchases above 1,000.00 EUR need the cost centre owner.",),
    "link": LINK,
}

APPROVAL_DECIDED: Mapping[str, object] = {
    "recipient_name": "Jonas Weber",
    "decider_name": "Anna Lindqvist",
    "subject": ApprovalSubject.PURCHASE,
    "outcome": Outcome.REJECT,
    "comment": "Ask for the project discount first",
    "title": "12 desks for the new floor",
    "reference": "PR-2026-0042",
    "partner_name": "Nordlicht Bürobedarf GmbH",
    "amount": Money(amount=Decimal("4200.50"), currency="EUR"),
    "is_yours": True,
    "in_time": True,
    "link": LINK,
}

TASK_OPENED: Mapping[str, object] = {
    "recipient_name": "Mei Chen",
    "role": Role.ACCOUNTS_PAYABLE,
    "task": TaskContent(
        title="Price differs from the order",
        message="Line 2 is dearer than order PO-2026-0007 allows. Accept the difference or send the invoice back.",
        details=(TaskDetail(label="Unit price, line 2", expected="EUR 350.00", actual="EUR 375.00"),),
        resolutions=(Resolution.ACCEPT_VARIANCE, Resolution.SEND_BACK),
    ),
    "reference": "RE-88123",
    "link": LINK,
}

PURCHASE_ORDER: Mapping[str, object] = {
    "recipient_name": "Nordlicht Bürobedarf GmbH",
    "entity": LegalEntity(
        id="lindqvist",
        name="Lindqvist Handels GmbH",
        address=Address(street="Hafenstraße 1", postal_code="20457", city="Hamburg", country="DE"),
        currency="EUR",
        timezone="Europe/Berlin",
        iban="DE89370400440532013000",
        electronic_address="invoices@lindqvist.example",
        bank_portal="bank",
        erp_portal="erp",
    ),
    "order": PurchaseOrder(
        number="PO-2026-0007",
        issued=date(2026, 11, 20),
        content=RequisitionContent(
            entity="lindqvist",
            vendor="nordlicht",
            cost_centre="100",
            category="furniture",
            currency="EUR",
            needed_by=date(2026, 12, 15),
            reason="New floor",
            lines=(
                RequisitionLine(
                    number=1, description="Desk 160 x 80", quantity=Decimal("12.000"), unit_price=Decimal(350)
                ),
                RequisitionLine(
                    number=2, description="Assembly", quantity=Decimal("1.5"), unit="HUR", unit_price=Decimal("62.125")
                ),
            ),
        ),
    ),
    "contact": Person(id="jonas", name="Jonas Weber", email="jonas@lindqvist.example"),
}

SALES_INVOICE: Mapping[str, object] = {"recipient_name": "Hansewind Turbinen AG", "invoice": sales_invoice()}

WAITS_FOR_YOU: Mapping[str, object] = {
    "recipient_name": "Mei Chen",
    "about": "approval_wanted",
    "reference": "PR-2026-0042",
    "link": LINK,
}

DIGEST: Mapping[str, object] = {
    "recipient_name": "Mei Chen",
    "items": [
        {
            "about": "approval_wanted",
            "title": "12 desks for the new floor",
            "reference": "PR-2026-0042",
            "amount": Money(amount=Decimal("4200.50"), currency="EUR"),
            "partner_name": "Nordlicht Bürobedarf GmbH",
            "outcome": "",
        },
        {
            "about": "approval_decided",
            "title": "Two chairs",
            "reference": "PR-2026-0041",
            "amount": Money(amount=Decimal(180), currency="EUR"),
            "partner_name": "",
            "outcome": Outcome.REJECT,
        },
        {
            "about": "task_opened",
            "title": "Price differs from the order",
            "reference": "RE-88123",
            "amount": "",
            "partner_name": "",
            "outcome": "",
        },
    ],
    "reference": "3",
    "link": LINK,
}

TEST_MESSAGE: Mapping[str, object] = {"recipient_name": "Mei Chen", "place": "My phone", "link": LINK}

VALUES: Mapping[str, Mapping[str, object]] = {
    "approval_wanted": APPROVAL_WANTED,
    "approval_decided": APPROVAL_DECIDED,
    "task_opened": TASK_OPENED,
    "waits_for_you": WAITS_FOR_YOU,
    "test_message": TEST_MESSAGE,
    "digest": DIGEST,
    "purchase_order": PURCHASE_ORDER,
    "sales_invoice": SALES_INVOICE,
}
