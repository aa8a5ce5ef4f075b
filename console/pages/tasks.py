"""Settling what a case cannot settle by itself."""

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response

from console.names import Names
from console.pages.zones import zone_of_case
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards, see_other
from models.errors import BusinessError
from models.task import Resolution
from store.cases import case_of
from store.tasks import resolve_task, task_of

router = APIRouter()
_ASK_AGAIN = ("task.no_comment", "task.resolution")


@router.get("/tasks/{task_id}")
def show_task(visit: Member, task_id: str) -> Response:
    return _page(visit, task_id)


@router.post("/tasks/{task_id}")
def settle(visit: MemberForm, task_id: str, form: Form, background: BackgroundTasks) -> Response:
    comment, chosen = str(form.get("comment", "")), str(form.get("resolution", ""))
    try:
        resolution = Resolution(chosen)
    except ValueError:
        return _page(visit, task_id, comment=comment, problem="Choose one of the answers.")
    try:
        resolve_task(visit.context.store, visit.signed_in, task_id, resolution, comment)
    except BusinessError as refusal:
        if refusal.code in _ASK_AGAIN:
            return _page(visit, task_id, comment=comment, problem=refusal.message)
        raise
    deliver_afterwards(visit.request, background)
    return see_other(f"/tasks/{task_id}?recorded=1")


def _page(visit: MemberVisit, task_id: str, comment: str = "", problem: str = "") -> Response:
    with visit.context.store.read() as view:
        task = task_of(view, visit.context.tenant, task_id)
        values = {
            "task": task,
            "case": case_of(view, visit.context.tenant, task.case) if task.case else None,
            "names": Names.read(view, visit.context),
            "zone": zone_of_case(view, visit.context, task.case),
            "is_mine": task.state == "open" and task.owner_role in visit.signed_in.person.roles,
            "recorded": "recorded" in visit.request.query_params,
        }
    return visit.page("task.html", status=422 if problem else 200, comment=comment, problem=problem, **values)
