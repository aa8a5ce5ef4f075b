"""Taking a customer's order."""

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response

from console.entered import by_field
from console.order_form import TypedSalesOrder
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards, see_other
from models.errors import BusinessError, Finding
from models.party import Role
from store.masters import customers, entities
from store.sales_orders import file_sales_order

router = APIRouter()


@router.get("/sales-orders/new")
def show_form(visit: Member) -> Response:
    visit.signed_in.require(Role.SALES)
    return _page(visit, TypedSalesOrder.blank())


@router.post("/sales-orders/new")
def answer_form(visit: MemberForm, form: Form, background: BackgroundTasks) -> Response:
    visit.signed_in.require(Role.SALES)
    typed = TypedSalesOrder.from_form(form)
    wanted = str(form.get("do", "file"))
    changed = typed.changed(wanted)
    if changed is not None:
        return _page(visit, changed, is_line_added=wanted == "add")
    return _file(visit, typed, background)


def _file(visit: MemberVisit, typed: TypedSalesOrder, background: BackgroundTasks) -> Response:
    with visit.context.store.read() as view:
        currencies = {buyer.id: buyer.credit_limit.currency for buyer in customers(view, visit.context.tenant)}
    try:
        content = typed.content(currencies.get(typed.values["customer"], "EUR"))
        number = file_sales_order(visit.context.store, visit.signed_in, content, typed.key)
    except BusinessError as refusal:
        if not refusal.findings:
            raise
        return _page(visit, typed, refusal.findings)
    deliver_afterwards(visit.request, background)
    return see_other(f"/sales-orders/{number}?taken=1")


def _page(
    visit: MemberVisit, typed: TypedSalesOrder, findings: tuple[Finding, ...] = (), *, is_line_added: bool = False
) -> Response:
    tenant = visit.context.tenant
    with visit.context.store.read() as view:
        options = {
            "entity_options": [(company.id, company.name) for company in entities(view, tenant)],
            "customer_options": [(buyer.id, buyer.name) for buyer in customers(view, tenant) if not buyer.blocked],
        }
    return visit.page(
        "sales_order_form.html",
        status=422 if findings else 200,
        typed=typed,
        problems=by_field(findings),
        is_line_added=is_line_added,
        **options,
    )
