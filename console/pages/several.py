"""Deciding several at once: each is shown, each is answered by itself, and what became of each is told."""

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response

from console.names import Names
from console.views.decision import DecisionView, decision_view
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards
from models.approval import Outcome
from models.errors import BusinessError
from store.approval_answers import BulkItem, BulkResult, record_decisions
from store.approvals import request_of, requests_waiting_for

router = APIRouter()
_SHOWN_AT_ONCE = 50
_OUTCOMES = (Outcome.APPROVE, Outcome.REJECT)


@router.get("/approvals/several")
def show_several(visit: Member) -> Response:
    return _page(visit)


@router.post("/approvals/several")
def decide_several(visit: MemberForm, form: Form, background: BackgroundTasks) -> Response:
    outcome = next((each for each in _OUTCOMES if each == form.get("outcome")), None)
    items, comment = _chosen(form), str(form.get("comment", ""))
    if outcome is None:
        raise BusinessError("approval.outcome", "Choose to approve or to reject.")
    if not items:
        return _page(visit, problem="Choose at least one of them.")
    if outcome is Outcome.REJECT and not comment.strip():
        return _page(visit, problem="A rejection needs a reason, so that the requester can act on it.")
    results = record_decisions(visit.context.store, visit.signed_in, items, outcome, comment)
    deliver_afterwards(visit.request, background)
    return _page(visit, results=results)


def _chosen(form: Form) -> list[BulkItem]:
    """Each with the digest of what was shown beside its box."""
    parts = (str(value).partition(":") for value in form.getlist("chosen"))
    return [BulkItem(request=request, digest=digest) for request, _, digest in parts]


def _page(visit: MemberVisit, problem: str = "", results: tuple[BulkResult, ...] = ()) -> Response:
    context, person = visit.context, visit.signed_in.person
    with context.store.read() as view:
        names = Names.read(view, context)
        waiting = requests_waiting_for(view, context.tenant, person.id, context.store.now())
        shown: list[DecisionView] = [
            decision_view(view, context, names, person, stored.request.id) for stored in waiting[:_SHOWN_AT_ONCE]
        ]
        titles = {each.request: request_of(view, context.tenant, each.request).request.title for each in results}
    return visit.page(
        "several.html",
        status=422 if problem else 200,
        shown=[each for each in shown if not each.is_changed],
        hidden=max(0, len(waiting) - _SHOWN_AT_ONCE),
        titles=titles,
        recorded=[each for each in results if each.decision],
        refused=[each for each in results if not each.decision],
        wants_proof=any(each.code == "approval.proof_needed" for each in results),
        problem=problem,
    )
