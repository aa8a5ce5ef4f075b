"""Everything about one case, for the page and the API alike."""

from datetime import date, datetime

from console.context import ConsoleContext
from console.names import Names
from console.progress import Step, progress
from console.sale_progress import sale_progress
from console.views.approvals import ApprovalView, approval_view
from console.views.bot_work import PaymentView, payment_view
from console.views.orders import OrderView, order_view
from console.views.sales import SalesInvoiceView, SalesOrderView, sales_invoice_views, sales_order_view
from models.base import Model
from models.money import Money
from models.task import Proposal, Resolution
from store.answers import proposal_digest
from store.approvals import requests_of_case
from store.cases import Case, case_of, documents
from store.goods_deliveries import open_sales_lines
from store.intents import intents_of_case
from store.invoices import StoredInvoice, invoices_of_case
from store.orders import FiledRequisition, open_lines, orders
from store.reads import View, requisition_of_case
from store.sales_orders import StoredSalesOrder, sales_orders
from store.tasks import Task, tasks_of_case


class RequisitionView(Model):
    id: str
    state: str
    requester: str
    entity: str
    vendor: str
    cost_centre: str
    category: str
    reason: str
    needed_by: date | None
    total: Money


class InvoiceView(Model):
    id: str
    number: str
    state: str
    seller: str
    issued: date
    due: date
    total: Money
    received_at: datetime


class TaskView(Model):
    id: str
    kind: str
    title: str
    message: str
    state: str
    owner_role: str
    resolutions: tuple[Resolution, ...]
    """What may be chosen."""
    due_at: datetime | None
    proposal: Proposal | None
    """An answer that waits for a second person."""
    proposal_digest: str
    resolution: Resolution | None
    comment: str
    resolved_by: str


class DocumentView(Model):
    title: str
    file_name: str
    media_type: str
    sha256: str
    added_at: datetime


class CaseView(Model):
    id: str
    title: str
    state: str
    owner: str
    vendor: str
    customer: str
    partner: str
    """Whichever of the two there is."""
    total: Money
    opened_at: datetime
    closed_at: datetime | None
    progress: tuple[Step, ...]
    requisition: RequisitionView | None
    orders: tuple[OrderView, ...]
    invoices: tuple[InvoiceView, ...]
    sales_order: SalesOrderView | None
    sales_invoices: tuple[SalesInvoiceView, ...]
    approvals: tuple[ApprovalView, ...]
    tasks: tuple[TaskView, ...]
    payments: tuple[PaymentView, ...]
    documents: tuple[DocumentView, ...]


def case_view(view: View, context: ConsoleContext, names: Names, case_id: str) -> CaseView:
    """Raises BusinessError `case.unknown`."""
    tenant = context.tenant
    case = case_of(view, tenant, case_id)
    filed = requisition_of_case(view, tenant, case_id)
    sale = next(iter(sales_orders(view, tenant, case_id)), None)
    return CaseView(
        id=case.id,
        title=case.title,
        state=case.state,
        owner=names.person(case.owner),
        vendor=names.vendor(case.vendor),
        customer=names.customer(case.customer),
        partner=names.partner(case),
        total=case.total,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        progress=_progress(view, tenant, case, sale, requested=filed is not None),
        requisition=_requisition(filed, names) if filed else None,
        orders=tuple(order_view(view, tenant, names, each) for each in orders(view, tenant, case_id)),
        invoices=tuple(_invoice(stored) for stored in invoices_of_case(view, tenant, case_id)),
        sales_order=sales_order_view(view, tenant, names, sale) if sale else None,
        sales_invoices=sales_invoice_views(view, tenant, case_id),
        approvals=tuple(approval_view(view, tenant, names, each) for each in requests_of_case(view, tenant, case_id)),
        tasks=tuple(task_view(task, names) for task in tasks_of_case(view, tenant, case_id)),
        payments=tuple(payment_view(view, context, names, each) for each in intents_of_case(view, tenant, case_id)),
        documents=document_views(view, tenant, case_id),
    )


def _progress(
    view: View, tenant: str, case: Case, sale: StoredSalesOrder | None, *, requested: bool
) -> tuple[Step, ...]:
    if sale is not None:
        invoices = sales_invoice_views(view, tenant, case.id)
        return sale_progress(case, sale, open_sales_lines(view, tenant, sale), invoices)
    lines = [line for each in orders(view, tenant, case.id) for line in open_lines(view, tenant, each.order.number)]
    states = [each.state for each in invoices_of_case(view, tenant, case.id)]
    return progress(case, lines, states, requested=requested)


def document_views(view: View, tenant: str, case_id: str) -> tuple[DocumentView, ...]:
    return tuple(
        DocumentView(
            title=paper.title,
            file_name=paper.file_name,
            media_type=paper.media_type,
            sha256=paper.sha256,
            added_at=paper.added_at,
        )
        for paper in documents(view, tenant, case_id)
    )


def _requisition(filed: FiledRequisition, names: Names) -> RequisitionView:
    content = filed.content
    return RequisitionView(
        id=filed.id,
        state=filed.state,
        requester=names.person(filed.requester),
        entity=content.entity,
        vendor=names.vendor(content.vendor),
        cost_centre=names.cost_centre(content.cost_centre),
        category=content.category,
        reason=content.reason,
        needed_by=content.needed_by,
        total=content.net_total,
    )


def _invoice(stored: StoredInvoice) -> InvoiceView:
    document = stored.document
    return InvoiceView(
        id=stored.id,
        number=document.number,
        state=stored.state,
        seller=document.seller.name,
        issued=document.issue_date,
        due=stored.due_date,
        total=stored.total,
        received_at=stored.received_at,
    )


def task_view(task: Task, names: Names) -> TaskView:
    return TaskView(
        id=task.id,
        kind=task.kind,
        title=task.content.title,
        message=task.content.message,
        state=task.state,
        owner_role=task.owner_role,
        resolutions=task.content.resolutions,
        due_at=task.due_at,
        proposal=task.proposal,
        proposal_digest=proposal_digest(task.proposal) if task.proposal else "",
        resolution=task.resolution,
        comment=task.comment,
        resolved_by=names.person(task.resolved_by),
    )
