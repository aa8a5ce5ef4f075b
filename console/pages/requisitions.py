"""Filing a new requisition, and changing one while it is still being approved."""

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response

from console import words
from console.entered import by_field
from console.order_form import TypedRequisition
from console.rendering import label
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards, see_other
from models.approval import ApprovalSubject
from models.errors import BusinessError
from models.party import Role
from store.approval_amendments import amend_requisition
from store.approvals import open_request_about
from store.masters import cost_centres, entities, vendors
from store.orders import requisition_of
from store.requisitions import CATEGORIES, file_requisition

router = APIRouter()
_MENDABLE = ("requisition.invalid", "requisition.unchanged")


@router.get("/requisitions/new")
def show_form(visit: Member) -> Response:
    visit.signed_in.require(Role.REQUESTER)
    return _page(visit, TypedRequisition.blank())


@router.post("/requisitions/new")
def answer_form(visit: MemberForm, form: Form, background: BackgroundTasks) -> Response:
    visit.signed_in.require(Role.REQUESTER)
    typed = TypedRequisition.from_form(form)
    wanted = str(form.get("do", "file"))
    changed = typed.changed(wanted)
    if changed is not None:
        return _page(visit, changed, is_line_added=wanted == "add")
    return _file(visit, typed, background)


@router.get("/requisitions/{requisition}/change")
def show_change(visit: Member, requisition: str) -> Response:
    with visit.context.store.read() as view:
        filed = requisition_of(view, visit.context.tenant, requisition)
    if filed.requester != visit.signed_in.person.id:
        raise BusinessError("right.missing", "Only whoever asked for this may change it.")
    return _page(visit, TypedRequisition.of(filed.content), changes=filed.id)


@router.post("/requisitions/{requisition}/change")
def answer_change(visit: MemberForm, requisition: str, form: Form, background: BackgroundTasks) -> Response:
    typed, comment = TypedRequisition.from_form(form), str(form.get("comment", ""))
    wanted = str(form.get("do", "file"))
    changed = typed.changed(wanted)
    if changed is not None:
        return _page(visit, changed, is_line_added=wanted == "add", changes=requisition, comment=comment)
    try:
        content = typed.content(_currency(visit, typed))
        amend_requisition(visit.context.store, visit.signed_in, requisition, content, comment)
    except BusinessError as refusal:
        if refusal.code not in _MENDABLE:
            raise
        return _page(visit, typed, refusal, changes=requisition, comment=comment)
    deliver_afterwards(visit.request, background)
    return see_other(f"{_approval_path(visit, requisition)}?changed=1")


def _approval_path(visit: MemberVisit, requisition: str) -> str:
    with visit.context.store.read() as view:
        asked = open_request_about(view, visit.context.tenant, ApprovalSubject.PURCHASE, requisition)
    return f"/approvals/{asked.request.id}" if asked else f"/cases/{requisition}"


def _currency(visit: MemberVisit, typed: TypedRequisition) -> str:
    with visit.context.store.read() as view:
        currencies = {company.id: company.currency for company in entities(view, visit.context.tenant)}
    return currencies.get(typed.values["entity"], "EUR")


def _file(visit: MemberVisit, typed: TypedRequisition, background: BackgroundTasks) -> Response:
    try:
        content = typed.content(_currency(visit, typed))
        case = file_requisition(visit.context.store, visit.signed_in, content, typed.key)
    except BusinessError as refusal:
        if not refusal.findings:
            raise
        return _page(visit, typed, refusal)
    deliver_afterwards(visit.request, background)
    return see_other(f"/cases/{case}?recorded=1")


def _page(
    visit: MemberVisit,
    typed: TypedRequisition,
    refusal: BusinessError | None = None,
    *,
    is_line_added: bool = False,
    changes: str = "",
    comment: str = "",
) -> Response:
    """The form; `changes` is the number of the requisition that is to be changed."""
    tenant, language = visit.context.tenant, visit.language
    with visit.context.store.read() as view:
        options = {
            "entity_options": [(company.id, company.name) for company in entities(view, tenant)],
            "vendor_options": [(vendor.id, vendor.name) for vendor in vendors(view, tenant) if not vendor.blocked],
            "centre_options": [(centre.id, f"{centre.name} ({centre.id})") for centre in cost_centres(view, tenant)],
            "category_options": [(code, label(language, words.CATEGORIES, code)) for code in CATEGORIES],
        }
    findings = refusal.findings if refusal else ()
    return visit.page(
        "requisition.html",
        status=422 if refusal else 200,
        typed=typed,
        problem=refusal.message if refusal and not findings else "",
        problems=by_field(findings),
        is_line_added=is_line_added,
        changes=changes,
        comment=comment,
        **options,
    )
