"""An order with what of it has come in."""

from datetime import date, datetime
from decimal import Decimal

from console.names import Names
from models.base import Model
from models.money import Money
from models.purchasing import ReceiptLine
from store.orders import StoredOrder, open_lines
from store.reads import View
from store.receipts import receipts_of


class LineView(Model):
    number: int
    description: str
    unit: str
    ordered: Decimal
    received: Decimal
    invoiced: Decimal
    unit_price: Decimal

    @property
    def still_to_come(self) -> Decimal:
        return max(self.ordered - self.received, Decimal(0))


class ReceiptView(Model):
    received_by: str
    received_at: datetime
    lines: tuple[ReceiptLine, ...]


class OrderView(Model):
    number: str
    state: str
    issued: date
    vendor: str
    total: Money
    lines: tuple[LineView, ...]
    receipts: tuple[ReceiptView, ...]


def order_view(view: View, tenant: str, names: Names, stored: StoredOrder) -> OrderView:
    content = stored.order.content
    units = {line.number: line.unit for line in content.lines}
    return OrderView(
        number=stored.order.number,
        state=stored.state,
        issued=stored.order.issued,
        vendor=names.vendor(content.vendor),
        total=content.net_total,
        lines=tuple(
            LineView(
                number=line.number,
                description=line.description,
                unit=units[line.number],
                ordered=line.ordered,
                received=line.received,
                invoiced=line.invoiced,
                unit_price=line.unit_price,
            )
            for line in open_lines(view, tenant, stored.order.number)
        ),
        receipts=tuple(
            ReceiptView(
                received_by=names.person(receipt.received_by),
                received_at=receipt.received_at,
                lines=receipt.lines,
            )
            for receipt in receipts_of(view, tenant, stored.order.number)
        ),
    )
