"""Filing a new requisition."""

import secrets

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response

from console import words
from console.entered import by_field
from console.rendering import label
from console.requisition_form import TypedRequisition
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards, see_other
from models.errors import BusinessError, Finding
from models.party import Role
from store.masters import cost_centres, entities, vendors
from store.requisitions import CATEGORIES, file_requisition

router = APIRouter()


@router.get("/requisitions/new")
def show_form(visit: Member) -> Response:
    visit.signed_in.require(Role.REQUESTER)
    return _page(visit, TypedRequisition(key=secrets.token_hex(16)))


@router.post("/requisitions/new")
def answer_form(visit: MemberForm, form: Form, background: BackgroundTasks) -> Response:
    visit.signed_in.require(Role.REQUESTER)
    typed = TypedRequisition.from_form(form)
    wanted = str(form.get("do", "file"))
    if wanted == "add":
        return _page(visit, typed.with_line(), is_line_added=True)
    if wanted.startswith("remove-"):
        return _page(visit, typed.without_line(_line_number(wanted)))
    return _file(visit, typed, background)


def _file(visit: MemberVisit, typed: TypedRequisition, background: BackgroundTasks) -> Response:
    with visit.context.store.read() as view:
        currencies = {company.id: company.currency for company in entities(view, visit.context.tenant)}
    try:
        content = typed.content(currencies.get(typed.entity, "EUR"))
        case = file_requisition(visit.context.store, visit.signed_in, content, typed.key)
    except BusinessError as refusal:
        if not refusal.findings:
            raise
        return _page(visit, typed, refusal.findings)
    deliver_afterwards(visit.request, background)
    return see_other(f"/cases/{case}?recorded=1")


def _line_number(wanted: str) -> int:
    number = wanted.removeprefix("remove-")
    return int(number) if number.isdecimal() else 0


def _page(
    visit: MemberVisit, typed: TypedRequisition, findings: tuple[Finding, ...] = (), *, is_line_added: bool = False
) -> Response:
    tenant, language = visit.context.tenant, visit.language
    with visit.context.store.read() as view:
        options = {
            "entity_options": [(company.id, company.name) for company in entities(view, tenant)],
            "vendor_options": [(vendor.id, vendor.name) for vendor in vendors(view, tenant) if not vendor.blocked],
            "centre_options": [(centre.id, f"{centre.name} ({centre.id})") for centre in cost_centres(view, tenant)],
            "category_options": [(code, label(language, words.CATEGORIES, code)) for code in CATEGORIES],
        }
    return visit.page(
        "requisition.html",
        status=422 if findings else 200,
        typed=typed,
        problems=by_field(findings),
        is_line_added=is_line_added,
        **options,
    )
