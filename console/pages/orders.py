"""Orders, and taking in their goods."""

import secrets
from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response
from starlette.datastructures import FormData

from console.entered import TypedQuantities, by_field
from console.names import Names
from console.pages.zones import zone_of_case
from console.views.orders import OrderView, order_view
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards, see_other
from models.errors import BusinessError, Finding
from models.purchasing import ReceiptLine
from store.orders import order_of, orders
from store.receipts import record_receipt

router = APIRouter()


@router.get("/orders")
def show_orders(visit: Member) -> Response:
    tenant = visit.context.tenant
    with visit.context.store.read() as view:
        names = Names.read(view, visit.context)
        found = [order_view(view, tenant, names, stored) for stored in orders(view, tenant)]
    return visit.page("orders.html", orders=found)


@router.get("/orders/{order_number}")
def show_order(visit: Member, order_number: str) -> Response:
    return _page(visit, order_number, key=secrets.token_hex(16))


@router.get("/orders/{order_number}/receipts")
def show_form_again(visit: Member, order_number: str) -> Response:
    """Where the browser stands after a form with problems, when it reloads or changes the language."""
    return see_other(f"/orders/{quote(order_number, safe='')}")


@router.post("/orders/{order_number}/receipts")
def take_in(visit: MemberForm, order_number: str, form: Form, background: BackgroundTasks) -> Response:
    key = str(form.get("key", ""))
    typed = _typed(form, _read_order(visit, order_number))
    if typed.findings:
        return _page(visit, order_number, key, typed.typed, typed.findings)
    lines = tuple(ReceiptLine(order_line=position, quantity=each) for position, each in typed.quantities.items())
    try:
        record_receipt(visit.context.store, visit.signed_in, order_number, lines, key)
    except BusinessError as refusal:
        if not refusal.findings:
            raise
        return _page(visit, order_number, key, typed.typed, typed.on_fields(refusal.findings))
    deliver_afterwards(visit.request, background)
    return see_other(f"/orders/{order_number}?recorded=1")


def _typed(form: FormData, order: OrderView) -> TypedQuantities:
    if form.get("do") == "all":
        everything = {line.number: line.still_to_come for line in order.lines if line.still_to_come}
        return TypedQuantities({}, everything, ())
    return TypedQuantities.from_form(form, [line.number for line in order.lines])


def _read_order(visit: MemberVisit, order_number: str) -> OrderView:
    tenant = visit.context.tenant
    with visit.context.store.read() as view:
        return order_view(view, tenant, Names.read(view, visit.context), order_of(view, tenant, order_number))


def _page(
    visit: MemberVisit,
    order_number: str,
    key: str,
    typed: Mapping[int, str] | None = None,
    findings: tuple[Finding, ...] = (),
) -> Response:
    tenant = visit.context.tenant
    with visit.context.store.read() as view:
        stored = order_of(view, tenant, order_number)
        values = {
            "order": order_view(view, tenant, Names.read(view, visit.context), stored),
            "case": stored.case,
            "zone": zone_of_case(view, visit.context, stored.case),
        }
    return visit.page(
        "order.html",
        status=422 if findings else 200,
        key=key,
        typed=typed or {},
        problems=by_field(findings),
        recorded="recorded" in visit.request.query_params,
        **values,
    )
