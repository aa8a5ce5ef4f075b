"""Checking and matching an invoice, with what it takes of its order reserved in the deciding transaction."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Connection

from finance.matching import three_way_match
from finance.tolerance import tolerances_from
from formats.invoice_checks import invoice_findings
from models.approval import ApprovalScope, ApprovalSubject, ApprovalWanted
from models.base import Model
from models.errors import Finding
from models.ids import invoice_workflow
from models.matching import ExceptionKind, LineMatch, MatchException, Tolerances
from models.party import Role
from models.rule import RuleEvaluation
from models.task import Resolution, TaskContent, TaskDetail
from store.approvals import request_approval
from store.invoices import (
    OVER_STATES,
    StoredInvoice,
    invoice_of,
    release,
    reserve,
    set_invoice_state,
)
from store.masters import entities, vendor_of
from store.orders import StoredOrder, open_lines, orders, requisition_of
from store.release import duplicate_findings
from store.rule_versions import evaluate
from store.tasks import Task, TaskSubject, close_tasks, open_task, tasks_about
from store.unit_of_work import UnitOfWork

_WAITS = frozenset({ExceptionKind.NO_RECEIPT})
_DATE_FIELDS = ("due_date", "issue_date")
_AMOUNT_FIELDS = ("totals", "taxes", "lines")


class MatchState(StrEnum):
    MATCHED = "matched"
    WAITING = "waiting"
    """Only the receipt is missing; nobody has to do anything about the invoice."""
    EXCEPTION = "exception"
    OVER = "over"
    """A person rejected it or sent it back."""


class MatchOutcome(Model):
    state: MatchState
    tasks: tuple[str, ...] = ()
    approval: str = ""
    """Id of the approval request about the matched invoice."""


def match_invoice(work: UnitOfWork, invoice_id: str) -> MatchOutcome:
    """Looks at the invoice with everything known now; what people resolved in the meantime counts."""
    stored = invoice_of(work.connection, work.tenant, invoice_id)
    work.case = stored.case
    resolved = tasks_about(work.connection, work.tenant, "invoice", invoice_id)
    if stored.state in OVER_STATES:
        return MatchOutcome(state=MatchState.OVER)
    order = order_named_by(work.connection, work.tenant, stored)
    if stored.is_on_its_way:
        return MatchOutcome(state=MatchState.MATCHED, approval=_route(work, stored, order, variance_accepted=False))
    if _end_by_person(work, stored, resolved):
        return MatchOutcome(state=MatchState.OVER)
    accepted = _with_consequences(task.kind for task in resolved if task.resolution is Resolution.ACCEPT_VARIANCE)
    matches, exceptions = _compare(work, stored, order)
    pressing = tuple(found for found in exceptions if found.kind not in accepted)
    if pressing:
        release(work, invoice_id)
        return _wait_or_ask(work, stored, pressing)
    reserve(work, invoice_id, matches)
    set_invoice_state(work, invoice_id, "matched", after={"lines": [line.model_dump(mode="json") for line in matches]})
    close_tasks(work, "invoice", invoice_id, "The invoice matches now.")
    return MatchOutcome(
        state=MatchState.MATCHED, approval=_route(work, stored, order, variance_accepted=bool(exceptions))
    )


def order_named_by(connection: Connection, tenant: str, stored: StoredInvoice) -> StoredOrder | None:
    """The order that the invoice names, if it is one of ours with this vendor."""
    for order in orders(connection, tenant, stored.case):
        if order.order.number == stored.document.order_reference and order.order.content.vendor == stored.vendor:
            return order
    return None


def _compare(
    work: UnitOfWork, stored: StoredInvoice, order: StoredOrder | None
) -> tuple[tuple[LineMatch, ...], tuple[MatchException, ...]]:
    lines = open_lines(work.connection, work.tenant, order.order.number) if order else ()
    currency = order.order.content.currency if order else stored.document.currency
    result = three_way_match(stored.document, currency, lines, _tolerances(work, stored, order))
    return result.matches, (*_document_exceptions(work, stored), *result.exceptions)


def _document_exceptions(work: UnitOfWork, stored: StoredInvoice) -> Iterator[MatchException]:
    for finding in invoice_findings(stored.document):
        yield MatchException(kind=_kind_of(finding), message=str(finding))
    if not stored.vendor:
        seller = stored.document.seller
        message = f"{seller.name} ({seller.vat_id or 'no VAT id'}) is not in the vendor master."
        yield MatchException(kind=ExceptionKind.UNKNOWN_VENDOR, message=message, actual=seller.name)
        return
    yield from _vendor_exceptions(work, stored)
    for finding in duplicate_findings(work, stored):
        yield MatchException(kind=ExceptionKind.DUPLICATE, message=f"The invoice {finding.problem}.")


def _vendor_exceptions(work: UnitOfWork, stored: StoredInvoice) -> Iterator[MatchException]:
    vendor = vendor_of(work.connection, work.tenant, stored.vendor)
    if vendor.blocked:
        message = f"{vendor.name} is blocked in the vendor master."
        yield MatchException(kind=ExceptionKind.VENDOR_BLOCKED, message=message)
    for means in stored.document.payment_means:
        iban = "".join(means.iban.split()).upper()
        if iban and iban != vendor.account.iban:
            message = f"The invoice asks for payment to another account than the one on record for {vendor.name}."
            yield MatchException(
                kind=ExceptionKind.BANK_DETAILS, message=message, expected=vendor.account.iban, actual=iban
            )


def _kind_of(finding: Finding) -> ExceptionKind:
    if finding.field.startswith(_DATE_FIELDS):
        return ExceptionKind.DATES
    return ExceptionKind.ARITHMETIC if finding.field.startswith(_AMOUNT_FIELDS) else ExceptionKind.MISSING_FIELD


def _tolerances(work: UnitOfWork, stored: StoredInvoice, order: StoredOrder | None) -> Tolerances:
    category = order.order.content.category if order else "goods"
    inputs = [{"dimension": name, "category": category} for name in Tolerances.model_fields]
    return tolerances_from(
        {each["dimension"]: _decide(work, stored, "match_tolerance", each).result for each in inputs}
    )


def _decide(work: UnitOfWork, stored: StoredInvoice, table: str, inputs: dict[str, str]) -> RuleEvaluation:
    """A table that is asked several questions about one version of an invoice pins the answer to each."""
    question = hashlib.sha256("\n".join((stored.digest, *inputs.values())).encode()).hexdigest()
    return evaluate(work, table, "invoice", stored.id, question, inputs)


def _end_by_person(work: UnitOfWork, stored: StoredInvoice, resolved: tuple[Task, ...]) -> bool:
    ends = {Resolution.REJECT: "rejected", Resolution.SEND_BACK: "sent_back"}
    for task in resolved:
        if task.resolution in ends:
            release(work, stored.id)
            set_invoice_state(work, stored.id, ends[task.resolution], reasons=(task.comment,))
            close_tasks(work, "invoice", stored.id, "The invoice is over.")
            return True
    return False


def _with_consequences(kinds: Iterable[str]) -> frozenset[str]:
    """A price that a person accepted also explains the line's amount."""
    accepted = frozenset(kinds)
    return accepted | {ExceptionKind.LINE_AMOUNT} if ExceptionKind.PRICE in accepted else accepted


def _wait_or_ask(work: UnitOfWork, stored: StoredInvoice, pressing: tuple[MatchException, ...]) -> MatchOutcome:
    reasons = tuple(found.message for found in pressing)
    if {found.kind for found in pressing} <= _WAITS:
        set_invoice_state(work, stored.id, "waiting", reasons=reasons)
        return MatchOutcome(state=MatchState.WAITING)
    set_invoice_state(work, stored.id, "exception", reasons=reasons)
    kinds = dict.fromkeys(found.kind for found in pressing if found.kind not in _WAITS)
    if ExceptionKind.DUPLICATE in kinds:
        # A repeated invoice also exceeds its order; whether it is one has to be settled first.
        kinds = {ExceptionKind.DUPLICATE: None}
    elif ExceptionKind.PRICE in kinds:
        kinds.pop(ExceptionKind.LINE_AMOUNT, None)
    tasks = [_ask(work, stored, kind, [found for found in pressing if found.kind is kind]) for kind in kinds]
    return MatchOutcome(state=MatchState.EXCEPTION, tasks=tuple(tasks))


def _ask(work: UnitOfWork, stored: StoredInvoice, kind: ExceptionKind, found: list[MatchException]) -> str:
    routing = _decide(work, stored, "exception_routing", {"kind": kind.value}).result
    what = kind.replace("_", " ").capitalize()
    content = TaskContent(
        title=f"{what}: invoice {stored.document.number} of {stored.document.seller.name}",
        message=" ".join(each.message for each in found),
        details=tuple(
            TaskDetail(
                label=f"Line {each.invoice_line}" if each.invoice_line else "Invoice",
                expected=each.expected,
                actual=each.actual,
            )
            for each in found
        ),
        resolutions=tuple(Resolution(name) for name in routing["resolutions"]),
    )
    workflow = invoice_workflow(work.tenant, stored.sha256)
    subject = TaskSubject(kind=kind, subject_kind="invoice", subject_id=stored.id, workflow=workflow)
    return open_task(work, subject, Role(routing["owner_role"]), content, timedelta(hours=int(routing["sla_hours"])))


def _route(work: UnitOfWork, stored: StoredInvoice, order: StoredOrder | None, *, variance_accepted: bool) -> str:
    evaluation = evaluate(
        work,
        "invoice_approval",
        "invoice",
        stored.id,
        stored.digest,
        {
            "matched": order is not None,
            "variance_accepted": variance_accepted,
            "amount": stored.document.totals.payable,
        },
    )
    wanted = ApprovalWanted(
        subject=ApprovalSubject.INVOICE,
        subject_id=stored.id,
        title=f"Invoice {stored.document.number} of {stored.document.seller.name}",
        digest=stored.digest,
        requester=requisition_of(work.connection, work.tenant, order.requisition).requester if order else "",
        scope=scope_of_invoice(work.connection, work.tenant, stored, order),
    )
    return request_approval(work, wanted, evaluation).request.id


def scope_of_invoice(
    connection: Connection, tenant: str, stored: StoredInvoice, order: StoredOrder | None
) -> ApprovalScope:
    """What rights to approve an invoice, or its payment, are measured against."""
    content = order.order.content if order else None
    entity = content.entity if content else next((each.id for each in entities(connection, tenant)), "")
    centres = tuple(content.net_by_cost_centre) if content else ()
    return ApprovalScope(entity=entity, cost_centres=centres, amount=stored.total)
