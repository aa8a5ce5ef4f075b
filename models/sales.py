"""Customer order and delivery. Line numbers are one-based and keep their meaning from order to invoice."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from models.base import Model
from models.invoice import Invoice
from models.money import Amount, Currency, Money, round_to_currency

Positive = Annotated[Amount, Field(gt=0)]


class SalesOrderLine(Model):
    number: int = Field(ge=1)
    description: str = Field(min_length=1, max_length=200)
    quantity: Positive
    unit: str = "C62"
    unit_price: Positive
    tax_rate: Annotated[Amount, Field(ge=0, le=100)] = Decimal(19)

    @property
    def net_amount(self) -> Decimal:
        return self.quantity * self.unit_price


class SalesOrderContent(Model):
    """What the customer ordered; this is what a credit decision covers."""

    entity: str
    customer: str
    customer_reference: str = Field(min_length=1, max_length=80)
    """The customer's own order number, which stands on delivery and invoice."""
    currency: Currency
    deliver_by: date | None = None
    lines: tuple[SalesOrderLine, ...] = Field(min_length=1, max_length=200)

    @property
    def net_total(self) -> Money:
        amounts = (round_to_currency(line.net_amount, self.currency) for line in self.lines)
        return Money(amount=sum(amounts, start=Decimal(0)), currency=self.currency)


class DeliveryLine(Model):
    order_line: int = Field(ge=1)
    quantity: Positive


class GoodsDelivery(Model):
    id: str
    order_number: str
    delivered_by: str
    """Person id."""
    delivered_at: datetime
    lines: tuple[DeliveryLine, ...] = Field(min_length=1)


class OpenSalesLine(Model):
    """What of an order line has left the house, and what of that was billed."""

    number: int
    description: str
    unit: str
    ordered: Amount
    delivered: Amount
    invoiced: Amount
    unit_price: Amount
    tax_rate: Amount

    @property
    def still_to_deliver(self) -> Decimal:
        return max(self.ordered - self.delivered, Decimal(0))


class InvoiceContact(Model):
    """Who answers the customer's questions about an invoice (BG-6)."""

    name: str
    telephone: str = ""
    email: str = ""


class SalesInvoice(Model):
    """What a delivery is billed with. It is frozen with its number: papers, registration and receivable follow it."""

    order_number: str
    """Ours."""
    delivery: str
    document: Invoice
    contact: InvoiceContact
    language: str
    """In which the customer reads it."""
