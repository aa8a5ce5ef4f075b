"""Input and result of the three-way match."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from models.base import Model
from models.money import Amount

Allowance = Annotated[Amount, Field(ge=0)] | Literal["unlimited"]


class ExceptionKind(StrEnum):
    """Why an invoice cannot go on by itself. Each has an owner, an SLA and its resolutions in a table."""

    NO_ORDER = "no_order"
    NO_RECEIPT = "no_receipt"
    QUANTITY = "quantity"
    PRICE = "price"
    LINE_AMOUNT = "line_amount"
    TAX = "tax"
    TOTAL = "total"
    CURRENCY = "currency"
    DUPLICATE = "duplicate"
    UNKNOWN_VENDOR = "unknown_vendor"
    VENDOR_BLOCKED = "vendor_blocked"
    BANK_DETAILS = "bank_details"
    ARITHMETIC = "arithmetic"
    DATES = "dates"
    MISSING_FIELD = "missing_field"


class Limit(Model):
    """How far a value may stray to one side; where both allowances are numbers the stricter one counts.

    Both must be said: a blank is refused, "unlimited" is a word.
    """

    absolute: Allowance
    percent: Allowance


class Tolerance(Model):
    lower: Limit
    upper: Limit


class Tolerances(Model):
    quantity: Tolerance
    price: Tolerance
    line_amount: Tolerance
    tax: Tolerance


class OpenOrderLine(Model):
    """What of an order line is still open when the invoice comes, every earlier invoice of any case counted."""

    order_number: str
    number: int
    description: str
    unit: str = ""
    """UN/ECE Recommendation 20 code as on the order; empty where the order does not say."""
    ordered: Amount
    """Ordered less cancelled."""
    received: Amount
    """Received less returned."""
    invoiced: Amount
    """Already reserved by other invoices."""
    invoiced_variance: Amount = Decimal(0)
    """Net amount by which earlier invoices exceeded the order's price: tolerance is cumulative per order line."""
    unit_price: Amount
    tax_rate: Amount


class LineMatch(Model):
    """One invoice line against one order line; quantities in the order line's unit, amounts net."""

    invoice_line: str
    order_number: str
    order_line: int
    quantity: Amount
    amount: Amount
    variance: Amount


class MatchException(Model):
    kind: ExceptionKind
    invoice_line: str = ""
    """Id; several separated by ", " where they bill one order line; empty for the whole document."""
    message: str
    """A sentence for the clerk with the invoice's and the order's value."""
    expected: str = ""
    actual: str = ""


class MatchResult(Model):
    matches: tuple[LineMatch, ...]
    exceptions: tuple[MatchException, ...]

    @property
    def is_matched(self) -> bool:
        return not self.exceptions
