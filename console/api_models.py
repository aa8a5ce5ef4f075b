"""What the API takes and gives beside the views it shares with the pages. Amounts are strings."""

from datetime import date, datetime

from pydantic import Field, SecretStr

from console.views.orders import OrderView
from console.views.sales import SalesOrderView
from models.approval import Outcome
from models.base import Model
from models.money import Money
from models.purchasing import ReceiptLine
from models.sales import DeliveryLine
from models.task import Resolution


class Credentials(Model):
    login: str = Field(max_length=80)
    password: SecretStr


class SessionToken(Model):
    token: str
    """Send it as `Authorization: Bearer <token>`."""


class FiledCase(Model):
    requisition: str
    case: str


class Answer(Model):
    outcome: Outcome
    comment: str = Field(default="", max_length=2000)
    digest: str
    """Of the content you were shown, as `GET /approvals/{id}` gave it."""


class RecordedDecision(Model):
    decision: str
    stage: int
    decided_at: datetime


class Settlement(Model):
    resolution: Resolution
    proof: str = Field(default="", max_length=2000)
    """What shows that it was done, for the answer `done`."""
    comment: str = Field(max_length=2000)


class SecondAnswer(Model):
    """What a second person says to the answer that waits for them."""

    digest: str = Field(max_length=64)
    """`proposal_digest` of the task as it was seen."""
    agreed: bool
    comment: str = Field(max_length=2000)


class Receipt(Model):
    lines: tuple[ReceiptLine, ...] = Field(max_length=200)


class RecordedReceipt(Model):
    receipt: str


class FiledSale(Model):
    order: str
    case: str


class DeliveredGoods(Model):
    lines: tuple[DeliveryLine, ...] = Field(max_length=200)


class RecordedDelivery(Model):
    delivery: str


class StatementWanted(Model):
    entity: str
    day: date


class StatementRequest(Model):
    request: str


class CaseSummary(Model):
    id: str
    title: str
    state: str
    owner: str
    vendor: str
    """Empty for a sale."""
    customer: str
    """Empty for a purchase."""
    total: Money
    opened_at: datetime
    closed_at: datetime | None


class CaseList(Model):
    cases: tuple[CaseSummary, ...]


class HandedIn(Model):
    sha256: str
    """Of the file; under it stands what became of it."""


class OrderList(Model):
    orders: tuple[OrderView, ...]


class SalesOrderList(Model):
    orders: tuple[SalesOrderView, ...]


class Problem(Model):
    """RFC 9457 problem+json."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    findings: tuple["ProblemFinding", ...]


class ProblemFinding(Model):
    field: str
    problem: str
    code: str
