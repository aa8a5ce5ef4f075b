"""The company up to the point where something has to be done on a portal, by the store's own functions."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial

from audit.entry import Actor
from finance.approval_chain import next_stage
from formats.ubl_invoice import read_ubl_invoice
from installation import Installation
from models.approval import Outcome
from models.invoice import Invoice
from models.purchasing import ReceiptLine, RequisitionContent, RequisitionLine
from sandbox.company import ENTITY, VENDORS, buyer_party, seller_party
from sandbox.vendor import BilledLine, invoice_xml
from store.approvals import decisions_of, record_decision, request_of, settle_request
from store.invoice_matching import match_invoice
from store.invoices import accept_delivery, invoice_of
from store.orders import StoredOrder, issue_order, order_of, requisition_of
from store.payments import open_payment, open_posting, propose_payment
from store.people import SignedIn, person_of
from store.purchase_routing import route_purchase
from store.receipts import record_receipt
from store.requisitions import file_requisition

_SYSTEM = Actor(system="end-to-end test")
_VENDOR = next(vendor for vendor in VENDORS if vendor.id == "KAB")


@dataclass(frozen=True)
class Bill:
    """A vendor's invoice that is matched and approved. No two have the same gross amount."""

    invoice: str
    case: str
    number: str
    gross: Decimal
    approval: str
    payee_iban: str = _VENDOR.account.iban


@dataclass(frozen=True)
class Office:
    house: Installation
    _count: Iterator[int] = field(default_factory=partial(itertools.count, 1))

    @property
    def tenant(self) -> str:
        return self.house.settings.tenant

    def bill(self) -> Bill:
        """Bought, received and billed."""
        number = next(self._count)
        order = self._order(number)
        lines = (ReceiptLine(order_line=1, quantity=Decimal(1)),)
        record_receipt(self.house.store, self._signed_in("tom.behrens"), order.order.number, lines, f"came-{number}")
        xml = _invoice(order, f"E2E-{number:04d}")
        document = read_ubl_invoice(xml)
        return self._take_in(xml, document)

    def posting_of(self, bill: Bill) -> str:
        """The slice under which the bill has to be keyed into the books."""
        with self.house.store.change(self.tenant, _SYSTEM, bill.case) as work:
            return open_posting(work, invoice_of(work.connection, self.tenant, bill.invoice), bill.approval)

    def payment_of(self, bill: Bill) -> str:
        """The slice under which the bill has to be paid; released by a second person."""
        self.posting_of(bill)
        with self.house.store.change(self.tenant, _SYSTEM, bill.case) as work:
            stored = invoice_of(work.connection, self.tenant, bill.invoice)
            release = propose_payment(work, stored).request.id
        self._approve(release)
        with self.house.store.change(self.tenant, _SYSTEM, bill.case) as work:
            return open_payment(work, stored, release)

    def _order(self, number: int) -> StoredOrder:
        line = RequisitionLine(
            number=1, description=f"Cable drum {number}", quantity=Decimal(1), unit_price=Decimal(100 + number)
        )
        content = RequisitionContent(
            entity=ENTITY.id,
            vendor=_VENDOR.id,
            cost_centre="4000",
            category="goods",
            currency="EUR",
            reason=f"Cable for test bench {number}",
            lines=(line,),
        )
        case = file_requisition(self.house.store, self._signed_in("mara.voss"), content, f"file-{number}")
        with self.house.store.change(self.tenant, _SYSTEM, case) as work:
            approval = route_purchase(work, requisition_of(work.connection, self.tenant, case)).request.id
        self._approve(approval)
        with self.house.store.change(self.tenant, _SYSTEM, case) as work:
            issued = issue_order(work, requisition_of(work.connection, self.tenant, case), approval)
            return order_of(work.connection, self.tenant, issued.order.number)

    def _take_in(self, xml: bytes, document: Invoice) -> Bill:
        digest = self.house.files.put(self.tenant, xml)
        with self.house.store.change(self.tenant, _SYSTEM) as work:
            delivery = accept_delivery(work, digest, f"{document.number}.xml", document, _VENDOR.id)
        with self.house.store.change(self.tenant, _SYSTEM) as work:
            approval = match_invoice(work, delivery.invoice).approval
        self._approve(approval)
        gross = document.totals.gross
        return Bill(delivery.invoice, delivery.case, document.number, gross, approval)

    def _approve(self, approval: str) -> None:
        """Everybody of the chain says yes, in turn."""
        while person := self._next_approver(approval):
            digest = self._digest(approval)
            record_decision(self.house.store, self._signed_in(person), approval, Outcome.APPROVE, "", digest)
            with self.house.store.change(self.tenant, _SYSTEM) as work:
                settle_request(work, approval)

    def _next_approver(self, approval: str) -> str:
        with self.house.store.read() as view:
            request = request_of(view, self.tenant, approval).request
            stage = next_stage(request, decisions_of(view, self.tenant, approval))
        return sorted(stage.people)[0] if stage else ""

    def _digest(self, approval: str) -> str:
        with self.house.store.read() as view:
            return request_of(view, self.tenant, approval).request.digest

    def _signed_in(self, person: str) -> SignedIn:
        with self.house.store.read() as view:
            return SignedIn(self.tenant, person, person_of(view, self.tenant, person), csrf_token="")


def _invoice(order: StoredOrder, number: str) -> bytes:
    issued = order.order.issued
    ordered = order.order.content.lines[0]
    return invoice_xml(
        [BilledLine(1, ordered.description, ordered.quantity, ordered.unit_price, ordered.tax_rate, ordered.unit)],
        number=number,
        issue_date=issued,
        due_date=issued + timedelta(days=_VENDOR.payment_days),
        seller=seller_party(_VENDOR),
        buyer=buyer_party(ENTITY),
        order_number=order.order.number,
    )
