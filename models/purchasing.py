"""Requisition, order and receipt. Line numbers are one-based and keep their meaning from request to receipt."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from models.base import Model
from models.money import Amount, Currency, Money

Positive = Annotated[Amount, Field(gt=0)]


class RequisitionLine(Model):
    number: int = Field(ge=1)
    description: str = Field(min_length=1, max_length=200)
    quantity: Positive
    unit: str = "C62"
    unit_price: Positive
    tax_rate: Annotated[Amount, Field(ge=0, le=100)] = Decimal(19)
    cost_centre: str = Field(default="", exclude_if=lambda value: value == "")
    """Who pays this line; empty: the cost centre of the whole. Left out when empty, so that the digest of what was
    filed before lines could be split stays what it was."""

    @property
    def net_amount(self) -> Decimal:
        return self.quantity * self.unit_price


class RequisitionContent(Model):
    """What the requester asks for; this is what approvers approve."""

    entity: str
    vendor: str
    cost_centre: str
    category: str
    currency: Currency
    needed_by: date | None = None
    reason: str = Field(min_length=1, max_length=500)
    lines: tuple[RequisitionLine, ...] = Field(min_length=1, max_length=200)

    @property
    def net_total(self) -> Money:
        amount = sum((line.net_amount for line in self.lines), start=Decimal(0))
        return Money(amount=amount, currency=self.currency).rounded()

    @property
    def net_by_cost_centre(self) -> dict[str, Decimal]:
        """What each cost centre pays, in the order of the lines."""
        found: dict[str, Decimal] = {}
        for line in self.lines:
            centre = line.cost_centre or self.cost_centre
            found[centre] = found.get(centre, Decimal(0)) + line.net_amount
        return {centre: Money(amount=net, currency=self.currency).rounded().amount for centre, net in found.items()}


class PurchaseOrder(Model):
    """An order as sent to the vendor. Its lines are the approved requisition's."""

    number: str
    issued: date
    content: RequisitionContent


class ReceiptLine(Model):
    order_line: int = Field(ge=1)
    quantity: Positive


class GoodsReceipt(Model):
    id: str
    order_number: str
    received_by: str
    """Person id."""
    received_at: datetime
    lines: tuple[ReceiptLine, ...] = Field(min_length=1)
