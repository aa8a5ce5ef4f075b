"""Customer orders, and recording what was delivered of them."""

import secrets
from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response
from starlette.datastructures import FormData

from console.entered import TypedQuantities, by_field
from console.names import Names
from console.pages.zones import zone_of_case
from console.views.sales import SalesOrderView, sales_order_view
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards, see_other
from models.errors import BusinessError, Finding
from models.sales import DeliveryLine
from store.goods_deliveries import record_delivery
from store.sales_orders import sales_order_of, sales_orders

router = APIRouter()


@router.get("/sales-orders")
def show_sales_orders(visit: Member) -> Response:
    tenant = visit.context.tenant
    with visit.context.store.read() as view:
        names = Names.read(view, visit.context)
        found = [sales_order_view(view, tenant, names, stored) for stored in sales_orders(view, tenant)]
    return visit.page("sales_orders.html", orders=found)


@router.get("/sales-orders/{order_number}")
def show_sales_order(visit: Member, order_number: str) -> Response:
    return _page(visit, order_number, key=secrets.token_hex(16))


@router.get("/sales-orders/{order_number}/deliveries")
def show_form_again(visit: Member, order_number: str) -> Response:
    """Where the browser stands after a form with problems, when it reloads or changes the language."""
    return see_other(f"/sales-orders/{quote(order_number, safe='')}")


@router.post("/sales-orders/{order_number}/deliveries")
def deliver(visit: MemberForm, order_number: str, form: Form, background: BackgroundTasks) -> Response:
    key = str(form.get("key", ""))
    typed = _typed(form, _read_order(visit, order_number))
    if typed.findings:
        return _page(visit, order_number, key, typed.typed, typed.findings)
    lines = tuple(DeliveryLine(order_line=position, quantity=each) for position, each in typed.quantities.items())
    try:
        record_delivery(visit.context.store, visit.signed_in, order_number, lines, key)
    except BusinessError as refusal:
        if not refusal.findings:
            raise
        return _page(visit, order_number, key, typed.typed, typed.on_fields(refusal.findings))
    deliver_afterwards(visit.request, background)
    return see_other(f"/sales-orders/{order_number}?recorded=1")


def _typed(form: FormData, order: SalesOrderView) -> TypedQuantities:
    if form.get("do") == "all":
        everything = {line.number: line.still_to_deliver for line in order.lines if line.still_to_deliver}
        return TypedQuantities({}, everything, ())
    return TypedQuantities.from_form(form, [line.number for line in order.lines])


def _read_order(visit: MemberVisit, order_number: str) -> SalesOrderView:
    tenant = visit.context.tenant
    with visit.context.store.read() as view:
        names = Names.read(view, visit.context)
        return sales_order_view(view, tenant, names, sales_order_of(view, tenant, order_number))


def _page(
    visit: MemberVisit,
    order_number: str,
    key: str,
    typed: Mapping[int, str] | None = None,
    findings: tuple[Finding, ...] = (),
) -> Response:
    tenant = visit.context.tenant
    with visit.context.store.read() as view:
        stored = sales_order_of(view, tenant, order_number)
        values = {
            "order": sales_order_view(view, tenant, Names.read(view, visit.context), stored),
            "case": stored.case,
            "zone": zone_of_case(view, visit.context, stored.case),
        }
    return visit.page(
        "sales_order.html",
        status=422 if findings else 200,
        key=key,
        typed=typed or {},
        problems=by_field(findings),
        recorded="recorded" in visit.request.query_params,
        taken="taken" in visit.request.query_params,
        **values,
    )
