"""Deciding: one page to understand, one press to answer, one to confirm."""

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response

from console.names import Names
from console.pages.zones import zone_of_case
from console.views.conversation import conversation_view
from console.views.decision import decision_view
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards, see_other
from models.approval import Outcome
from models.errors import BusinessError
from store.approval_answers import record_decision

router = APIRouter()
_ASK_AGAIN = ("approval.no_reason",)


@router.get("/approvals/{request_id}")
def show_approval(visit: Member, request_id: str) -> Response:
    return _page(visit, request_id)


@router.post("/approvals/{request_id}")
def decide(visit: MemberForm, request_id: str, form: Form, background: BackgroundTasks) -> Response:
    comment, digest = str(form.get("comment", "")), str(form.get("digest", ""))
    try:
        outcome = Outcome(str(form.get("outcome", "")))
    except ValueError:
        raise BusinessError("approval.outcome", "Choose to approve or to reject.") from None
    try:
        record_decision(visit.context.store, visit.signed_in, request_id, outcome, comment, digest)
    except BusinessError as refusal:
        if refusal.code in _ASK_AGAIN:
            return _page(visit, request_id, problem=refusal.message)
        if refusal.code == "approval.proof_needed":
            return see_other(f"/account/proof?next=/approvals/{request_id}")
        raise
    deliver_afterwards(visit.request, background)
    return see_other(f"/approvals/{request_id}?recorded=1")


def _page(visit: MemberVisit, request_id: str, problem: str = "") -> Response:
    with visit.context.store.read() as view:
        names = Names.read(view, visit.context)
        shown = decision_view(view, visit.context, names, visit.signed_in.person, request_id)
        zone = zone_of_case(view, visit.context, shown.case)
        now = visit.context.store.now()
        me, tenant = visit.signed_in.person, visit.context.tenant
        talk = conversation_view(view, tenant, names, visit.language, me, request_id, now)
    recorded = "recorded" in visit.request.query_params
    return visit.page(
        "approval.html",
        status=422 if problem else 200,
        shown=shown,
        zone=zone,
        talk=talk,
        problem=problem,
        recorded=recorded,
        changed="changed" in visit.request.query_params,
    )
