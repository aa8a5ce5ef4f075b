"""The sample company up to the point where something has to be paid, by the store's own functions."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from audit.entry import Actor
from finance.approval_progress import progress_of
from formats.ubl_invoice import read_ubl_invoice
from installation import Installation
from models.approval import Outcome
from models.party import LegalEntity, PayeeAccount, Vendor
from models.purchasing import ReceiptLine, RequisitionContent, RequisitionLine
from sandbox import iban
from sandbox.company import ENTITY, VENDORS
from sandbox.vendor import BilledLine
from sandbox.vendor_invoice import written_by
from store.approval_answers import record_decision
from store.approvals import decisions_of, request_of, settle_request
from store.invoice_matching import match_invoice
from store.invoices import accept_delivery, invoice_of
from store.masters import add_vendor
from store.orders import StoredOrder, issue_order, order_of, requisition_of
from store.outbox import Message, mark_delivered, undelivered
from store.payments import open_payment, open_posting, propose_payment
from store.people import SignedIn, person_of
from store.purchase_routing import route_purchase
from store.receipts import record_receipt
from store.requisitions import file_requisition

_SYSTEM = Actor(system="chaos harness")
_PATTERN = next(vendor for vendor in VENDORS if vendor.id == "KAB")
_ACCOUNT_AGE = timedelta(days=400)
_CHEAPEST = Decimal("20.00")


@dataclass(frozen=True)
class Purchase:
    """Something of which one piece is bought. No two of a run have the same price."""

    number: int
    price: Decimal
    vendor: Vendor
    entity: LegalEntity = ENTITY


@dataclass(frozen=True)
class Bill:
    """A vendor's invoice that is matched and approved."""

    invoice: str
    case: str
    number: str
    gross: Decimal
    approval: str
    payee_iban: str


def purchase(number: int, entity: LegalEntity) -> Purchase:
    """The purchase `number`, counted from 1: with a vendor, an account and an amount of its own."""
    name = f"Lieferant {number:05d} GmbH"
    account = PayeeAccount(holder=name, iban=iban.from_bban("DE", f"21999870{number:010d}"))
    vendor = _vendor(f"V{number:05d}", name, f"DE3{number:08d}", account)
    return Purchase(number, _CHEAPEST + Decimal(number) / 20, vendor, entity)


def _vendor(vendor_id: str, name: str, vat_id: str, account: PayeeAccount) -> Vendor:
    return _PATTERN.model_copy(update={"id": vendor_id, "name": name, "vat_id": vat_id, "account": account})


@dataclass(frozen=True)
class Obligations:
    """What the company's people do, from the request to the release of the payment."""

    house: Installation
    signed: dict[str, SignedIn] = field(default_factory=dict)

    @property
    def tenant(self) -> str:
        return self.house.settings.tenant

    def add_vendor_of(self, wanted: Purchase) -> None:
        with self.house.store.change(self.tenant, _SYSTEM) as work:
            add_vendor(work, wanted.vendor, account_since=work.now - _ACCOUNT_AGE)

    def billed(self, wanted: Purchase) -> Bill:
        """Bought, received and billed."""
        order = self._order(wanted)
        lines = (ReceiptLine(order_line=1, quantity=Decimal(1)),)
        record_receipt(
            self.house.store, self.signed_in("tom.behrens"), order.order.number, lines, f"came-{wanted.number}"
        )
        return self._take_in(wanted, order)

    def posting_of(self, bill: Bill) -> str:
        """The slice under which the bill has to be keyed into the books."""
        with self.house.store.change(self.tenant, _SYSTEM, bill.case) as work:
            return open_posting(work, invoice_of(work.connection, self.tenant, bill.invoice), bill.approval)

    def release_of(self, bill: Bill) -> str:
        """The approval under which a second person has released the payment of the bill."""
        self.posting_of(bill)
        with self.house.store.change(self.tenant, _SYSTEM, bill.case) as work:
            release = propose_payment(work, invoice_of(work.connection, self.tenant, bill.invoice)).request.id
        self._approve(release)
        return release

    def payment_of(self, bill: Bill) -> str:
        """The slice under which the bill has to be paid; released by a second person."""
        release = self.release_of(bill)
        with self.house.store.change(self.tenant, _SYSTEM, bill.case) as work:
            return open_payment(work, invoice_of(work.connection, self.tenant, bill.invoice), release)

    def hold_messages(self) -> None:
        """Nobody is told of what was prepared: the harness itself says what starts."""
        while waiting := self._undelivered():
            for message in waiting:
                mark_delivered(self.house.store, message, "the harness starts what it wants")

    def signed_in(self, person: str) -> SignedIn:
        if person not in self.signed:
            with self.house.store.read() as view:
                self.signed[person] = SignedIn(self.tenant, person, person_of(view, self.tenant, person), csrf_token="")
        return self.signed[person]

    def _undelivered(self) -> tuple[Message, ...]:
        with self.house.store.read() as view:
            return undelivered(view)

    def _order(self, wanted: Purchase) -> StoredOrder:
        line = RequisitionLine(
            number=1, description=f"Cable drum {wanted.number}", quantity=Decimal(1), unit_price=wanted.price
        )
        content = RequisitionContent(
            entity=wanted.entity.id,
            vendor=wanted.vendor.id,
            cost_centre="4000",
            category="goods",
            currency="EUR",
            reason=f"Cable for test bench {wanted.number}",
            lines=(line,),
        )
        case = file_requisition(self.house.store, self.signed_in("mara.voss"), content, f"file-{wanted.number}")
        with self.house.store.change(self.tenant, _SYSTEM, case) as work:
            approval = route_purchase(work, requisition_of(work.connection, self.tenant, case)).request.id
        self._approve(approval)
        with self.house.store.change(self.tenant, _SYSTEM, case) as work:
            issued = issue_order(work, requisition_of(work.connection, self.tenant, case), approval)
            return order_of(work.connection, self.tenant, issued.order.number)

    def _take_in(self, wanted: Purchase, order: StoredOrder) -> Bill:
        number = f"E2E-{wanted.number:05d}"
        line = order.order.content.lines[0]
        billed = BilledLine(1, line.description, line.quantity, line.unit_price, line.tax_rate, line.unit)
        xml = written_by(wanted.vendor, wanted.entity, order.order, [billed], number)
        document = read_ubl_invoice(xml)
        digest = self.house.files.put(self.tenant, xml)
        with self.house.store.change(self.tenant, _SYSTEM) as work:
            delivery = accept_delivery(work, digest, f"{number}.xml", document, wanted.vendor.id)
        with self.house.store.change(self.tenant, _SYSTEM) as work:
            approval = match_invoice(work, delivery.invoice).approval
        self._approve(approval)
        gross, payee = document.totals.gross, wanted.vendor.account.iban
        return Bill(delivery.invoice, delivery.case, number, gross, approval, payee)

    def _approve(self, approval: str) -> None:
        """Everybody of the chain says yes, in turn."""
        while person := self._next_approver(approval):
            digest = self._digest(approval)
            record_decision(self.house.store, self.signed_in(person), approval, Outcome.APPROVE, "", digest)
            with self.house.store.change(self.tenant, _SYSTEM) as work:
                settle_request(work, approval)

    def _next_approver(self, approval: str) -> str:
        with self.house.store.read() as view:
            request = request_of(view, self.tenant, approval).request
            waiting = progress_of(request, decisions_of(view, self.tenant, approval)).open
        return sorted(waiting[0].people)[0] if waiting else ""

    def _digest(self, approval: str) -> str:
        with self.house.store.read() as view:
            return request_of(view, self.tenant, approval).request.digest
