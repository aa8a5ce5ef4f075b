"""Everything that somebody could gain, as it stands in the store and in the portals' own ledgers."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from store.schema.approvals import approval_request, decision
from store.schema.payables import attempt, intent
from store.schema.purchasing import purchase_order
from tests.workflows.house import House


@dataclass(frozen=True)
class Books:
    payments: list[tuple[str, Decimal]]
    postings: list[str]
    orders: list[str]
    approvals: list[tuple[str, str]]
    decisions: int
    intents: list[tuple[str, str]]
    attempts: list[tuple[str, int]]
    submissions: int


def books(house: House) -> Books:
    with house.installation.store.read() as view:
        approvals = view.execute(select(approval_request.c.id, approval_request.c.state)).all()
        intents = view.execute(select(intent.c.slice, intent.c.state)).all()
        attempts = view.execute(select(attempt.c.slice, attempt.c.number)).all()
        orders = view.execute(select(purchase_order.c.number)).scalars().all()
        decisions = len(view.execute(select(decision.c.id)).all())
    return Books(
        payments=house.bank.payments(),
        postings=house.erp.postings(),
        orders=sorted(orders),
        approvals=sorted((row.id, row.state) for row in approvals),
        decisions=decisions,
        intents=sorted((row.slice, row.state) for row in intents),
        attempts=sorted((row.slice, row.number) for row in attempts),
        submissions=house.bank.submissions + house.erp.submissions,
    )
