"""The company's people at work on many cases at once: `python -m benchmarks.people HOME KIND COUNT FIRST_PRICE`.

They are a process of their own, as in life, look into the books a few times a second and do at once what is to be done.
The price is in cents. Prints a JSON list of `[case, seconds]`, each from the filing to its end.
"""

import json
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select

from installation import Installation, open_installation
from models.approval import Outcome
from models.purchasing import ReceiptLine, RequisitionContent
from models.sales import DeliveryLine, SalesOrderContent
from sandbox.company import ENTITY
from sandbox.vendor import BilledLine
from sandbox.vendor_invoice import deliver, written_by
from settings import Settings
from store.approval_answers import record_decision
from store.approvals import requests_waiting_for
from store.goods_deliveries import record_delivery
from store.masters import vendor_of
from store.orders import order_of
from store.people import SignedIn, person_of
from store.receipts import record_receipt
from store.requisitions import file_requisition
from store.sales_orders import file_sales_order
from store.schema.payables import invoice
from store.schema.purchasing import purchase_order
from store.schema.sales import sales_invoice, sales_order

_PAUSE = 0.05
_APPROVERS = ("ayse.kaya", "sofia.brandt")
_REQUISITION = {
    "entity": ENTITY.id,
    "vendor": "KAB",
    "cost_centre": "4000",
    "category": "goods",
    "currency": "EUR",
    "reason": "Sensor cables for test bench 4",
}
_SALES_ORDER = {"entity": ENTITY.id, "customer": "SIM", "customer_reference": "B-77", "currency": "EUR"}


@dataclass
class People:
    house: Installation
    _known: dict[str, SignedIn] = field(default_factory=dict)

    def signed_in(self, person: str) -> SignedIn:
        if person not in self._known:
            with self.house.store.read() as view:
                self._known[person] = SignedIn(self._tenant, person, person_of(view, self._tenant, person), "")
        return self._known[person]

    def buy(self, price: Decimal) -> str:
        line = {"number": 1, "description": "Sensor cable, 5 m", "quantity": "1", "unit_price": str(price)}
        content = RequisitionContent.model_validate(_REQUISITION | {"lines": [line]})
        return file_requisition(self.house.store, self.signed_in("mara.voss"), content, uuid.uuid4().hex)

    def sell(self, _: Decimal) -> str:
        """Every sale costs the same: together they must stay within the customer's credit limit."""
        line = {"number": 1, "description": "Depth gauge", "quantity": "1", "unit_price": "1.00"}
        content = SalesOrderContent.model_validate(_SALES_ORDER | {"lines": [line]})
        return file_sales_order(self.house.store, self.signed_in("david.okafor"), content, uuid.uuid4().hex)

    def approve_all(self) -> None:
        for person in _APPROVERS:
            with self.house.store.read() as view:
                waiting = requests_waiting_for(view, self._tenant, person, self.house.store.now())
            for stored in waiting:
                request = stored.request
                record_decision(
                    self.house.store, self.signed_in(person), request.id, Outcome.APPROVE, "", request.digest
                )

    def receive(self, number: str) -> None:
        """What was ordered arrives, and the vendor's invoice with it."""
        with self.house.store.read() as view:
            order = order_of(view, self._tenant, number)
            vendor = vendor_of(view, self._tenant, order.order.content.vendor)
        ordered = order.order.content.lines[0]
        lines = (ReceiptLine(order_line=1, quantity=ordered.quantity),)
        record_receipt(self.house.store, self.signed_in("tom.behrens"), number, lines, uuid.uuid4().hex)
        billed = BilledLine(1, ordered.description, ordered.quantity, ordered.unit_price, ordered.tax_rate)
        name = uuid.uuid4().hex[:10]
        content = written_by(vendor, ENTITY, order.order, [billed], name)
        deliver(self.house.settings.inbox_folder, name, content)

    def ship(self, order: str) -> None:
        lines = (DeliveryLine(order_line=1, quantity=Decimal(1)),)
        record_delivery(self.house.store, self.signed_in("emil.kruse"), order, lines, uuid.uuid4().hex)

    def sent_orders(self) -> set[str]:
        return self._column(select(purchase_order.c.number).where(purchase_order.c.state == "sent"))

    def paid_purchases(self) -> set[str]:
        return self._column(select(invoice.c.case_id).where(invoice.c.state == "paid"))

    def confirmed_sales(self) -> set[str]:
        return self._column(select(sales_order.c.number).where(sales_order.c.state == "confirmed"))

    def invoiced_sales(self) -> set[str]:
        return self._column(select(sales_invoice.c.case_id).where(sales_invoice.c.state == "sent"))

    @property
    def _tenant(self) -> str:
        return self.house.settings.tenant

    def _column(self, query: "Select[Any]") -> set[str]:
        with self.house.store.read() as view:
            return set(view.execute(query).scalars())


@dataclass(frozen=True)
class _Errand:
    """What people do for one kind of case."""

    file: Callable[[Decimal], str]
    ready: Callable[[], set[str]]
    """What waits for `act`."""
    act: Callable[[str], None]
    ended: Callable[[], set[str]]


def main(home: Path, kind: str, count: int, first_price: int) -> None:
    house = open_installation(Settings(home=home, database_url=""))
    people = People(house)
    buying = _Errand(people.buy, people.sent_orders, people.receive, people.paid_purchases)
    selling = _Errand(people.sell, people.confirmed_sales, people.ship, people.invoiced_sales)
    seconds = _run(people, buying if kind == "purchases" else selling, count, first_price)
    house.close()
    sys.stdout.write(json.dumps(list(seconds.items())))


def _run(people: People, errand: _Errand, count: int, first_price: int) -> dict[str, float]:
    acted = errand.ready()
    began = {errand.file(Decimal(first_price + each) / 100): time.perf_counter() for each in range(count)}
    seconds: dict[str, float] = {}
    while len(seconds) < count:
        people.approve_all()
        for each in sorted(errand.ready() - acted):
            errand.act(each)
            acted.add(each)
        for case in errand.ended() & began.keys() - seconds.keys():
            seconds[case] = time.perf_counter() - began[case]
        time.sleep(_PAUSE)
    return seconds


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
