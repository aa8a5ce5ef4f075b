"""The sample company at work: each method is one step of its people and workflows, by the store's own functions."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from audit.entry import Actor
from models.approval import Outcome
from models.invoice import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceParty,
    InvoiceTotals,
    PaymentMeans,
    TaxSubtotal,
)
from models.matching import OpenOrderLine
from models.party import Vendor
from models.payment import AttemptState
from models.portal import EvidenceStep, PortalState, ProbeResult
from models.purchasing import ReceiptLine, RequisitionContent
from sandbox.company import ENTITY
from store.approval_answers import record_decision
from store.approvals import StoredRequest, requests_of_case, settle_request
from store.cases import attach, close_case
from store.evidence import record_step
from store.files import FileStore
from store.intents import arm, claim, close_attempt, mark_sent, record_probe
from store.invoice_matching import MatchOutcome, match_invoice
from store.invoices import StoredInvoice, accept_delivery, invoice_of, set_invoice_state
from store.masters import vendor_of
from store.orders import (
    StoredOrder,
    issue_order,
    open_lines,
    order_of,
    reject_requisition,
    requisition_of,
    set_order_state,
)
from store.payments import open_payment, open_posting, propose_payment
from store.people import SignedIn, person_of
from store.purchase_routing import route_purchase
from store.receipts import record_receipt
from store.requisitions import file_requisition
from store.unit_of_work import Store

TENANT = "main"
_WORKFLOW = Actor(system="workflow")
_BOT = Actor(bot="bank", owner="oliver.stein")


@dataclass
class Clock:
    """Business time that moves only when told."""

    now: datetime = datetime(2026, 11, 2, 8, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True)
class Company:
    store: Store
    files: FileStore
    clock: Clock
    keys: list[str] = field(default_factory=list)

    def signed_in(self, person: str) -> SignedIn:
        with self.store.read() as view:
            return SignedIn(TENANT, person, person_of(view, TENANT, person), csrf_token="")

    def file(self, person: str = "mara.voss", **changes: object) -> str:
        """Files a requisition and has the rules decide who approves; gives the case."""
        self.keys.append("")
        content = RequisitionContent.model_validate(_REQUISITION | changes)
        number = file_requisition(self.store, self.signed_in(person), content, f"key-{len(self.keys)}")
        self.clock.move(minutes=1)
        with self.store.change(TENANT, _WORKFLOW, number) as work:
            route_purchase(work, requisition_of(work.connection, TENANT, number))
        return number

    def pending(self, case: str) -> StoredRequest:
        with self.store.read() as view:
            return next(each for each in requests_of_case(view, TENANT, case) if each.state == "pending")

    def decide(self, case: str, person: str, outcome: Outcome = Outcome.APPROVE, comment: str = "") -> None:
        self.clock.move(minutes=17)
        request = self.pending(case).request
        record_decision(self.store, self.signed_in(person), request.id, outcome, comment, request.digest)
        self.settle(request.id)

    def settle(self, request: str) -> None:
        """What the workflow does when it hears of an answer."""
        with self.store.change(TENANT, _WORKFLOW) as work:
            settle_request(work, request)

    def reject_case(self, case: str) -> None:
        with self.store.change(TENANT, _WORKFLOW, case) as work:
            reject_requisition(work, requisition_of(work.connection, TENANT, case))
            close_case(work, case, "rejected")

    def order(self, case: str) -> str:
        self.clock.move(minutes=1)
        with self.store.read() as view:
            approval = requests_of_case(view, TENANT, case)[0].request.id
        with self.store.change(TENANT, _WORKFLOW, case) as work:
            stored = issue_order(work, requisition_of(work.connection, TENANT, case), approval)
            number = stored.order.number
            set_order_state(work, number, "sent")
            digest = self.files.put(TENANT, b"%PDF-1.7 order " + number.encode())
            attach(work, f"Order {number} (PDF)", digest, "application/pdf", f"{number}.pdf")
        return number

    def lines(self, order: str) -> tuple[OpenOrderLine, ...]:
        with self.store.read() as view:
            return open_lines(view, TENANT, order)

    def receive(self, order: str, *quantities: str, person: str = "tom.behrens") -> None:
        self.clock.move(days=3, hours=2)
        self.keys.append("")
        lines = tuple(ReceiptLine(order_line=at, quantity=Decimal(each)) for at, each in enumerate(quantities, 1))
        record_receipt(self.store, self.signed_in(person), order, lines, f"key-{len(self.keys)}")

    def invoice(self, order: str, number: str, price: str = "", iban: str = "", quantity: str = "") -> str:
        """Takes in the vendor's invoice over all of the order and matches it; gives its id."""
        self.clock.move(days=1, minutes=26)
        with self.store.read() as view:
            stored = order_of(view, TENANT, order)
            vendor = vendor_of(view, TENANT, stored.order.content.vendor)
        document = _invoice(stored, vendor, number, self.clock.now, price, iban, quantity)
        digest = self.files.put(TENANT, document.model_dump_json().encode())
        with self.store.change(TENANT, _WORKFLOW) as work:
            invoice = accept_delivery(work, digest, f"{number}.xml", document, vendor.id).invoice
        self.match(invoice)
        return invoice

    def match(self, invoice: str) -> MatchOutcome:
        self.clock.move(minutes=1)
        with self.store.change(TENANT, _WORKFLOW) as work:
            return match_invoice(work, invoice)

    def post(self, invoice: str) -> None:
        with self.store.change(TENANT, _WORKFLOW) as work:
            stored = self._invoice(invoice)
            work.case = stored.case
            slice_id = open_posting(work, stored, self._approval(stored, "invoice"))
        self._carry_out(slice_id, stored.case, "sandbox-erp", AttemptState.EXECUTED, "Gebucht, Beleg 40017")
        with self.store.change(TENANT, _WORKFLOW, stored.case) as work:
            set_invoice_state(work, invoice, "posted")

    def propose_payment(self, invoice: str) -> None:
        with self.store.change(TENANT, _WORKFLOW) as work:
            stored = self._invoice(invoice)
            work.case = stored.case
            propose_payment(work, stored)

    def pay(self, invoice: str, state: AttemptState = AttemptState.EXECUTED) -> None:
        with self.store.change(TENANT, _WORKFLOW) as work:
            stored = self._invoice(invoice)
            work.case = stored.case
            slice_id = open_payment(work, stored, self._approval(stored, "payment"))
        self._carry_out(slice_id, stored.case, "sandbox-bank", state, "Ausgeführt, Auftrag 2026-000318")
        if state is AttemptState.EXECUTED:
            with self.store.change(TENANT, _WORKFLOW, stored.case) as work:
                set_invoice_state(work, invoice, "paid")

    def show_bot(self, case: str, portal: str, run: str, *pictures: bytes) -> None:
        """Records one bot step per picture."""
        captions = ("signed in", "entered", "read back", "read the list of orders")
        for position, picture in enumerate(pictures):
            self.clock.move(seconds=4)
            with self.store.change(TENANT, _BOT, case, run) as work:
                step = EvidenceStep(action=captions[position % len(captions)], target="", screenshot=picture)
                record_step(work, self.files, portal, position, step)

    def _carry_out(self, slice_id: str, case: str, portal: str, state: AttemptState, says: str) -> None:
        self.clock.move(minutes=2)
        now = self.clock.now
        with self.store.change(TENANT, _WORKFLOW, case) as work:
            attempt = arm(work, slice_id)
            claimed = claim(work, slice_id, attempt.number, timedelta(seconds=20), now)
            assert claimed is not None and claimed.claim_token is not None
            mark_sent(work, slice_id, attempt.number, claimed.claim_token, now)
            found = PortalState.EXECUTED if state is AttemptState.EXECUTED else PortalState.UNKNOWN
            record_probe(
                work, slice_id, attempt.number, ProbeResult(state=found, portal_text=says, probed_at=self.clock.now)
            )
            if state is AttemptState.EXECUTED:
                close_attempt(work, slice_id, attempt.number, state, {"portal": says})

    def _invoice(self, invoice: str) -> StoredInvoice:
        with self.store.read() as view:
            return invoice_of(view, TENANT, invoice)

    def _approval(self, stored: StoredInvoice, subject: str) -> str:
        with self.store.read() as view:
            found = [each.request for each in requests_of_case(view, TENANT, stored.case)]
        return next(each.id for each in found if each.subject == subject and each.subject_id == stored.id)


_REQUISITION = {
    "entity": ENTITY.id,
    "vendor": "KAB",
    "cost_centre": "4000",
    "category": "goods",
    "currency": "EUR",
    "needed_by": "2026-12-04",
    "reason": "Shielded cable for the December series",
    "lines": [
        {
            "number": 1,
            "description": "Shielded cable 4×0.75 mm², drum of 100 m",
            "quantity": "12",
            "unit_price": "184.50",
        },
        {"number": 2, "description": "Cable glands M16, bag of 50", "quantity": "6", "unit_price": "31.90"},
    ],
}


def _invoice(
    stored: StoredOrder, vendor: Vendor, number: str, now: datetime, price: str, iban: str, quantity: str
) -> Invoice:
    lines = tuple(
        InvoiceLine(
            id=str(line.number),
            description=line.description,
            quantity=Decimal(quantity or line.quantity),
            unit=line.unit,
            unit_price=Decimal(price or line.unit_price),
            net_amount=Decimal(quantity or line.quantity) * Decimal(price or line.unit_price),
            tax_category="S",
            tax_rate=line.tax_rate,
            order_reference=stored.order.number,
            order_line_reference=str(line.number),
        )
        for line in stored.order.content.lines
    )
    net = sum((line.net_amount for line in lines), start=Decimal(0))
    tax = (net * Decimal("0.19")).quantize(Decimal("0.01"))
    return Invoice(
        kind=InvoiceKind.INVOICE,
        number=number,
        type_code="380",
        issue_date=now.date(),
        due_date=now.date() + timedelta(days=vendor.payment_days),
        currency="EUR",
        seller=InvoiceParty(name=vendor.name, vat_id=vendor.vat_id, address=vendor.address),
        buyer=InvoiceParty(name=ENTITY.name, vat_id=ENTITY.vat_id, address=ENTITY.address),
        order_reference=stored.order.number,
        lines=lines,
        taxes=(TaxSubtotal(category="S", rate=Decimal(19), taxable_amount=net, tax_amount=tax),),
        totals=InvoiceTotals(line_net=net, net=net, tax=tax, gross=net + tax, payable=net + tax),
        payment_means=(PaymentMeans(code="58", iban=iban or vendor.account.iban, holder=vendor.name),),
    )
