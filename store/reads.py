"""What pages ask of the store: searches and lookups that no change needs."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, func, or_, select

from audit.entry import Actor
from models.approval import ApprovalRequest, ApprovalSubject
from models.errors import BusinessError
from models.invoice import Invoice
from models.matching import LineMatch
from models.money import Money
from models.payment import PaymentIntent
from models.purchasing import RequisitionContent
from models.sales import SalesOrderContent
from models.statement import BalanceKind, Statement
from store.cases import Case, case_of
from store.invoices import invoice_of
from store.orders import FiledRequisition, requisition_of
from store.payments import payment_of
from store.sales_orders import sales_order_of
from store.schema.payables import evidence, invoice_match, reconciliation
from store.schema.people import budget_reservation, vendor
from store.schema.purchasing import case_record, document, requisition
from store.schema.sales import customer
from store.statements import imported_statements, keyed_entries
from store.unit_of_work import UnitOfWork

View: TypeAlias = Connection
"""A consistent view of the store, as `Store.read` gives it."""
ApprovedContent: TypeAlias = RequisitionContent | Invoice | PaymentIntent | SalesOrderContent


@dataclass(frozen=True)
class AttachedFile:
    media_type: str
    file_name: str


@dataclass(frozen=True)
class StatementSummary:
    id: str
    account: str
    day: date | None
    closing: Money | None
    bookings: int
    reconciled: int


def find_cases(connection: View, tenant: str, state: str, text: str, limit: int = 200) -> tuple[Case, ...]:
    """Cases newest first. `state` is `open`, `closed` or `all`; `text` is looked for in number, title and partner."""
    query = select(case_record.c.id).where(case_record.c.tenant == tenant)
    if state == "open":
        query = query.where(case_record.c.closed_at.is_(None))
    elif state == "closed":
        query = query.where(case_record.c.closed_at.is_not(None))
    for word in text.split():
        query = query.where(_mentions(tenant, word))
    found = connection.execute(query.order_by(case_record.c.opened_at.desc()).limit(limit)).scalars().all()
    return tuple(case_of(connection, tenant, case) for case in found)


def requisition_of_case(connection: View, tenant: str, case: str) -> FiledRequisition | None:
    """None for a case that began with an invoice."""
    query = select(requisition.c.id).where(requisition.c.tenant == tenant, requisition.c.case_id == case)
    found = connection.execute(query).scalar_one_or_none()
    return requisition_of(connection, tenant, found) if found is not None else None


def matches_of(connection: View, tenant: str, invoice: str) -> tuple[LineMatch, ...]:
    """What an invoice holds of its order lines."""
    query = select(invoice_match).where(invoice_match.c.tenant == tenant, invoice_match.c.invoice == invoice)
    return tuple(
        LineMatch(
            invoice_line=row.invoice_line,
            order_number=row.order_number,
            order_line=row.order_line,
            quantity=row.quantity,
            amount=row.amount,
            variance=row.variance,
        )
        for row in connection.execute(query.order_by(invoice_match.c.order_line))
    )


def account_since(connection: View, tenant: str, vendor_id: str) -> datetime:
    """Since when the vendor is paid on its present account. Raises BusinessError `vendor.unknown`."""
    query = select(vendor.c.account_since).where(vendor.c.tenant == tenant, vendor.c.id == vendor_id)
    found: datetime | None = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise BusinessError("vendor.unknown", f"There is no vendor {vendor_id!r}.")
    return found


def is_budget_reserved(connection: View, tenant: str, requisition_id: str) -> bool:
    place = (budget_reservation.c.tenant == tenant) & (budget_reservation.c.requisition == requisition_id)
    return connection.execute(select(budget_reservation.c.amount).where(place)).first() is not None


def attached_file(connection: View, tenant: str, sha256: str) -> AttachedFile | None:
    """What a stored file is to people: a document of a case or a bot's screenshot; None where it is neither."""
    paper = select(document.c.media_type, document.c.file_name).where(
        document.c.tenant == tenant, document.c.sha256 == sha256
    )
    row = connection.execute(paper.limit(1)).one_or_none()
    if row is not None:
        return AttachedFile(row.media_type, row.file_name)
    picture = select(evidence.c.id).where(evidence.c.tenant == tenant, evidence.c.screenshot == sha256)
    is_picture = connection.execute(picture.limit(1)).one_or_none() is not None
    return AttachedFile("image/png", "screenshot.png") if is_picture else None


def statement_summaries(connection: View, tenant: str) -> tuple[StatementSummary, ...]:
    """All statements, newest first, each with how many of its bookings are reconciled with payments of ours."""
    query = select(reconciliation.c.account, reconciliation.c.entry).where(reconciliation.c.tenant == tenant)
    settled = {(row.account, row.entry) for row in connection.execute(query)}
    return tuple(_summary(statement, settled) for statement, _ in imported_statements(connection, tenant))


def content_to_approve(connection: View, tenant: str, request: ApprovalRequest, now: datetime) -> ApprovedContent:
    """What `request` is about as the store has it now; its digest is that of what an approver is shown."""
    if request.subject is ApprovalSubject.PURCHASE:
        return requisition_of(connection, tenant, request.subject_id).content
    if request.subject is ApprovalSubject.SALE:
        return sales_order_of(connection, tenant, request.subject_id).content
    stored = invoice_of(connection, tenant, request.subject_id)
    if request.subject is ApprovalSubject.INVOICE:
        return stored.document
    # Composed by the function that freezes it, on a connection of the reader, which refuses every change.
    return payment_of(UnitOfWork(connection, tenant, Actor(system="reader"), now), stored)


def _summary(statement: Statement, settled: Set[tuple[str, str]]) -> StatementSummary:
    closing = next((balance for balance in statement.balances if balance.kind is BalanceKind.CLOSING), None)
    booked = [entry_id for entry_id, entry in keyed_entries(statement) if not entry.is_pending]
    return StatementSummary(
        id=statement.id,
        account=statement.account,
        day=closing.day if closing else None,
        closing=Money(amount=closing.amount, currency=closing.currency) if closing else None,
        bookings=len(booked),
        reconciled=sum((statement.account, entry_id) in settled for entry_id in booked),
    )


def _mentions(tenant: str, word: str) -> ColumnElement[bool]:
    vendors = select(vendor.c.id).where(vendor.c.tenant == tenant, _contains(vendor.c.name, word))
    customers = select(customer.c.id).where(customer.c.tenant == tenant, _contains(customer.c.name, word))
    return or_(
        _contains(case_record.c.id, word),
        _contains(case_record.c.title, word),
        case_record.c.vendor.in_(vendors),
        case_record.c.customer.in_(customers),
    )


def _contains(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """SQLite lowers only ASCII, so that a word with an umlaut is also looked for as it was typed."""
    return or_(func.lower(column).contains(word.lower(), autoescape=True), column.contains(word, autoescape=True))
