"""Bank statements and what of them is reconciled with our payments."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from finance.reconciliation import BookingMatch, BookingState, OpenPayment, match_entry
from models.base import Model
from models.errors import BusinessError, Finding
from models.ids import invoice_workflow, statement_workflow
from models.party import HouseAccount, Role
from models.payment import PaymentIntent
from models.statement import Statement, StatementEntry
from store.cases import attach
from store.cash import apply_cash
from store.intents import StoredIntent, executed_payments
from store.invoices import invoice_of, set_invoice_state
from store.masters import entity_of
from store.numbers import next_number
from store.outbox import MessageKind, enqueue
from store.people import SignedIn
from store.schema.payables import reconciliation, statement, statement_entry
from store.unit_of_work import Store, UnitOfWork


class ImportedStatement(Model):
    id: str
    account: str
    new_entries: int
    reconciled: tuple[str, ...]
    """Slices of the payments that bookings of the account settled."""
    applied: tuple[str, ...] = ()
    """Sales invoices that incoming money was applied to."""
    tasks: tuple[str, ...] = ()
    """Opened for incoming money that belongs to no invoice by itself."""


def request_statement(store: Store, signed_in: SignedIn, entity: str, day: date) -> str:
    """Has the bots fetch the statements of all of `entity`'s accounts for `day`; returns the main account's request.

    Raises BusinessError `entity.unknown`, or `right.missing` without treasurer's or accounts payable's role.
    """
    signed_in.require(Role.TREASURER, Role.ACCOUNTS_PAYABLE)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        company = entity_of(work.connection, work.tenant, entity)
        requests = [request_account(work, entity, account, day) for account in company.accounts]
    return requests[0]


def request_account(work: UnitOfWork, entity: str, account: HouseAccount, day: date) -> str:
    """Has the bots fetch the statement of one account for `day`; returns the request."""
    request = next_number(work, "ST")
    after = {"entity": entity, "account": account.iban, "day": str(day)}
    work.record("statement.requested", "statement_request", request, after=after)
    enqueue(
        work,
        MessageKind.START,
        statement_workflow(work.tenant, request),
        "BankStatement",
        {
            "tenant": work.tenant,
            "request": request,
            "portal": account.bank_portal,
            "account": account.iban,
            "day": day.isoformat(),
        },
    )
    return request


def import_statement(
    work: UnitOfWork, document: Statement, sha256: str, findings: tuple[Finding, ...]
) -> ImportedStatement:
    """Takes in a balanced statement, reconciles our payments and applies incoming money; again it changes nothing.

    Raises BusinessError `statement.unbalanced` with the findings when opening + bookings is not closing.
    """
    if findings:
        raise BusinessError("statement.unbalanced", f"Statement {document.id} does not add up.", findings)
    key = {"tenant": work.tenant, "account": document.account}
    place = (statement.c.tenant == work.tenant) & (statement.c.account == document.account)
    is_new = work.execute(select(statement.c.id).where(place, statement.c.id == document.id)).one_or_none() is None
    if is_new:
        work.execute(
            insert(statement).values(**key, id=document.id, sha256=sha256, data=document, imported_at=work.now)
        )
    known = _known_entries(work, document.account)
    entries = keyed_entries(document)
    fresh = [(entry_id, entry) for entry_id, entry in entries if entry_id not in known]
    for entry_id, entry in fresh:
        work.execute(insert(statement_entry).values(**key, id=entry_id, statement=document.id, data=entry))
    cash = apply_cash(work, document, entries)
    if is_new or fresh:
        after = {"account": document.account, "entries": len(document.entries), "new": len(fresh), "sha256": sha256}
        work.record("statement.imported", "statement", document.id, after=after)
    return ImportedStatement(
        id=document.id,
        account=document.account,
        new_entries=len(fresh),
        reconciled=reconcile_account(work, document.account),
        applied=cash.invoices,
        tasks=cash.tasks,
    )


def reconcile_account(work: UnitOfWork, account: str) -> tuple[str, ...]:
    """Matches every booking of `account` that is still open with our executed payments; the slices it settled.

    Called when bookings arrive and when a payment is found executed: either may come first.
    """
    return tuple(
        match.payments[0]
        for row in _unreconciled(work, account)
        for match in _reconcile(work, account, row.id, row.data, row.sha256)
        if match.state is BookingState.MATCHED
    )


def keyed_entries(document: Statement) -> tuple[tuple[str, StatementEntry], ...]:
    """The bookings, each under what makes it the same in two statements of one account: all the bank says about it.

    Its place in the statement, which stands in for a reference that the bank did not give, is no part of that. Bookings
    alike to the letter, as two equal fees of one day can be, are told apart by counting them.
    """
    seen: Counter[str] = Counter()
    keyed = []
    for position, entry in enumerate(document.entries, 1):
        text = entry.model_copy(update={"id": "" if entry.id == str(position) else entry.id}).model_dump_json()
        repeats = f"#{seen[text]}" if seen[text] else ""
        keyed.append((hashlib.sha256(f"{text}{repeats}".encode()).hexdigest(), entry))
        seen[text] += 1
    return tuple(keyed)


def reconciled_slices(connection: Connection, tenant: str) -> frozenset[str]:
    query = select(reconciliation.c.slice).where(reconciliation.c.tenant == tenant)
    return frozenset(connection.execute(query).scalars())


def imported_statements(connection: Connection, tenant: str) -> tuple[tuple[Statement, str], ...]:
    """All statements with the SHA-256 of their file, newest first."""
    query = select(statement).where(statement.c.tenant == tenant).order_by(statement.c.imported_at.desc())
    return tuple((row.data, row.sha256) for row in connection.execute(query))


def _known_entries(work: UnitOfWork, account: str) -> frozenset[str]:
    place = (statement_entry.c.tenant == work.tenant) & (statement_entry.c.account == account)
    return frozenset(work.execute(select(statement_entry.c.id).where(place)).scalars())


def _unreconciled(work: UnitOfWork, account: str) -> Sequence[Row[Any]]:
    done = select(reconciliation.c.entry).where(
        reconciliation.c.tenant == work.tenant, reconciliation.c.account == account
    )
    home = statement.join(
        statement_entry,
        (statement.c.tenant == statement_entry.c.tenant)
        & (statement.c.account == statement_entry.c.account)
        & (statement.c.id == statement_entry.c.statement),
    )
    query = select(statement_entry.c.id, statement_entry.c.data, statement.c.sha256).select_from(home)
    place = (statement_entry.c.tenant == work.tenant) & (statement_entry.c.account == account)
    return work.execute(query.where(place, statement_entry.c.id.not_in(done))).all()


def _reconcile(
    work: UnitOfWork, account: str, entry_id: str, entry: StatementEntry, sha256: str
) -> tuple[BookingMatch, ...]:
    settled = reconciled_slices(work.connection, work.tenant)
    waiting = {
        intent.slice: (intent, _open_payment(intent.slice, intent.content, reference))
        for intent, reference in executed_payments(work.connection, work.tenant)
        if intent.slice not in settled and isinstance(intent.content, PaymentIntent)
        if intent.content.payer_iban == account
    }
    matches = match_entry(entry, [payment for _, payment in waiting.values()])
    for match in matches:
        if match.state is BookingState.MATCHED:
            intent, _ = waiting[match.payments[0]]
            work.execute(
                insert(reconciliation).values(
                    tenant=work.tenant, slice=intent.slice, account=account, entry=entry_id, reconciled_at=work.now
                )
            )
            _settle(work, intent, match, sha256)
    return matches


def _settle(work: UnitOfWork, intent: StoredIntent, match: BookingMatch, sha256: str) -> None:
    outer, work.case = work.case, intent.case
    after = {"match": match.message}
    work.record("payment.reconciled", "intent", intent.slice, after=after)
    set_invoice_state(work, intent.invoice, "closed")
    attach(work, "Bank statement", sha256, "application/xml", "statement.xml")
    stored = invoice_of(work.connection, work.tenant, intent.invoice)
    enqueue(work, MessageKind.CHANGED, invoice_workflow(work.tenant, stored.sha256))
    work.case = outer


def _open_payment(slice_id: str, content: PaymentIntent, reference: str) -> OpenPayment:
    return OpenPayment(
        id=slice_id,
        reference=reference,
        amount=content.amount.amount,
        currency=content.amount.currency,
        payee_iban=content.payee.iban,
    )
