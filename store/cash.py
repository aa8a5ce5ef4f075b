"""Incoming money: applied to the invoice that it names, in the transaction that takes the booking in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import insert, select

from finance.cash_application import Application, IncomingPayment, OpenReceivable, apply_payment
from finance.wording import money_text
from models.base import Model
from models.ids import sale_workflow
from models.party import Role
from models.statement import Statement, StatementEntry, StatementTransaction
from models.task import Resolution, TaskContent, TaskDetail
from store.outbox import MessageKind, enqueue
from store.receivables import Receivable, open_receivables
from store.schema.payables import attempt
from store.schema.sales import cash_application
from store.tasks import TaskSubject, open_task
from store.unit_of_work import UnitOfWork

_PRELIMINARY = ("camt.052", "camt.054", "mt942")
"""What the bank tells before the day is closed comes again, in other words, in the final statement."""


@dataclass(frozen=True)
class _Place:
    """One transaction on a statement."""

    account: str
    entry: str
    position: int


class AppliedCash(Model):
    """What became of the incoming money of a statement."""

    invoices: tuple[str, ...]
    tasks: tuple[str, ...]
    """Opened because money is left that nothing was found for."""


def apply_cash(work: UnitOfWork, document: Statement, entries: Iterable[tuple[str, StatementEntry]]) -> AppliedCash:
    """Applies the incoming money of a final statement, each booking once however often it is imported.

    `entries` are its stored bookings by id. Our own payments that come back, and what is not booked, are left alone.
    """
    if document.message_type.startswith(_PRELIMINARY):
        return AppliedCash(invoices=(), tasks=())
    known = _known_entries(work, document.account)
    owed = {each.invoice: each for each in open_receivables(work.connection, work.tenant)}
    results = [
        _apply(work, owed, _Place(document.account, entry_id, position), transaction)
        for entry_id, entry in entries
        if entry.amount > 0 and not entry.is_pending and not entry.is_reversal and entry_id not in known
        for position, transaction in enumerate(_transactions(entry))
        if transaction.amount > 0 and not _is_our_own(work, transaction)
    ]
    return AppliedCash(
        invoices=tuple(invoice for invoice, _ in results if invoice), tasks=tuple(task for _, task in results if task)
    )


def _known_entries(work: UnitOfWork, account: str) -> frozenset[str]:
    place = (cash_application.c.tenant == work.tenant) & (cash_application.c.account == account)
    return frozenset(work.execute(select(cash_application.c.entry).where(place)).scalars())


def _transactions(entry: StatementEntry) -> tuple[StatementTransaction, ...]:
    """What the entry consists of; as one sum where its transactions do not come to what was booked."""
    whole = StatementTransaction(amount=entry.amount, currency=entry.currency, remittance=entry.information)
    total = sum((each.amount for each in entry.transactions), start=Decimal(0))
    is_whole = total == entry.amount and all(each.currency == entry.currency for each in entry.transactions)
    return entry.transactions if is_whole else (whole,)


def _is_our_own(work: UnitOfWork, transaction: StatementTransaction) -> bool:
    """Whether it carries the reference of a payment that we made: then it came back, and no customer paid."""
    reference = transaction.end_to_end_id.strip().upper()
    query = select(attempt.c.number).where(attempt.c.tenant == work.tenant, attempt.c.reference == reference)
    return work.execute(query).first() is not None


def _apply(
    work: UnitOfWork, owed: dict[str, Receivable], place: _Place, transaction: StatementTransaction
) -> tuple[str, str]:
    """The invoice that was settled in whole or in part, and the task for what is left, each empty if there is none.

    `owed` is kept up to date.
    """
    payment = IncomingPayment(
        amount=transaction.amount,
        currency=transaction.currency,
        reference=transaction.end_to_end_id,
        remittance=transaction.remittance,
    )
    found = apply_payment(payment, [_candidate(each) for each in owed.values()])
    outer, work.case = work.case, _case_of(found, owed)
    _record(work, place, transaction, found)
    if found.invoice:
        owed[found.invoice] = _settle(work, owed[found.invoice], found)
    task = _ask(work, f"{place.entry}.{place.position}", transaction, found) if found.unapplied else ""
    work.case = outer
    return found.invoice, task


def _case_of(found: Application, owed: Mapping[str, Receivable]) -> str:
    """The sale that the payment belongs to; empty where it names none, or several."""
    named = (found.invoice,) if found.invoice else found.runners_up
    return owed[named[0]].case if len(named) == 1 else ""


def _record(work: UnitOfWork, place: _Place, transaction: StatementTransaction, found: Application) -> None:
    work.execute(
        insert(cash_application).values(
            tenant=work.tenant,
            account=place.account,
            entry=place.entry,
            position=place.position,
            invoice=found.invoice,
            amount=transaction.amount,
            currency=transaction.currency,
            applied=found.applied,
            rule=found.rule,
            runners_up=found.runners_up,
            payer=transaction.counterparty,
            remittance=transaction.remittance,
            recorded_at=work.now,
        )
    )


def _candidate(receivable: Receivable) -> OpenReceivable:
    return OpenReceivable(invoice=receivable.invoice, open_amount=receivable.open_amount, currency=receivable.currency)


def _settle(work: UnitOfWork, receivable: Receivable, found: Application) -> Receivable:
    left = receivable.open_amount - found.applied
    after = {
        "amount": f"{found.applied} {receivable.currency}",
        "open": f"{left} {receivable.currency}",
        "rule": found.rule,
        "match": found.message,
    }
    work.record("cash.applied", "sales_invoice", receivable.invoice, after=after)
    if not left:
        work.record("sales_invoice.paid", "sales_invoice", receivable.invoice)
    enqueue(work, MessageKind.CHANGED, sale_workflow(work.tenant, receivable.order_number))
    return receivable.model_copy(update={"applied": receivable.applied + found.applied})


def _ask(work: UnitOfWork, key: str, transaction: StatementTransaction, found: Application) -> str:
    amount = money_text(found.unapplied, transaction.currency)
    after = {"amount": f"{found.unapplied} {transaction.currency}", "rule": found.rule, "match": found.message}
    work.record("cash.left_unapplied", "incoming_payment", key, after=after)
    content = TaskContent(
        title=f"{amount} from {transaction.counterparty or 'an unnamed payer'} is not applied"[:200],
        message=found.message,
        details=(
            TaskDetail(label="Remittance text", actual=transaction.remittance),
            TaskDetail(label="Paid from", actual=transaction.counterparty_iban),
        ),
        resolutions=(Resolution.NOTED,),
    )
    subject = TaskSubject(kind="unapplied_cash", subject_kind="incoming_payment", subject_id=key, workflow="")
    return open_task(work, subject, Role.ACCOUNTS_RECEIVABLE, content, None)
